"""When a wait ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shopflow.automations.definitions.model import Wait


def wait_ends(wait: Wait, *, now: datetime, began_at: datetime) -> datetime:
    """The moment (UTC) at which ``wait`` is over; never before ``now``.

    Days are calendar days in the wait's zone and keep the time on the wall; hours and minutes are elapsed time.
    With ``at`` it is the first such time at or after that. A moment that has passed, because the worker stood still,
    becomes now plus the wait's gap: mails that belong days apart never go out in a burst.
    """
    zone = ZoneInfo(wait.zone)
    moment = began_at if wait.from_beginning else now
    if wait.length.days:
        local = moment.astimezone(zone)
        moment = wall(local.date() + timedelta(days=wait.length.days), local.time(), zone)
    moment += wait.length.elapsed
    moment = max(moment, now + wait.gap)
    if wait.at is not None:
        moment = next_at(moment, wait.at, zone)
    return moment.astimezone(UTC)


def next_at(moment: datetime, at: time, zone: ZoneInfo) -> datetime:
    """The first instant at or after ``moment`` whose time in ``zone`` is ``at``."""
    day = moment.astimezone(zone).date()
    first = wall(day, at, zone)
    return first if first >= moment else wall(day + timedelta(days=1), at, zone)


def wall(day: date, at: time, zone: ZoneInfo) -> datetime:
    """``day`` and ``at`` in ``zone`` as UTC. A doubled time is its first one, a missing one the end of the gap."""
    local = datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    before, after = local.replace(fold=1).astimezone(UTC), moment
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
