"""Time algebra without a database: calendar units, windows, working days, and the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopflow.automations.calendars import COUNTRY_ZONES, Rules, default_zone, public_holidays, zone_or
from shopflow.automations.definitions.model import Duration, Moments, UntilDate, Wait
from shopflow.automations.definitions.timing import (
    NoSuchMoment,
    date_comes,
    first_allowed,
    later,
    wait_ends,
    wall,
    weekend,
    within,
)
from shopflow.automations.models import AutomationSettings

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Lisbon", "America/New_York", "America/Santiago", "Australia/Sydney",
    "Australia/Lord_Howe", "Pacific/Auckland", "Africa/Casablanca", "Asia/Kolkata",
)  # fmt: skip


def utc(*moment):
    return datetime(*moment, tzinfo=UTC)


def here(*moment):
    return datetime(*moment, tzinfo=BERLIN)


def changes(zone):
    """The days of 2026 and 2027 on which the clocks of ``zone`` change."""
    there, found = ZoneInfo(zone), []
    day = date(2026, 1, 1)
    while day < date(2028, 1, 1):
        noon = datetime.combine(day, time(12), tzinfo=there)
        if noon.utcoffset() != (noon + timedelta(days=1)).replace(tzinfo=there).utcoffset():
            found.append(day + timedelta(days=1))
        day += timedelta(days=1)
    return found


CHANGES = [(zone, day) for zone in ZONES for day in changes(zone)]
times = st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0))


def test_the_zones_change_their_clocks():
    assert len(CHANGES) >= 32
    assert {zone for zone, _day in CHANGES} == set(ZONES) - {"Asia/Kolkata"}


@given(
    change=st.sampled_from(CHANGES),
    hours=st.integers(-30, 30),
    days=st.integers(0, 3),
    months=st.integers(0, 2),
    at=st.none() | times,
    weekdays=st.frozensets(st.integers(1, 7), max_size=3),
    window=st.none() | st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]),
    workdays=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_i10_a_wait_ends_later_in_its_window_on_an_allowed_day(
    change, hours, days, months, at, weekdays, window, workdays
):
    zone, day = change
    there = ZoneInfo(zone)
    now = datetime.combine(day, time(2, 30), tzinfo=there).astimezone(UTC) + timedelta(hours=hours)
    moments = Moments(at, weekdays, None if at else window, workdays, zone)
    try:
        due = wait_ends(Wait("w", Duration(days, months=months), moments=moments), now=now, began_at=now)
    except NoSuchMoment:
        assert workdays
        assert weekdays
        assert weekdays <= {6, 7}
        return

    local = due.astimezone(there)
    assert due >= now
    assert later(now, Duration(days, months=months), there) <= due
    begins_on = local.date()
    if moments.window and not within(local.time(), *moments.window):
        pytest.fail(f"{local} is outside of {moments.window}")
    if moments.window and moments.window[0] > moments.window[1] and local.time() < moments.window[1]:
        begins_on -= timedelta(days=1)
    assert not weekdays or begins_on.isoweekday() in weekdays
    assert not workdays or not weekend(begins_on)
    if at is not None:
        missing = wall(local.date(), at, there).astimezone(there).time() != at
        assert local.time() == at or missing


@given(change=st.sampled_from(CHANGES), at=times)
@settings(max_examples=150, deadline=None)
def test_i10_days_keep_the_time_on_the_wall_and_hours_do_not(change, at):
    zone, day = change
    there = ZoneInfo(zone)
    start = wall(day - timedelta(days=1), at, there)

    assert later(start, Duration(days=1), there) == wall(day, start.astimezone(there).time(), there)
    assert later(start, Duration(elapsed=timedelta(hours=24)), there) - start == timedelta(hours=24)


@given(change=st.sampled_from(CHANGES), at=times)
@settings(max_examples=150, deadline=None)
def test_i10_a_missing_time_is_the_end_of_the_gap_and_a_doubled_one_its_first(change, at):
    zone, day = change
    there = ZoneInfo(zone)
    moment = wall(day, at, there)
    local = moment.astimezone(there)

    wanted = datetime.combine(day, at)
    if local.replace(tzinfo=None, fold=0) == wanted:
        assert local.fold == 0
    else:
        assert local.replace(tzinfo=None) > wanted
        just_before = (moment - timedelta(minutes=1)).astimezone(there)
        assert just_before.utcoffset() != local.utcoffset()
        assert just_before.replace(tzinfo=None) < wanted


@pytest.mark.parametrize(
    ("start", "months", "ends"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2028, 1, 31), 1, (2028, 2, 29)),
        ((2026, 12, 15), 1, (2027, 1, 15)),
        ((2026, 3, 31), 13, (2027, 4, 30)),
    ],
)
def test_a_month_ends_on_its_last_day(start, months, ends):
    assert later(here(*start, 18), Duration(months=months), BERLIN) == here(*ends, 18)


def test_working_days_leave_out_weekends_and_holidays():
    class Open(Rules):
        _closures = ()

    day_off = Open(AutomationSettings(pk=1, region="BY")).day_off

    assert later(here(2026, 12, 23, 9), Duration(workdays=3), BERLIN, day_off) == here(2026, 12, 29, 9)
    assert later(here(2026, 1, 5, 9), Duration(workdays=1), BERLIN, day_off) == here(2026, 1, 7, 9), "Epiphany"
    hamburg = Open(AutomationSettings(pk=1, region="HH")).day_off
    assert later(here(2026, 1, 5, 9), Duration(workdays=1), BERLIN, hamburg) == here(2026, 1, 6, 9)


def test_every_federal_state_has_its_holidays():
    states = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")
    for state in states:
        found = public_holidays("DE", state)
        assert date(2026, 10, 3) in found
        assert (date(2026, 6, 4) in found) == (state in {"BW", "BY", "HE", "NW", "RP", "SL"}), state
    assert date(2026, 10, 3) in public_holidays("DE", "XX")
    assert date(2026, 10, 26) in public_holidays("AT", "")
    assert date(2026, 1, 1) not in public_holidays("XX", "")


def test_a_time_on_a_weekday_is_set_again_when_the_day_moves():
    friday_evening = here(2026, 11, 20, 19)
    moments = Moments(at=time(18), weekdays=frozenset({2, 4}))

    assert first_allowed(friday_evening, moments, BERLIN) == here(2026, 11, 24, 18)
    assert first_allowed(here(2026, 11, 24, 18), moments, BERLIN) == here(2026, 11, 24, 18)


def test_a_window_over_midnight_belongs_to_the_day_it_begins_on():
    night = Moments(window=(time(22), time(6)), weekdays=frozenset({5}))

    assert first_allowed(here(2026, 11, 21, 3), night, BERLIN) == here(2026, 11, 21, 3), "Friday's night"
    assert first_allowed(here(2026, 11, 20, 3), night, BERLIN) == here(2026, 11, 20, 22)
    assert first_allowed(here(2026, 11, 21, 6), night, BERLIN) == here(2026, 11, 27, 22)


def test_a_window_on_the_day_of_two_equal_hours():
    early = Moments(window=(time(2, 30), time(4)))
    second_two = utc(2026, 10, 25, 1, 10)  # 02:10 for the second time

    assert first_allowed(second_two, early, BERLIN) == utc(2026, 10, 25, 1, 30)
    assert first_allowed(utc(2026, 10, 25, 0, 10), early, BERLIN) == utc(2026, 10, 25, 0, 30)


def test_a_window_that_the_clocks_leave_out_comes_the_next_day():
    gap = Moments(window=(time(2, 10), time(2, 50)))

    assert first_allowed(here(2026, 3, 29, 1), gap, BERLIN) == here(2026, 3, 30, 2, 10)


def test_a_date_is_moved_and_gets_its_time():
    before = UntilDate("d", "due", Duration(days=60), before=True, moments=Moments(at=time(9)))
    after = UntilDate("d", "due", Duration(months=1), moments=Moments(at=time(9), workdays=True))

    assert date_comes(before, date(2027, 3, 31)) == here(2027, 1, 30, 9)
    assert date_comes(after, date(2026, 10, 31)) == here(2026, 11, 30, 9)
    moved = date_comes(UntilDate("d", "due", moments=Moments(workdays=True)), here(2026, 11, 21, 10))
    assert moved == here(2026, 11, 23)


def test_a_calendar_without_days_is_said_so():
    with pytest.raises(NoSuchMoment):
        first_allowed(utc(2026, 1, 1), Moments(workdays=True), BERLIN, lambda day: True)
    with pytest.raises(NoSuchMoment):
        later(utc(2026, 1, 1), Duration(workdays=1), BERLIN, lambda day: True)


def test_advertising_rests_at_night_on_sundays_and_holidays():
    rules = Rules(AutomationSettings(pk=1))

    def free(*moment):
        return rules.advertising_from(here(*moment), "Europe/Berlin")

    assert free(2026, 11, 20, 20, 59) == here(2026, 11, 20, 20, 59)
    assert free(2026, 11, 20, 21) == here(2026, 11, 21, 8), "Saturday"
    assert free(2026, 11, 21, 22) == here(2026, 11, 23, 8), "over Sunday"
    assert free(2026, 12, 24, 21) == here(2026, 12, 28, 8), "over Christmas and the Sunday after"
    open_all = Rules(
        AutomationSettings(pk=1, quiet_from=time(0), quiet_until=time(0), quiet_sundays=False, quiet_holidays=False)
    )
    assert open_all.advertising_from(here(2026, 12, 25, 3), "Europe/Berlin") == here(2026, 12, 25, 3)


def test_a_zone_is_the_contacts_else_the_countrys_else_the_shops(settings):
    settings.TIME_ZONE = "Europe/Berlin"

    assert [default_zone(code) for code in ("pt", "AT", "", "ZZ")] == [
        "Europe/Lisbon", "Europe/Vienna", "Europe/Berlin", "Europe/Berlin",
    ]  # fmt: skip
    assert zone_or("Mars/Olympus", "Europe/Rome") == "Europe/Rome"
    for zone in COUNTRY_ZONES.values():
        ZoneInfo(zone)
