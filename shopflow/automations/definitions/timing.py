"""When a wait ends. Pure: the caller brings the time, the zone and the calendar."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shopflow.automations.definitions.model import DEFAULT_ZONE, Duration, Moments, UntilDate, Wait

DayOff = Callable[[date], bool]
HORIZON = 800
"""Days that are searched for an allowed moment; a calendar that allows none in two years allows none."""


class NoSuchMoment(ValueError):
    """No moment within the horizon is allowed, such as working days of a shop that is closed for good."""


def weekend(day: date) -> bool:
    """The calendar of nobody in particular: Saturdays and Sundays off."""
    return day.isoweekday() > 5


def wait_ends(
    wait: Wait, *, now: datetime, began_at: datetime, zone: str = DEFAULT_ZONE, day_off: DayOff = weekend
) -> datetime:
    """The moment (UTC) at which ``wait`` is over; never before ``now``.

    Days, months and working days keep the time on the wall of the wait's own zone or of ``zone``; hours and minutes
    are elapsed time. Then comes the first allowed moment. A moment that has passed, because the worker stood still,
    becomes now plus the wait's gap: mails that belong days apart never go out in a burst.
    """
    there = ZoneInfo(wait.moments.zone or zone)
    moment = later(began_at if wait.from_beginning else now, wait.length, there, day_off)
    moment = max(moment, now + wait.gap)
    return first_allowed(moment, wait.moments, there, day_off).astimezone(UTC)


def date_comes(
    until: UntilDate, found: date | datetime, *, zone: str = DEFAULT_ZONE, day_off: DayOff = weekend
) -> datetime:
    """The moment (UTC) that ``until`` waits for, past or not; a plain date begins at midnight."""
    there = ZoneInfo(until.moments.zone or zone)
    if isinstance(found, datetime):
        moment = found if found.tzinfo else wall(found.date(), found.time(), there)
    else:
        moment = wall(found, time(), there)
    moment = later(moment, until.offset, there, day_off, back=until.before)
    if until.moments.at is not None:
        moment = wall(moment.astimezone(there).date(), until.moments.at, there)
    return first_allowed(moment, until.moments, there, day_off).astimezone(UTC)


def later(
    moment: datetime, length: Duration, zone: ZoneInfo, day_off: DayOff = weekend, *, back: bool = False
) -> datetime:
    """``moment`` plus ``length``, or minus it: months and days on the wall first, then elapsed time."""
    sign = -1 if back else 1
    if length.days or length.months or length.workdays:
        local = moment.astimezone(zone)
        day = _months_on(local.date(), sign * length.months) + timedelta(days=sign * length.days)
        moment = wall(_workdays_on(day, length.workdays, sign, day_off), local.time(), zone)
    return moment + sign * length.elapsed


def _months_on(day: date, months: int) -> date:
    """The same day of the month, or the month's last one: 31 January plus a month is the end of February."""
    if not months:
        return day
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _workdays_on(day: date, count: int, sign: int, day_off: DayOff) -> date:
    for _day in range(HORIZON):
        if count <= 0:
            return day
        day += timedelta(days=sign)
        if not day_off(day):
            count -= 1
    raise NoSuchMoment("The calendar has no working days left.")


def first_allowed(moment: datetime, moments: Moments, zone: ZoneInfo, day_off: DayOff = weekend) -> datetime:
    """The first instant at or after ``moment`` that ``moments`` allow. Raises :class:`NoSuchMoment`."""
    if moments.any:
        return moment
    day = moment.astimezone(zone).date() - timedelta(days=1)  # a window may have begun yesterday
    for _day in range(HORIZON):
        if _day_fits(day, moments, day_off):
            found = _on(day, moment, moments, zone)
            if found is not None:
                return found
        day += timedelta(days=1)
    raise NoSuchMoment("No day of the next two years is allowed.")


def _day_fits(day: date, moments: Moments, day_off: DayOff) -> bool:
    if moments.weekdays and day.isoweekday() not in moments.weekdays:
        return False
    return not (moments.workdays and day_off(day))


def _on(day: date, moment: datetime, moments: Moments, zone: ZoneInfo) -> datetime | None:
    """The first allowed instant of ``day`` at or after ``moment``."""
    if moments.at is not None:
        found = wall(day, moments.at, zone)
        return found if found >= moment else None
    begins, ends = moments.window or (time(), time())
    last = day if begins < ends else day + timedelta(days=1)
    start, end = wall(day, begins, zone), wall(last, ends, zone)
    found = max(moment, start)
    if found >= end:
        return None
    if moments.window and not within(found.astimezone(zone).time(), begins, ends):
        found = _second(day, begins, zone)  # the clocks went back over the window's beginning
        return found if moment <= found < end else None
    return found


def _second(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at.replace(fold=1), tzinfo=zone).astimezone(UTC)


def within(at: time, begins: time, ends: time) -> bool:
    """Whether ``at`` lies in a window that may cross midnight; one that begins as it ends is the whole day."""
    if begins < ends:
        return begins <= at < ends
    return at >= begins or at < ends or begins == ends


def wall(day: date, at: time, zone: ZoneInfo) -> datetime:
    """``day`` and ``at`` in ``zone`` as UTC. A doubled time is its first one, a missing one the end of the gap."""
    local = datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None, fold=0) == local.replace(tzinfo=None):
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
