from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from oscar_ext.checkout.services.outcomes import Declined, Outcome, Placed, StillOpen
from oscar_ext.checkout.services.placement import NotAtOnce, place_at_once
from oscar_ext.checkout.services.settlement import ORDER_STANDS, apply_result
from oscar_ext.checkout.submission import Submission
from shopflow.contracts.payments import PaymentOrder, PaymentResult, PaymentState, payment_methods
from shopflow.ordering.exceptions import AlreadySubmitted, OutOfStock, PurchaseRefused
from shopflow.ordering.models import OrderAttempt
from shopflow.ordering.services import Intent, ReservedLine, begin_attempt, mark_paying, release_attempt

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

    Where no payment provider is asked, all of it is one transaction; else, and where that fails, one step at a time.
    ``return_url`` makes the absolute address to come back to of the attempt's reference. Raises
    ``AlreadySubmitted`` and ``OutOfStock`` from the claim. No lock is held while the payment provider is asked.
    """
    purchase = submission.purchase
    intent = Intent(
        basket_id=basket.pk,
        user=user,
        email=purchase.email,
        payment_method=payment_method,
        total_cents=purchase.total_cents,
        currency=purchase.currency,
        lines=[_reserved(line) for line in basket.all_lines()],
        submission=submission.as_json(),
    )
    method = payment_methods.get(payment_method) if purchase.total_cents else None

    def start(attempt: OrderAttempt) -> PaymentResult:
        if method is None:
            return PaymentResult(state=PaymentState.PAID)
        return method.start(_payment(attempt, submission, return_url(attempt.reference)))

    asks_provider = method is not None and method.asks_provider
    if not asks_provider:
        placed = _at_once(intent, basket, submission, start)
        if placed is not None:
            return placed
    attempt = begin_attempt(intent)
    if asks_provider and not mark_paying(attempt=attempt):  # the sweep thought us dead and freed the goods
        attempt.refresh_from_db()
        return attempt, Declined(attempt.message)
    try:
        result = start(attempt)
    except Exception:  # a provider's failure leaves the question open; the sweep asks it again
        logger.exception("Starting the payment of %s failed", attempt.order_number)
        return attempt, _ask_what_happened(attempt)
    return attempt, _act(attempt, result)


def _at_once(
    intent: Intent, basket: Any, submission: Submission, start: Callable[[OrderAttempt], PaymentResult]
) -> tuple[OrderAttempt, Outcome] | None:
    """The order, placed in one transaction; None when it takes an attempt that is stored and followed up."""
    try:
        attempt, order = place_at_once(intent=intent, basket=basket, submission=submission, start=start)
    except (AlreadySubmitted, OutOfStock):
        raise
    except (NotAtOnce, PurchaseRefused):
        return None
    except Exception:  # nothing is written: step by step it is tried again, and the sweep takes up what is left
        logger.exception("Placing the order of basket %s at once failed", intent.basket_id)
        return None
    return attempt, Placed(order)


def _payment(attempt: OrderAttempt, submission: Submission, return_url: str) -> PaymentOrder:
    return PaymentOrder(
        reference=attempt.reference,
        order_number=attempt.order_number,
        purchase=submission.purchase,
        description=_("Order %(number)s") % {"number": attempt.order_number},
        return_url=return_url,
        cancel_url=return_url + "?abbruch=1",
        billing=submission.billing_address or {},
    )


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
