"""From a draft to a version: what is missing, what is new, and what becomes of the runs under way."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shopflow.automations.dashboard.board import board_of, standing_in
from shopflow.automations.dashboard.builder import conflicting, revision_of, with_draft
from shopflow.automations.dashboard.comparing import Difference, compare
from shopflow.automations.dashboard.rights import VIEW
from shopflow.automations.definitions.canonical import canonical
from shopflow.automations.exceptions import DefinitionInvalid, DraftConflict
from shopflow.automations.models import Flow, FlowDraft, FlowVersion
from shopflow.automations.services import definition_in, discard_draft, publish_draft
from shopflow.contracts.types import JSONDict
from shopflow.core.access import staff_page


class PublishForm(forms.Form):
    """A word on what is new, and what happens with the runs of the version until now."""

    note = forms.CharField(label=gettext_lazy("What is new?"), max_length=200, required=False)
    runs = forms.ChoiceField(
        label=gettext_lazy("Runs that are under way"),
        widget=forms.RadioSelect,
        initial="finish",
        choices=[
            ("finish", gettext_lazy("finish by the version that they began with")),
            ("migrate", gettext_lazy("are taken along to the new version; you see how many before it happens")),
            ("stop", gettext_lazy("are ended; you see how many before it happens")),
        ],
    )


@with_draft
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, draft: FlowDraft) -> HttpResponse:
    """Show what publishing would change, and do it."""
    form = PublishForm(request.POST or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        old = draft.flow.active_version
        try:
            version = publish_draft(
                draft=draft,
                revision=revision_of(request, draft),
                actor=request.user,
                note=form.cleaned_data["note"],
            )
        except DraftConflict as conflict:
            return conflicting(request, draft, conflict)
        except DefinitionInvalid as error:
            problems = error.problems
        else:
            messages.success(request, _("Version %(number)s is active now.") % {"number": version.number})
            return _onward(draft.flow, old, form.cleaned_data["runs"])
    raw = definition_in(draft)
    context = {
        "flow": draft.flow,
        "draft": draft,
        "form": form,
        "board": board_of(raw),
        "differences": differences(draft.flow.active_version, raw),
        "standing": sum(standing_in(draft.flow_id).values()),
        "problems": problems,
    }
    status = 422 if problems or form.errors else 200
    return render(request, "shopflow/automations/builder/publish.html", context, status=status)


def _onward(flow: Flow, old: FlowVersion | None, runs: str) -> HttpResponse:
    if old is None or runs == "finish":
        return redirect("shopflow-staff:automations-flow", code=flow.code)
    page = reverse("shopflow-staff:automations-take-along", args=[old.pk])
    return redirect(f"{page}?alle=stop" if runs == "stop" else page)


def differences(version: FlowVersion | None, raw: JSONDict) -> list[Difference] | None:
    """What ``raw`` changes against a version; None when there is none, or it cannot be read."""
    try:
        return None if version is None else compare(canonical(version.definition), raw)
    except DefinitionInvalid:
        return None


@with_draft
@require_POST
def discard(request: HttpRequest, draft: FlowDraft) -> HttpResponse:
    """Throw the draft away, once that has been confirmed on its page."""
    try:
        discard_draft(draft=draft, revision=revision_of(request, draft), actor=request.user)
    except DraftConflict as conflict:
        return conflicting(request, draft, conflict)
    messages.success(request, _("The draft was discarded."))
    if draft.flow.active_version_id is None:
        return redirect("shopflow-staff:automations")
    return redirect("shopflow-staff:automations-flow", code=draft.flow.code)


@staff_page(VIEW)
@require_GET
def comparison(request: HttpRequest, version_id: int) -> HttpResponse:
    """A version beside an earlier one, or beside the one that ``mit`` names."""
    new = get_object_or_404(FlowVersion.objects.select_related("flow"), pk=version_id)
    others = list(new.flow.versions.exclude(pk=new.pk).order_by("-number")[:50])
    wanted = request.GET.get("mit", "")
    old = next((one for one in others if str(one.pk) == wanted), None)
    old = old or next((one for one in others if one.number < new.number), None)
    found, unreadable = None, False
    if old is not None:
        try:
            found = compare(canonical(old.definition), canonical(new.definition))
        except DefinitionInvalid:
            unreadable = True
    context = {
        "flow": new.flow,
        "old": old,
        "new": new,
        "others": others,
        "differences": found,
        "unreadable": unreadable,
    }
    return render(request, "shopflow/automations/builder/comparison.html", context)
