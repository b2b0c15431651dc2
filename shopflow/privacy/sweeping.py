"""Forgetting what has been kept long enough, room by room, a batch at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from shopflow.contracts.retention import Looked, Period, Retention, retentions
from shopflow.core import clock
from shopflow.privacy.models import Sweep

logger = logging.getLogger("shopflow.retention")

BATCH = 1000
"""How many records one transaction forgets."""

SECONDS = 1200.0
"""After how long a sweep rests until the next day."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One line of the table of what is kept how long."""

    retention: Retention
    period: Period
    over_before: datetime
    last: Sweep | None


def period_of(retention: Retention) -> Period:
    """How long ``retention`` keeps in this shop: ``SHOPFLOW_RETENTION``, else its own period.

    Raises ValueError if the shop would keep for less long than a law demands; ``check`` says so before.
    """
    chosen = getattr(settings, "SHOPFLOW_RETENTION", {}).get(retention.code)
    if chosen is None:
        return retention.period
    if retention.duty and chosen < retention.period.number:
        raise ValueError(f"“{retention.code}” must be kept for at least {retention.period.number}, not {chosen}.")
    return retention.period.of(chosen)


def table() -> list[Kept]:
    """What the shop keeps how long, in the order of the rooms."""
    now, last = localtime(clock.now()), {row.code: row for row in Sweep.objects.all()}
    return [
        Kept(retention=one, period=(period := period_of(one)), over_before=period.over_before(now),
             last=last.get(one.code))
        for one in _in_order(retentions)
    ]  # fmt: skip


def sweep_all(*, batch: int = BATCH, seconds: float = SECONDS) -> dict[str, int]:
    """Forget all that has been kept long enough, or as much as ``seconds`` allow; returns how many records by code.

    The rooms take turns, a batch each in a transaction of its own. One that fails is told to staff and holds up no
    other.
    """
    now, until = localtime(clock.now()), time.monotonic() + seconds
    counts: dict[str, int] = {one.code: 0 for one in retentions}
    going, failed = _in_order(retentions), dict[str, str]()
    while going:
        for one in list(going):
            try:
                with transaction.atomic():
                    gone = one.sweep(before=period_of(one).over_before(now), limit=batch)
            except Exception as error:  # one room's trouble is told to staff and holds up no other
                logger.exception("“%s” could not be swept", one.code)
                gone, failed[one.code] = 0, f"{type(error).__name__}: {error}"
            counts[one.code] += gone
            if gone < batch and not isinstance(gone, Looked):
                going.remove(one)
        if time.monotonic() >= until:
            break
    unfinished = {one.code for one in going}
    for code, count in counts.items():
        told = {"at": now, "count": count, "unfinished": code in unfinished, "error": failed.get(code, "")}
        Sweep.objects.update_or_create(code=code, defaults=told)
    return counts


def _in_order(found: Iterable[Retention]) -> list[Retention]:
    return sorted(found, key=lambda one: (one.position, one.code))
