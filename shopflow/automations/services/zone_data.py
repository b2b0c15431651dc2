"""How the clocks of time zones are set: noticed when the system's data on zones, or the package ``tzdata``, are others.

Governments change rules; an update brings them. What a zone does is compared, not the version of the data: hundreds of
zones stay the same with each release, wherever Python's ``zoneinfo`` finds it.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.db import transaction
from django.db.models import Max

from shopflow.automations.models import ZoneData
from shopflow.automations.services.replanning import replan_zones
from shopflow.core import clock

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)
"""The years that are compared; they stay, so that a fingerprint changes with the data alone."""
STRIDE = timedelta(days=7)
"""Clocks that are changed and changed back within this time are not noticed; none is known (Morocco: 28 days)."""
SECOND = timedelta(seconds=1)

_known: list[datetime | None] = []
"""Holds the last change that this process has reckoned by."""


def fingerprint(zone: str) -> str:
    """A hash of what ``zone`` is ahead of UTC and of each moment (to the second) at which that changes, read anew.

    Raises ZoneInfoNotFoundError, ValueError or OSError for what is no zone.
    """
    there = ZoneInfo.no_cache(zone)
    offset = FIRST.astimezone(there).utcoffset()
    said = [f"{offset}"]
    before = FIRST
    while before < LAST:
        after = before + STRIDE
        now = after.astimezone(there).utcoffset()
        if now != offset:
            said.append(f"{_change(there, before, after)}: {now}")
        before, offset = after, now
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second between the two at which the clocks are changed."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def look_at_zones() -> list[str]:
    """Note the zones whose clocks are set otherwise than before, for ``keep_up_with_zones``; returns which.

    A zone that was not known counts as well: by which data its waits were reckoned, nobody knows. About two seconds of
    processor time for all zones of the world, and as many queries whatever has changed.
    """
    seen: dict[str, str] = {}
    for zone in sorted(available_timezones()):
        try:
            seen[zone] = fingerprint(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # such as a directory entry that is no zone
            continue
    with transaction.atomic():
        known = dict(ZoneData.objects.select_for_update().order_by("zone").values_list("zone", "fingerprint"))
        changed = [zone for zone, found in seen.items() if known.get(zone) != found]
        now = clock.now()
        ZoneData.objects.bulk_create(
            [ZoneData(zone=zone, fingerprint=seen[zone], changed_at=now, replan_after=0) for zone in changed],
            update_conflicts=True,
            unique_fields=["zone"],
            update_fields=["fingerprint", "changed_at", "replan_after"],
        )
    return changed


def keep_up_with_zones() -> int:
    """Have this process reckon by the zones' newest data, and move the waits that this concerns; returns how many.

    One query while nothing has changed. Waits move a minute after the change was noted: by then no process reckons by
    what it has read before.
    """
    found = ZoneData.objects.aggregate(newest=Max("changed_at"), open=Max("replan_after"))
    if [found["newest"]] != _known:
        ZoneInfo.clear_cache()
        _known[:] = [found["newest"]]
    return 0 if found["open"] is None else replan_zones()
