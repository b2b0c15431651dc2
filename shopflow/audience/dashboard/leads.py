"""Leads: who is worth following up, where they stand and what is next."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from shopflow.audience import queries, services
from shopflow.audience.models import Contact, Stage
from shopflow.audience.staff_forms import staff_accounts
from shopflow.contracts.contacts import ContactCell, ContactColumn, ShownContact, contact_columns
from shopflow.core.access import may_open, staff_page
from shopflow.core.paging import whole_number

logger = logging.getLogger("shopflow.audience")

VIEW = "shopflow_audience.view_contact"
CHANGE = "shopflow_audience.change_contact"
PER_PAGE = 50
NOBODY = "none"


class LeadFilter(forms.Form):
    """Which leads to list."""

    stage = forms.ModelChoiceField(
        label=gettext_lazy("Stage"), required=False, queryset=Stage.objects.all(), to_field_name="code",
        empty_label=gettext_lazy("All open"),
    )  # fmt: skip
    owner = forms.ChoiceField(label=gettext_lazy("Looked after by"), required=False)
    least = forms.IntegerField(label=gettext_lazy("Points at least"), required=False, min_value=-32000, max_value=32000)

    def __init__(self, *args: Any, owners: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(person.pk), person.email) for person in owners]
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            ("", _("All")), (NOBODY, _("Nobody")), *people
        ]  # fmt: skip


class LeadForm(forms.Form):
    """Where a lead stands and who looks after it."""

    stage = forms.ModelChoiceField(queryset=Stage.objects.all(), to_field_name="code", required=False)
    owner: forms.ModelChoiceField[Any] = forms.ModelChoiceField(queryset=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = staff_accounts()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class _Row:
    contact: Contact
    is_hot: bool
    cells: list[tuple[ContactColumn, ContactCell | None]]


@staff_page(VIEW)
@require_GET
def lead_list(request: HttpRequest) -> HttpResponse:
    """The leads, the highest score first, in pages by key; the number of queries does not grow with them."""
    owners, hot = list(staff_accounts()), queries.hot_from()
    form = LeadFilter(request.GET, owners=owners)
    found = queries.lead_list(**_wanted(form), hot=hot)
    position = _position(request.GET.get("after", ""))
    if position is not None:
        found = queries.after(found, score=position[0], pk=position[1])
    rows = list(found[: PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    columns = [column for column in contact_columns if may_open(request.user, column.permission)]
    cells = [_cells(column, shown) for column in columns]
    context = {
        "form": form,
        "columns": columns,
        "rows": [
            _Row(
                contact,
                contact.score >= hot,
                [(column, of_all.get(contact.pk)) for column, of_all in zip(columns, cells, strict=True)],
            )
            for contact in shown
        ],
        "older": f"{shown[-1].score}.{shown[-1].pk}" if len(rows) > PER_PAGE else "",
        "stages": list(Stage.objects.all()),
        "owners": owners,
        "hot": hot,
        "may_change": may_open(request.user, CHANGE),
        "query": request.GET.urlencode(),
    }
    return render(request, "shopflow/audience/dashboard/leads.html", context, status=200 if form.is_valid() else 422)


def _wanted(form: LeadFilter) -> dict[str, Any]:
    if not form.is_valid():
        return {}
    data = form.cleaned_data
    owner = data["owner"]
    return {
        "stage": data["stage"],
        "unowned": owner == NOBODY,
        "owner": int(owner) if owner.isdigit() else None,
        "least": data["least"],
    }


def _position(text: str) -> tuple[int, int] | None:
    score, _dot, pk = text.partition(".")
    points, key = whole_number(score.removeprefix("-")), whole_number(pk)
    if points is None or key is None:
        return None
    return (-points if score.startswith("-") else points), key


def _cells(column: ContactColumn, contacts: Sequence[Contact]) -> Mapping[int, ContactCell]:
    shown = [ShownContact(contact_id=one.pk, email=one.email, user_id=one.user_id) for one in contacts]
    try:
        return column.cells(shown)
    except DatabaseError:
        raise
    except Exception:  # another room's column is logged, stays empty, and the page goes on
        logger.exception("The column %s could not be shown", column.code)
        return {}


@staff_page(CHANGE)
@require_POST
def lead_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a lead on a stage and into somebody's hands; each change is in the audit log."""
    contact = get_object_or_404(Contact.objects.select_related("stage", "owner"), pk=pk)
    form = LeadForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    else:
        services.move_contact(contact=contact, stage=form.cleaned_data["stage"], actor=request.user)
        services.change_contact(contact=contact, actor=request.user, owner=form.cleaned_data["owner"])
        messages.success(request, _("Saved: %(contact)s") % {"contact": contact.email})
    back = request.POST.get("query", "")
    return redirect(f"{reverse('shopflow-staff:leads')}?{back}#lead-{pk}")
