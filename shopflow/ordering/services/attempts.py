"""The life of an attempt to buy. Locks are taken in one order: basket, attempt, stock records, number series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.core.services import next_number, publish
from shopflow.ordering.events import PaymentFailed, RefundMade
from shopflow.ordering.exceptions import AlreadySubmitted, OutOfStock, PurchaseRefused
from shopflow.ordering.models import OrderAttempt
from shopflow.ordering.services import reservations

Basket = get_model("basket", "Basket")
State = OrderAttempt.State

PAYMENT_WINDOW = timedelta(minutes=30)
"""How long stock is held while a customer is at a payment provider."""

LEASE = timedelta(minutes=2)
"""How long one process may work on an attempt before the sweep assumes that it has died."""


@dataclass(frozen=True, kw_only=True)
class ReservedLine:
    """A line to hold stock for. ``stockrecord_id`` is None for goods whose stock is not counted."""

    title: str
    quantity: int
    stockrecord_id: int | None


def new_order_number(moment: datetime) -> str:
    """The next order number, such as ``SF-2026-000123``; needs a transaction."""
    prefix = getattr(settings, "SHOPFLOW_ORDER_NUMBER_PREFIX", "SF")
    return f"{prefix}-{moment.year}-{next_number(f'order:{moment.year}'):06d}"


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What a customer asks for by pressing the button; ``submission`` holds all that the order needs."""

    basket_id: int
    user: Any
    email: str
    payment_method: str
    total_cents: int
    currency: str
    lines: Sequence[ReservedLine]
    submission: JSONDict

    def attempt(self, moment: datetime) -> OrderAttempt:
        """An attempt that is not stored yet, with the next order number."""
        return OrderAttempt(
            basket_id=self.basket_id,
            order_number=new_order_number(moment),
            user=self.user if self.user is not None and self.user.is_authenticated else None,
            email=self.email.lower(),
            payment_method=self.payment_method,
            total_cents=self.total_cents,
            currency=self.currency,
            submission=self.submission,
            created_at=moment,
            expires_at=moment + PAYMENT_WINDOW,
        )


@transaction.atomic
def begin_attempt(intent: Intent) -> OrderAttempt:
    """Claim the basket and hold its goods; nobody can submit it a second time from now on.

    Raises :class:`AlreadySubmitted` when an earlier click was quicker and :class:`OutOfStock` when goods are gone;
    in both cases nothing has changed.
    """
    moment = clock.now()
    wanted = _claim(intent, status=Basket.FROZEN)
    attempt = intent.attempt(moment)
    attempt.lease_until = moment + LEASE
    attempt.save(force_insert=True)
    reservations.note(attempt=attempt, wanted=wanted)
    return attempt


def begin_at_once(intent: Intent) -> tuple[OrderAttempt, Mapping[int, int]]:
    """As :func:`begin_attempt`, within the transaction that also places the order.

    The basket counts as bought, and the attempt is not stored: :func:`finish_at_once` does it, with the pieces that
    are returned here.
    """
    moment = clock.now()
    wanted = _claim(intent, status=Basket.SUBMITTED, date_submitted=moment)
    return intent.attempt(moment), wanted


def finish_at_once(*, attempt: OrderAttempt, wanted: Mapping[int, int], order_id: int) -> None:
    """Store an attempt of :func:`begin_at_once` with the order that it has become."""
    attempt.state, attempt.order_id, attempt.finished_at = State.PLACED, order_id, clock.now()
    attempt.save(force_insert=True)
    reservations.note(attempt=attempt, wanted=wanted, used=True)


def _claim(intent: Intent, **basket: Any) -> Counter[int]:
    """Take the basket, once and for all clicks, and hold its goods; how many pieces of which stock record."""
    open_ones = Basket.objects.filter(pk=intent.basket_id, status__in=[Basket.OPEN, Basket.SAVED])
    if not open_ones.update(**basket):
        earlier = OrderAttempt.objects.filter(basket_id=intent.basket_id).order_by("-pk").first()
        if earlier is None:
            raise PurchaseRefused(_("This basket can no longer be ordered. Please fill a new one."))
        raise AlreadySubmitted(earlier.reference)
    wanted: Counter[int] = Counter()
    for line in intent.lines:
        if line.stockrecord_id is not None:
            wanted[line.stockrecord_id] += line.quantity
    missing = reservations.hold(wanted)
    if missing:
        titles = [line.title for line in intent.lines if line.stockrecord_id in missing]
        raise OutOfStock(
            _("Somebody was quicker: %(titles)s is not available in this quantity any more. Please change your basket.")
            % {"titles": ", ".join(f"“{title}”" for title in titles)},
            titles,
        )
    return wanted


def mark_paying(*, attempt: OrderAttempt) -> bool:
    """Note, before the provider is called, that a payment is being started; False if somebody else did."""
    lease = clock.now() + LEASE
    changed = OrderAttempt.objects.filter(pk=attempt.pk, state=State.RESERVED).update(
        state=State.PAYING, lease_until=lease
    )
    return changed == 1


def mark_awaiting(*, attempt: OrderAttempt, provider_reference: str) -> None:
    """The customer has been sent to the payment provider."""
    OrderAttempt.objects.filter(pk=attempt.pk, state=State.PAYING).update(
        state=State.AWAITING, provider_reference=provider_reference, lease_until=None
    )


def extend_attempt(*, attempt: OrderAttempt, by: timedelta) -> None:
    """Hold the goods for longer, because the provider cannot say yet what became of the payment."""
    OrderAttempt.objects.filter(pk=attempt.pk).update(expires_at=clock.now() + by, lease_until=None)


def mark_placed(*, attempt: OrderAttempt, order_id: int) -> None:
    """The order stands; belongs into the transaction that places it."""
    reservations.use(attempt=attempt)
    OrderAttempt.objects.filter(pk=attempt.pk).update(
        state=State.PLACED, order_id=order_id, finished_at=clock.now(), lease_until=None
    )


@transaction.atomic
def release_attempt(*, reference: str, state: str, message: str = "", by_payment: bool = True) -> bool:
    """End an attempt without an order: give the goods back and open the basket again.

    ``state`` is DECLINED or EXPIRED. ``by_payment``: for want of a payment, if one was begun, which is announced.
    Returns False when the attempt had already ended.
    """
    attempt = OrderAttempt.objects.select_for_update().get(reference=reference)
    if attempt.state not in OrderAttempt.LIVE:
        return False
    Basket.objects.filter(pk=attempt.basket_id, status=Basket.FROZEN).update(status=Basket.OPEN)
    reservations.give_back(attempt=attempt)
    OrderAttempt.objects.filter(pk=attempt.pk).update(
        state=state, message=message, finished_at=clock.now(), lease_until=None
    )
    if by_payment and attempt.state != State.RESERVED:
        _announce_failure(attempt, state)
    return True


def _announce_failure(attempt: OrderAttempt, state: str) -> None:
    """An attempt that money brings back to life may fail once more, in another state or later."""
    event = PaymentFailed(
        order_number=attempt.order_number,
        basket_id=attempt.basket_id,
        email=attempt.email.lower(),
        user_id=attempt.user_id,
        amount_cents=attempt.total_cents,
        payment_method=attempt.payment_method,
        failure=str(state),
    )
    publish(event, source_key=f"attempt:{attempt.pk}:failed:{attempt.expires_at.isoformat()}")


@transaction.atomic
def reopen_attempt(*, reference: str) -> OrderAttempt | None:
    """Take up an ended attempt whose money arrived after all: claim basket and goods again.

    None when the basket was bought otherwise or goods are gone; the money must then be given back.
    """
    attempt = OrderAttempt.objects.select_for_update().get(reference=reference)
    if attempt.state not in (State.EXPIRED, State.DECLINED):
        return None
    claimed = Basket.objects.filter(pk=attempt.basket_id, status__in=[Basket.OPEN, Basket.SAVED]).update(
        status=Basket.FROZEN
    )
    if not claimed:
        return None
    wanted = {r.stockrecord_id: r.quantity for r in attempt.reservations.all()}
    if reservations.hold(wanted):
        transaction.set_rollback(True)
        return None
    attempt.reservations.all().delete()
    reservations.note(attempt=attempt, wanted=wanted)
    OrderAttempt.objects.filter(pk=attempt.pk).update(
        state=State.PAYING, finished_at=None, expires_at=clock.now() + PAYMENT_WINDOW
    )
    attempt.refresh_from_db()
    return attempt


@transaction.atomic
def mark_refund_due(*, reference: str, message: str) -> None:
    """Money has come in that no order can be made of; it is given back by the next sweep and shown to staff."""
    attempt = OrderAttempt.objects.select_for_update().get(reference=reference)
    if attempt.state in OrderAttempt.LIVE:
        Basket.objects.filter(pk=attempt.basket_id, status=Basket.FROZEN).update(status=Basket.OPEN)
        reservations.give_back(attempt=attempt)
    OrderAttempt.objects.filter(pk=attempt.pk).exclude(state__in=[State.PLACED, State.REFUNDED]).update(
        state=State.REFUND_DUE, message=message, finished_at=clock.now(), expires_at=clock.now(), lease_until=None
    )


@transaction.atomic
def mark_refunded(*, reference: str, amount_cents: int | None = None) -> None:
    """The money of an attempt without an order has been given back: all of it, unless ``amount_cents`` is told."""
    due = OrderAttempt.objects.filter(reference=reference, state=State.REFUND_DUE)
    if not due.update(state=State.REFUNDED, finished_at=clock.now(), lease_until=None):
        return
    attempt = OrderAttempt.objects.get(reference=reference)
    event = RefundMade(
        order_number=attempt.order_number,
        basket_id=attempt.basket_id,
        email=attempt.email.lower(),
        user_id=attempt.user_id,
        amount_cents=attempt.total_cents if amount_cents is None else amount_cents,
        payment_method=attempt.payment_method,
    )
    publish(event, source_key=f"attempt:{attempt.pk}:refunded")


def payment_changed(*, reference: str) -> None:
    """A payment provider says that something happened: have the attempt settled soon, in the background.

    On an attempt that has ended, a lease that is over tells the sweep that there is news: money may have come late.
    """
    now, attempts = clock.now(), OrderAttempt.objects.filter(reference=reference)
    attempts.filter(state__in=[*OrderAttempt.LIVE, State.REFUND_DUE]).update(expires_at=now, lease_until=None)
    attempts.filter(state__in=OrderAttempt.ENDED).update(lease_until=now)
    enqueue("shopflow.checkout.settle_attempt", reference=reference)


def note_settled(*, attempt: OrderAttempt) -> None:
    """The news of an ended attempt has been looked at, unless more has come since ``attempt`` was read."""
    OrderAttempt.objects.filter(
        pk=attempt.pk, state__in=OrderAttempt.ENDED, lease_until=attempt.lease_until, lease_until__isnull=False
    ).update(lease_until=None)
