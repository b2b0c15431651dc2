"""Broadcasts: planning one, looking at whom it reaches, starting, pausing and stopping it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shopflow.automations import reach
from shopflow.automations.dashboard.rights import VIEW
from shopflow.automations.exceptions import NotAllowed
from shopflow.automations.forms.broadcasts import BroadcastForm, ConfirmForm
from shopflow.automations.forms.staff import ReasonForm
from shopflow.automations.models import Broadcast
from shopflow.automations.queries import definition_of
from shopflow.automations.reporting.figures import SENT
from shopflow.automations.reporting.wording import BECAME, reason_label
from shopflow.automations.services import broadcasts
from shopflow.contracts.expressions import ExpressionInvalid
from shopflow.contracts.registry import UnknownCode
from shopflow.core.access import may_open, staff_page
from shopflow.core.paging import whole_number
from shopflow.mailing.queries import message_counts

SEND = "shopflow_automations.add_broadcast"
PER_PAGE = 50
EXACT, KEPT = 10_000, 60
"""The mails of more people than this are counted anew after so many seconds only."""


@staff_page(VIEW)
@require_GET
def broadcast_list(request: HttpRequest) -> HttpResponse:
    found = Broadcast.objects.select_related("segment", "flow").order_by("-pk")
    before = whole_number(request.GET.get("before", ""))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PER_PAGE + 1])
    context = {
        "rows": rows[:PER_PAGE],
        "older": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
        "may_send": may_open(request.user, SEND),
    }
    return render(request, "shopflow/automations/broadcasts.html", context)


@staff_page(SEND)
@require_http_methods(["GET", "POST"])
def broadcast_new(request: HttpRequest) -> HttpResponse:
    """Say what goes to whom and when. Nothing leaves before it is confirmed on the next page."""
    form = BroadcastForm(request.POST or None, language=_language())
    if request.method == "POST" and form.is_valid():
        try:
            draft = _plan(form, request.user)
        except NotAllowed as refusal:
            form.add_error("what", str(refusal))
        else:
            return redirect("shopflow-staff:broadcast", pk=draft.pk)
    context = {"form": form, "language": _language()}
    return render(request, "shopflow/automations/broadcast_new.html", context, status=422 if form.errors else 200)


def _language() -> str:
    return settings.LANGUAGE_CODE[:2]


def _plan(form: BroadcastForm, actor: Any) -> Broadcast:
    data = form.cleaned_data
    common = {
        "label": data["label"], "segment": data["segment"], "planned_at": data["planned_at"], "actor": actor
    }  # fmt: skip
    if not form.template:
        return broadcasts.plan_flow(flow=form.flow, **common)
    return broadcasts.plan_text(
        template=form.template, language=form.language, purpose=data["purpose"], basis=data["basis"], **common
    )


@staff_page(VIEW)
@require_http_methods(["GET", "POST"])
def broadcast_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft with whom it would reach and the form that lets it go; later how far it has come."""
    broadcast = get_object_or_404(Broadcast.objects.select_related("flow", "version", "segment"), pk=pk)
    if broadcast.state == Broadcast.State.DRAFT:
        return _draft(request, broadcast)
    if request.method == "POST":
        messages.warning(request, _("This has been confirmed already."))
        return redirect("shopflow-staff:broadcast", pk=pk)
    counts = _counts(broadcast)
    sent = sum(counts.get(state, 0) for state in SENT)
    refused = sorted(
        ((reason_label(code), count) for code, count in broadcast.refused.items()), key=lambda row: -row[1]
    )
    context = {
        "broadcast": broadcast,
        "sent": sent,
        "waiting": counts.get("planned", 0) + counts.get("submitting", 0) + counts.get("deferred", 0),
        "mails": [(str(BECAME.get(state, state)), count) for state, count in sorted(counts.items())],
        "refused": refused,
        "is_rough": broadcast.entered > EXACT,
        "may_send": may_open(request.user, SEND),
    }
    return render(request, "shopflow/automations/broadcast.html", context)


def _counts(broadcast: Broadcast) -> dict[str, int]:
    if broadcast.entered <= EXACT:
        return message_counts(reference=broadcast.occasion)
    key = f"shopflow:broadcast-mails:{broadcast.pk}"
    found: dict[str, int] | None = cache.get(key)
    if found is None:
        found = message_counts(reference=broadcast.occasion)
        cache.set(key, found, KEPT)
    return found


def _draft(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    may_send = may_open(request.user, SEND)
    if request.method == "POST" and not may_send:
        raise PermissionDenied
    found, problem = _reach(broadcast)
    expected = 0 if found is None else found.total if found.is_partial else found.reached
    form = ConfirmForm(request.POST or None, expected=expected)
    if request.method == "POST" and found is not None and form.is_valid():
        try:
            broadcasts.confirm(broadcast=broadcast, expected=found.total, actor=request.user)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Confirmed. It begins at its time."))
            return redirect("shopflow-staff:broadcast", pk=broadcast.pk)
    left_out = [] if found is None else [(reason_label(code), count) for code, count in sorted(found.left_out.items())]
    context = {
        "broadcast": broadcast, "reach": found, "left_out": left_out, "problem": problem, "form": form,
        "expected": expected, "may_send": may_send,
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "shopflow/automations/broadcast_draft.html", context, status=status)


def _reach(broadcast: Broadcast) -> tuple[reach.Reach | None, str]:
    if broadcast.segment is None:
        return None, _("The segment was deleted.")
    try:
        return reach.reach(segment=broadcast.segment, definition=definition_of(broadcast.version)), ""
    except (ExpressionInvalid, UnknownCode) as error:
        return None, str(error)


@staff_page(SEND)
@require_POST
def broadcast_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Pause, let go on, or stop; each with a reason."""
    broadcast = get_object_or_404(Broadcast, pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: the reason is kept in the audit log."))
        return redirect("shopflow-staff:broadcast", pk=pk)
    reason = form.cleaned_data["reason"]
    if verb == "stopp":
        kept = broadcasts.stop(broadcast=broadcast, actor=request.user, reason=reason)
        messages.success(request, _("Stopped. %(count)s mails that had been written stay here.") % {"count": kept})
    elif broadcasts.pause(broadcast=broadcast, paused=verb == "pause", actor=request.user, reason=reason):
        messages.success(request, _("Saved."))
    return redirect("shopflow-staff:broadcast", pk=pk)
