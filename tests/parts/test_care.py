"""Months as people write them, and when a vehicle needs what."""

from __future__ import annotations

from datetime import date

import pytest

from shopflow.parts import care


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05/2027", date(2027, 5, 31)),
        (" 2.28 ", date(2028, 2, 29)),
        ("11-2026", date(2026, 11, 30)),
        ("12 / 26", date(2026, 12, 31)),
    ],
)
def test_a_month_is_its_last_day(text, day):
    assert care.read_month(text) == day


@pytest.mark.parametrize("text", ["", "13/2027", "0/2027", "2027", "5", "Mai 2027", "05/1927", "05/2027x"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(care.BadMonth):
        care.read_month(text)


@pytest.mark.parametrize(
    ("text", "day"), [("0120", date(2020, 1, 31)), ("2319", date(2019, 6, 30)), ("06/2019", date(2019, 6, 30))]
)
def test_tyres_tell_their_week(text, day):
    assert care.read_made(text) == day


@pytest.mark.parametrize("text", ["5419", "0019", "99"])
def test_no_such_week(text):
    with pytest.raises(care.BadMonth):
        care.read_made(text)


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        ("oil", date(2025, 2, 28)),
        ("brake_fluid", date(2026, 2, 28)),
        ("battery", date(2028, 2, 29)),
        ("tyres", date(2030, 2, 28)),
    ],
)
def test_what_was_done_is_due_again(kind, due):
    assert care.due_after(date(2024, 2, 29), kind) == due


def test_the_seasons_follow_easter_and_october():
    assert care.season_begins(care.SPRING, 2027) == date(2027, 3, 14), "Easter is on 28 March"
    assert care.season_begins(care.AUTUMN, 2026) == date(2026, 10, 1)
