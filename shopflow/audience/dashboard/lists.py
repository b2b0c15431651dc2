"""The settings of contacts, and the lists behind them: all alike, so that one pair of pages does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from shopflow.audience import queries, services
from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.models import AttributeDefinition, ScoreRule, ScoreThreshold, Stage, Tag
from shopflow.audience.staff_forms import (
    AttributeRowForm,
    ScoreRuleRowForm,
    SettingsForm,
    StageRowForm,
    TagRowForm,
    ThresholdRowForm,
)
from shopflow.contracts.types import Label
from shopflow.core.access import staff_page

CHANGE = "shopflow_audience.change_audiencesettings"


@dataclass(frozen=True)
class Kind:
    """One of the lists. ``columns`` are fields of the row, shown with their own names."""

    model: type[Model]
    form: type[ModelForm[Any]]
    title: Label
    purpose: Label
    columns: tuple[str, ...]


KINDS: dict[str, Kind] = {
    "tags": Kind(
        Tag, TagRowForm, gettext_lazy("Tags"), gettext_lazy("Words that contacts are marked with."), ("label", "code")
    ),
    "stufen": Kind(
        Stage,
        StageRowForm,
        gettext_lazy("Stages"),
        gettext_lazy("The steps from the first contact to a customer, or to a no."),
        ("label", "code", "outcome"),
    ),
    "merkmale": Kind(
        AttributeDefinition,
        AttributeRowForm,
        gettext_lazy("Attributes"),
        gettext_lazy("Facts that you keep about contacts. Keep no more than you need."),
        ("label", "code", "kind"),
    ),
    "punkte": Kind(
        ScoreRule,
        ScoreRuleRowForm,
        gettext_lazy("Score rules"),
        gettext_lazy("Points for what contacts do. Points fade with time."),
        ("label", "event", "points", "is_active"),
    ),
    "schwellen": Kind(
        ScoreThreshold,
        ThresholdRowForm,
        gettext_lazy("Score thresholds"),
        gettext_lazy("Automations can begin when a contact reaches one of these scores."),
        ("label", "points"),
    ),
}


@staff_page(CHANGE)
def settings(request: HttpRequest) -> HttpResponse:
    """Half-life of points, and the exception for existing customers."""
    form = SettingsForm(request.POST or None, instance=queries.audience_settings())
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        services.change_settings(actor=request.user, categories=data.pop("similar_categories"), **data)
        messages.success(request, _("Saved."))
        return redirect("shopflow-staff:contact-settings")
    context = {"form": form, "tab": "settings", "kinds": KINDS}
    status = 422 if form.is_bound else 200
    return render(request, "shopflow/audience/dashboard/settings.html", context, status=status)


@staff_page(CHANGE)
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """Add what most shops begin with."""
    added = services.suggest_lists(actor=request.user)
    messages.success(request, _("Suggestions added: %(count)s.") % {"count": added})
    return redirect("shopflow-staff:contact-settings")


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


@staff_page(CHANGE)
def rows(request: HttpRequest, kind: str) -> HttpResponse:
    """One list."""
    listed = _kind(kind)
    fields = [listed.model._meta.get_field(name) for name in listed.columns]
    found = [(row, [_shown(row, name) for name in listed.columns]) for row in listed.model._default_manager.all()]
    context = {"tab": kind, "kinds": KINDS, "listed": listed, "fields": fields, "rows": found}
    return render(request, "shopflow/audience/dashboard/list.html", context)


def _shown(row: Model, name: str) -> Any:
    shown = getattr(row, f"get_{name}_display", None)
    value = shown() if shown else getattr(row, name)
    return (_("yes") if value else _("no")) if isinstance(value, bool) else value


@staff_page(CHANGE)
def edit(request: HttpRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """One row, new or not."""
    listed = _kind(kind)
    row = get_object_or_404(listed.model, pk=pk) if pk else None
    form = listed.form(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_listed(row=form.save(commit=False), actor=request.user)
        except ValueRefused as refusal:
            form.add_error("points" if "points" in form.fields else "code", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("shopflow-staff:contact-list", kind=kind)
    context = {"tab": kind, "kinds": KINDS, "listed": listed, "form": form, "row": row}
    status = 422 if form.is_bound else 200
    return render(request, "shopflow/audience/dashboard/list_edit.html", context, status=status)


@staff_page(CHANGE)
@require_POST
def delete(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    row: Any = get_object_or_404(_kind(kind).model, pk=pk)
    try:
        services.delete_listed(row=row, actor=request.user)
    except ValueRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("shopflow-staff:contact-list-edit", kind=kind, pk=pk)
    messages.success(request, _("Removed."))
    return redirect("shopflow-staff:contact-list", kind=kind)
