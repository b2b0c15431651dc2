"""Holding pieces back by conditional updates, so that nobody sells what is not there.

``StockRecord.num_allocated`` counts what is promised; a piece is promised by raising it only as long as the stock
suffices. Rows are always updated in primary key order, so that two purchases cannot wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F
from django.db.models.functions import Coalesce
from oscar.core.loading import get_model

from shopflow.ordering.models import OrderAttempt, StockReservation

StockRecord = get_model("partner", "StockRecord")


def hold(wanted: Mapping[int, int]) -> list[int]:
    """Hold ``wanted`` pieces (stock record id → quantity); return the ids that could not be held.

    The caller rolls back when the list is not empty, and notes who holds them otherwise.
    """
    return [
        pk
        for pk in sorted(wanted)
        if not StockRecord.objects.filter(pk=pk, num_in_stock__gte=Coalesce(F("num_allocated"), 0) + wanted[pk]).update(
            num_allocated=Coalesce(F("num_allocated"), 0) + wanted[pk]
        )
    ]


def note(*, attempt: OrderAttempt, wanted: Mapping[int, int], used: bool = False) -> None:
    """Write down which pieces an attempt holds, or has ``used`` for its order already."""
    state = StockReservation.State.USED if used else StockReservation.State.HELD
    StockReservation.objects.bulk_create(
        [
            StockReservation(attempt=attempt, stockrecord_id=pk, quantity=wanted[pk], state=state)
            for pk in sorted(wanted)
        ]
    )


def give_back(*, attempt: OrderAttempt) -> None:
    """Give the held pieces of an attempt back, each exactly once."""
    for reservation in attempt.reservations.filter(state=StockReservation.State.HELD).order_by("stockrecord_id"):
        changed = StockReservation.objects.filter(pk=reservation.pk, state=StockReservation.State.HELD).update(
            state=StockReservation.State.RELEASED
        )
        if changed:
            StockRecord.objects.filter(pk=reservation.stockrecord_id).update(
                num_allocated=F("num_allocated") - reservation.quantity
            )


def use(*, attempt: OrderAttempt) -> None:
    """Turn the held pieces into the order's allocation; the count in the stock record stays as it is."""
    attempt.reservations.filter(state=StockReservation.State.HELD).update(state=StockReservation.State.USED)
