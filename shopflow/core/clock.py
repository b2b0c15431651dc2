"""The one clock that decisions are made by.

``now()`` is the wall clock, plus a shift that staff of a demo shop and tests may set when
``SHOPFLOW_MOVABLE_CLOCK`` is on. Services ask this clock and no other, so that a flow of three days can be
watched in a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

_imagined: ContextVar[datetime | None] = ContextVar("shopflow_imagined_moment", default=None)


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _imagined.get() or timezone.now() + shift()


@contextmanager
def imagined_at(moment: datetime) -> Iterator[None]:
    """Let the clock stand still at ``moment`` for whatever is asked within the block, and for nobody else."""
    token = _imagined.set(moment)
    try:
        yield
    finally:
        _imagined.reset(token)


def shift() -> timedelta:
    """How far the clock has been moved forward; zero unless ``SHOPFLOW_MOVABLE_CLOCK`` is on."""
    if not getattr(settings, "SHOPFLOW_MOVABLE_CLOCK", False):
        return timedelta()
    from django.db import connection

    # Asked for so often that putting the query together would take most of the time.
    with connection.cursor() as cursor:
        cursor.execute("SELECT seconds FROM shopflow_core_clockshift WHERE id = 1")
        row = cursor.fetchone()
    return timedelta(seconds=row[0] if row else 0)


class ClockFixed(Exception):
    """The clock may not be moved here; ``SHOPFLOW_MOVABLE_CLOCK`` is off."""


def move_forward(by: timedelta) -> datetime:
    """Move the clock forward for every process of this shop and return the new time.

    Raises :class:`ClockFixed` unless ``SHOPFLOW_MOVABLE_CLOCK`` is on, and ValueError for a step back, because
    what has happened cannot be made to lie in the future.
    """
    if not getattr(settings, "SHOPFLOW_MOVABLE_CLOCK", False):
        raise ClockFixed("The clock can only be moved when SHOPFLOW_MOVABLE_CLOCK is on.")
    if by < timedelta():
        raise ValueError("The clock moves forward only.")
    from django.db.models import F

    from shopflow.core.models import ClockShift

    ClockShift.objects.get_or_create(pk=1)
    ClockShift.objects.filter(pk=1).update(seconds=F("seconds") + int(by.total_seconds()))
    return now()
