"""Staff's door to money that came in without an order."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shopflow.core.access import may_open, staff_page
from shopflow.core.services import audit
from shopflow.ordering import queries
from shopflow.ordering.models import OrderAttempt
from shopflow.ordering.services import mark_refunded

VIEW = "shopflow_ordering.view_orderattempt"
CHANGE = "shopflow_ordering.change_orderattempt"
SHOWN = 200


@staff_page(VIEW)
@require_GET
def refunds(request: HttpRequest) -> HttpResponse:
    """Attempts that were paid although no order could be made of them, oldest first."""
    context = {"attempts": queries.troubled_attempts()[:SHOWN], "may_change": may_open(request.user, CHANGE)}
    return render(request, "shopflow/ordering/dashboard/refunds.html", context)


@staff_page(CHANGE)
@require_POST
def refunded(request: HttpRequest, pk: int) -> HttpResponse:
    """The money was given back by hand, at the provider or by transfer."""
    with transaction.atomic():
        attempt = get_object_or_404(OrderAttempt.objects.select_for_update(), pk=pk)
        is_due = attempt.state == OrderAttempt.State.REFUND_DUE
        if is_due:
            mark_refunded(reference=attempt.reference)
            audit(actor=request.user, action="refunded_by_hand", target=attempt, summary=str(attempt))
    if is_due:
        messages.success(
            request, _("Noted: the money for %(number)s was given back.") % {"number": attempt.order_number}
        )
    else:
        messages.warning(request, _("This payment was settled meanwhile; nothing was changed."))
    return redirect("shopflow-staff:refunds")
