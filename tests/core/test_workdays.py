from __future__ import annotations

from datetime import date

import pytest

from shopflow.core.workdays import add_working_days, is_working_day


@pytest.mark.parametrize(
    ("day", "region", "works"),
    [
        (date(2026, 11, 20), "", True),
        (date(2026, 11, 21), "", False),
        (date(2026, 12, 25), "", False),
        (date(2026, 1, 6), "", True),
        (date(2026, 1, 6), "BY", False),
    ],
)
def test_weekends_and_holidays_are_no_working_days(day, region, works):
    assert is_working_day(day, region=region) is works


@pytest.mark.parametrize(
    ("day", "count", "comes_to"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 12, 23), 2, date(2026, 12, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
    ],
)
def test_working_days_are_counted_over_weekends_holidays_and_years(day, count, comes_to):
    assert add_working_days(day, count) == comes_to


def test_they_are_not_counted_backwards():
    with pytest.raises(ValueError, match="forward"):
        add_working_days(date(2026, 11, 20), -1)
