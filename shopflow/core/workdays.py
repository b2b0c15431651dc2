"""Working days: Monday to Friday without public holidays."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

COUNTRY = "DE"


def is_working_day(day: date, *, country: str = COUNTRY, region: str = "") -> bool:
    """Whether ``day`` is neither a weekend nor a public holiday of ``country`` or its ``region``, such as ``BY``."""
    return day.weekday() < 5 and day not in _holidays(country, region, day.year)


def add_working_days(day: date, count: int, *, country: str = COUNTRY, region: str = "") -> date:
    """The ``count``-th working day after ``day``; with 0 the first one that is not before it.

    Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError("Working days are counted forward.")
    if count == 0:
        while not is_working_day(day, country=country, region=region):
            day += timedelta(days=1)
    for _step in range(count):
        day += timedelta(days=1)
        while not is_working_day(day, country=country, region=region):
            day += timedelta(days=1)
    return day


@lru_cache(maxsize=64)
def _holidays(country: str, region: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
