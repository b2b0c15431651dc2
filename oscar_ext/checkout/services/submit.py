from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from oscar_ext.checkout.services.outcomes import Declined, Outcome, StillOpen
from oscar_ext.checkout.services.settlement import ORDER_STANDS, apply_result
from oscar_ext.checkout.submission import Submission
from shopflow.contracts.payments import PaymentOrder, PaymentResult, PaymentState, payment_methods
from shopflow.ordering.models import OrderAttempt
from shopflow.ordering.services import ReservedLine, begin_attempt, mark_paying, release_attempt

logger = logging.getLogger("shopflow.checkout")

NO_PAYMENT = ""
"""The payment method of an order that costs nothing."""


def submit(
    *,
    basket: Any,
    user: Any,
    payment_method: str,
    submission: Submission,
    return_url: Callable[[str], str],
) -> tuple[OrderAttempt, Outcome]:
    """Buy a basket: claim it, hold its goods, start the payment, place the order.

    ``return_url`` makes the absolute address to come back to of the attempt's reference. Raises
    ``AlreadySubmitted`` and ``OutOfStock`` from the claim. No lock is held while the payment provider is asked.
    """
    purchase = submission.purchase
    attempt = begin_attempt(
        basket_id=basket.pk,
        user=user,
        email=purchase.email,
        payment_method=payment_method,
        total_cents=purchase.total_cents,
        currency=purchase.currency,
        lines=[_reserved(line) for line in basket.all_lines()],
        submission=submission.as_json(),
    )
    if purchase.total_cents == 0:
        return attempt, _act(attempt, PaymentResult(state=PaymentState.PAID))
    method = payment_methods.get(payment_method)
    if method.asks_provider and not mark_paying(attempt=attempt):  # the sweep thought us dead and freed the goods
        attempt.refresh_from_db()
        return attempt, Declined(attempt.message)
    try:
        result = method.start(
            PaymentOrder(
                reference=attempt.reference,
                order_number=attempt.order_number,
                purchase=purchase,
                description=_("Order %(number)s") % {"number": attempt.order_number},
                return_url=return_url(attempt.reference),
                cancel_url=return_url(attempt.reference) + "?abbruch=1",
                billing=submission.billing_address or {},
            )
        )
    except Exception:  # a provider's failure leaves the question open; the sweep asks it again
        logger.exception("Starting the payment of %s failed", attempt.order_number)
        return attempt, _ask_what_happened(attempt)
    return attempt, _act(attempt, result)


def _act(attempt: OrderAttempt, result: PaymentResult) -> Outcome:
    """Act on the result; if that fails, the attempt stays as it is and the sweep takes it up."""
    try:
        return apply_result(attempt, result)
    except Exception:
        logger.exception("Placing %s failed; it will be tried again", attempt.order_number)
        if result.state in ORDER_STANDS:
            mark_paying(attempt=attempt)  # tells the sweep that the method has agreed
        return StillOpen()


def _ask_what_happened(attempt: OrderAttempt) -> Outcome:
    """After a failed start: settle what the provider can tell, else leave the goods held for the sweep."""
    try:
        result = payment_methods.get(attempt.payment_method).status(attempt.reference, attempt.provider_reference)
    except Exception:
        logger.exception("The provider of %s cannot be asked either", attempt.order_number)
        result = PaymentResult(state=PaymentState.UNKNOWN)
    if result.state is PaymentState.UNKNOWN:
        return apply_result(attempt, result)
    if result.state is PaymentState.REDIRECT:
        message = _(
            "The payment could not be started. Nothing was ordered or paid. Please try again or pay another way."
        )
        release_attempt(reference=attempt.reference, state=OrderAttempt.State.DECLINED, message=message)
        return Declined(message)
    return apply_result(attempt, result)


def _reserved(line: Any) -> ReservedLine:
    counted = line.product.get_product_class().track_stock
    return ReservedLine(
        title=line.product.get_title(),
        quantity=line.quantity,
        stockrecord_id=line.stockrecord_id if counted else None,
    )
