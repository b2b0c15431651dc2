"""Keeping to the limits of mail systems: so many mails a minute in all, and to each recipient domain.

Each limit is a bucket that lets half a minute's worth go at once and then a steady stream; the bucket is one moment in
a row (the generic cell rate algorithm), changed by compare-and-swap, so that several workers share it exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from shopflow.core import clock
from shopflow.core.services import audit
from shopflow.mailing.models import SendingLimit, SendingPace

DEFAULTS = {SendingLimit.ALL: 1200, SendingLimit.EACH: 240}
"""Mails a minute where staff have entered nothing: in all, and to each domain."""

IDLE = timedelta(days=1)
MAILBOX = "shopflow.mailing.backends.MailboxBackend"


class Pace:
    """The limits as they are now, read once for a batch."""

    def __init__(self) -> None:
        self._limits = {} if settings.SHOPFLOW_MAIL_TRANSPORT == MAILBOX else limits()

    def take(self, domain: str, wanted: int) -> int:
        """Take up to ``wanted`` permits for ``domain`` (``ALL`` for the whole shop); return how many there were."""
        limit = self._limit(domain)
        if not limit or wanted < 1:
            return wanted
        interval, ahead = _shape(limit)
        while True:
            now = clock.now()
            row, _created = SendingPace.objects.get_or_create(
                domain=domain, defaults={"free_at": now, "spread_until": now}
            )
            start = max(row.free_at, now)
            granted = min(wanted, max(0, (now + ahead - start) // interval))
            if not granted or _swap(row, free_at=start + interval * granted):
                return int(granted)

    def give_back(self, domain: str, count: int) -> None:
        """Return permits that were not used."""
        limit = self._limit(domain)
        if not limit or count < 1:
            return
        while True:
            row = SendingPace.objects.get(domain=domain)
            if _swap(row, free_at=row.free_at - timedelta(minutes=1) / limit * count):
                return

    def places(self, domain: str, count: int) -> list[datetime]:
        """Moments at which ``count`` mails that found no permit should ask again: one after the other, not together."""
        interval, ahead = _shape(self._limit(domain))
        while True:
            row = SendingPace.objects.get(domain=domain)
            start = max(row.spread_until, row.free_at - ahead, clock.now())
            if _swap(row, spread_until=start + interval * count):
                return [start + interval * (number + 1) for number in range(count)]

    def _limit(self, domain: str) -> int:
        if domain in self._limits or domain == SendingLimit.ALL:
            return self._limits.get(domain, 0)
        return self._limits.get(SendingLimit.EACH, 0)


def _shape(limit: int) -> tuple[timedelta, timedelta]:
    """The time between two mails at ``limit`` a minute, and the stretch of it that may be used at once."""
    interval = timedelta(minutes=1) / limit
    return interval, interval * max(1, limit // 2)


def _swap(row: SendingPace, **values: datetime) -> bool:
    """Write ``values`` unless another worker has changed the row since it was read."""
    unchanged = SendingPace.objects.filter(pk=row.pk, free_at=row.free_at, spread_until=row.spread_until)
    return unchanged.update(**values) == 1


def limits() -> dict[str, int]:
    """Mails a minute by domain, with the defaults under ``SendingLimit.ALL`` and ``EACH``."""
    return {**DEFAULTS, **dict(SendingLimit.objects.values_list("domain", "per_minute"))}


def save_limits(*, in_all: int, each: int, domains: Iterable[tuple[str, int]], actor: Any) -> None:
    """Store all limits (mails a minute, 0 for none) in place of those before."""
    rows = {SendingLimit.ALL: in_all, SendingLimit.EACH: each}
    rows.update({domain.strip().lower(): count for domain, count in domains})
    with transaction.atomic():
        SendingLimit.objects.exclude(domain__in=rows).delete()
        for domain, per_minute in rows.items():
            SendingLimit.objects.update_or_create(domain=domain, defaults={"per_minute": per_minute})
        first = SendingLimit.objects.get(domain=SendingLimit.ALL)
        audit(actor=actor, action="mail_limits", target=first, summary=f"{in_all}/{each}", data=rows)


def forget_idle_domains() -> int:
    """Delete the paces of domains that nothing was sent to for a day; return how many."""
    count, _per_model = SendingPace.objects.filter(free_at__lt=clock.now() - IDLE).exclude(domain="").delete()
    return count
