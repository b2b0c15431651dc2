"""Finding out what became of a payment, and acting on it; safe to repeat at any time, by anybody."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils.translation import gettext as _

from oscar_ext.checkout.services.outcomes import Declined, Outcome, Placed, Redirected, StillOpen
from oscar_ext.checkout.services.placement import MONEY_IS_THERE, ORDER_STANDS, NotLive, place_order
from shopflow.contracts.payments import PaymentResult, PaymentState, payment_methods
from shopflow.contracts.registry import UnknownCode
from shopflow.core import clock
from shopflow.core.claims import claim
from shopflow.ordering.exceptions import PurchaseRefused
from shopflow.ordering.models import OrderAttempt
from shopflow.ordering.queries import attempts_to_settle
from shopflow.ordering.services import (
    PAYMENT_WINDOW,
    extend_attempt,
    mark_awaiting,
    mark_refund_due,
    mark_refunded,
    note_settled,
    release_attempt,
    reopen_attempt,
)

logger = logging.getLogger("shopflow.checkout")
State = OrderAttempt.State

GIVE_UP_AFTER = timedelta(hours=24)
ASK_AGAIN_AFTER = timedelta(minutes=5)
LEASE = timedelta(minutes=2)


def apply_result(attempt: OrderAttempt, result: PaymentResult) -> Outcome:
    """Turn what is known of a payment into an order, a redirect or a release."""
    if result.state in ORDER_STANDS:
        return _place(attempt, result)
    if result.state is PaymentState.REDIRECT and result.redirect_url:
        mark_awaiting(attempt=attempt, provider_reference=result.provider_reference)
        return Redirected(result.redirect_url)
    if result.state in (PaymentState.DECLINED, PaymentState.CANCELLED):
        message = result.message or _("The payment was declined. Nothing was ordered. Please try another way to pay.")
        release_attempt(reference=attempt.reference, state=State.DECLINED, message=str(message))
        return Declined(message)
    return _wait(attempt, result)


def _place(attempt: OrderAttempt, result: PaymentResult) -> Outcome:
    try:
        return Placed(place_order(reference=attempt.reference, result=result))
    except NotLive:
        return _late_money(attempt, result)
    except PurchaseRefused as refusal:
        return _refuse(attempt, result, str(refusal))


def _refuse(attempt: OrderAttempt, result: PaymentResult, message: str) -> Outcome:
    if result.state in MONEY_IS_THERE:
        logger.error("%s is paid but cannot be placed: %s", attempt.order_number, message)
        mark_refund_due(reference=attempt.reference, message=message)
        message = _("%(reason)s Your payment will be given back.") % {"reason": message}
    else:
        release_attempt(reference=attempt.reference, state=State.DECLINED, message=message, by_payment=False)
    return Declined(message)


def _late_money(attempt: OrderAttempt, result: PaymentResult) -> Outcome:
    """Money for an attempt whose time was up: place the order if the goods are still there, else give it back."""
    attempt.refresh_from_db()
    if attempt.state == State.REFUNDED or result.state not in MONEY_IS_THERE:
        return Declined(attempt.message or _("This attempt to order has ended. Please order again."))
    again = reopen_attempt(reference=attempt.reference)
    if again is not None:
        return _place(again, result)
    return _refuse(attempt, result, _("The goods were sold in the meantime."))


def _wait(attempt: OrderAttempt, result: PaymentResult) -> Outcome:
    """Hold the goods until the deadline: half an hour at the provider, a day when nobody can say what happened."""
    now = clock.now()
    patience = GIVE_UP_AFTER if result.state is PaymentState.UNKNOWN else PAYMENT_WINDOW
    deadline = attempt.created_at + patience
    if now < deadline:
        extend_attempt(attempt=attempt, by=min(ASK_AGAIN_AFTER, deadline - now))
        return StillOpen()
    message = _("The payment was not finished in time. Nothing was ordered.")
    release_attempt(reference=attempt.reference, state=State.EXPIRED, message=message)
    return Declined(message)


def settle_attempt(*, reference: str) -> Outcome:
    """Ask the provider what became of an attempt and act on the answer."""
    attempt = OrderAttempt.objects.select_related("order").get(reference=reference)
    if attempt.state == State.PLACED:
        return Placed(attempt.order)
    if attempt.state == State.RESERVED:
        return _abandoned(attempt)
    if attempt.state == State.REFUND_DUE:
        return _refund(attempt)
    if attempt.state == State.REFUNDED:
        return Declined(attempt.message)
    outcome = apply_result(attempt, _ask(attempt))
    note_settled(attempt=attempt)
    return outcome


def cancel_attempt(*, reference: str) -> Outcome:
    """The customer came back without paying: believe it unless the provider says otherwise."""
    attempt = OrderAttempt.objects.get(reference=reference)
    outcome = settle_attempt(reference=reference)
    if not isinstance(outcome, StillOpen | Redirected):
        return outcome
    message = _("You have cancelled the payment. Nothing was ordered.")
    release_attempt(reference=attempt.reference, state=State.DECLINED, message=message)
    return Declined(message)


def _ask(attempt: OrderAttempt) -> PaymentResult:
    if attempt.total_cents == 0:
        return PaymentResult(state=PaymentState.PAID)
    try:
        method = payment_methods.get(attempt.payment_method)
    except UnknownCode as error:
        logger.error("%s: %s", attempt.order_number, error)
        return PaymentResult(state=PaymentState.UNKNOWN)
    result = method.status(attempt.reference, attempt.provider_reference)
    if result.state is PaymentState.REDIRECT:
        return PaymentResult(state=PaymentState.REDIRECT)
    return result


def _abandoned(attempt: OrderAttempt) -> Outcome:
    """The process died before a payment was started, or before the method had agreed: nothing can have been paid."""
    message = _("The order was interrupted before the payment. Nothing was ordered or paid.")
    release_attempt(reference=attempt.reference, state=State.EXPIRED, message=message)
    return Declined(message)


def _refund(attempt: OrderAttempt) -> Outcome:
    method = payment_methods.get(attempt.payment_method)
    known = method.status(attempt.reference, attempt.provider_reference)
    if known.state is PaymentState.REFUNDED:  # an earlier call was cut off before we could write it down
        mark_refunded(reference=attempt.reference, amount_cents=known.amount_cents)
        return Declined(attempt.message)
    amount = attempt.total_cents if known.amount_cents is None else known.amount_cents
    result = method.refund(attempt.reference, attempt.provider_reference, amount)
    if result.state is PaymentState.REFUNDED:
        mark_refunded(reference=attempt.reference, amount_cents=amount)
    else:
        logger.error("The refund of %s was not accepted (%s)", attempt.order_number, result.state)
        extend_attempt(attempt=attempt, by=timedelta(hours=1))
    return Declined(attempt.message)


def settle_overdue(*, limit: int = 100) -> int:
    """Settle attempts that nobody works on any more; returns how many were looked at."""
    now = clock.now()
    keys = claim(attempts_to_settle(now), now=now, lease=LEASE, limit=limit)
    for attempt in OrderAttempt.objects.filter(pk__in=keys):
        try:
            settle_attempt(reference=attempt.reference)
        except Exception:  # one attempt's trouble must not hold up the others; the lease brings it back
            logger.exception("Settling %s failed", attempt.order_number)
    return len(keys)
