"""Which rows of a delivery concern the shop at all, by the profile's ``rows``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from dealer_import.doubts import clean
from dealer_import.profiles import Profile
from dealer_import.profiles.model import Condition
from dealer_import.values import NumberFormat, parse_date


def row_test(profile: Profile, today: date | None = None) -> Callable[[Mapping[str, str]], bool] | None:
    """Whether a record's fields are wanted; None when the profile takes every row.

    A condition on a text that is no number, or no date, does not hold: a damaged cell brings no part into the shop.
    """
    rule = profile.filter
    if not rule:
        return None
    day = today or date.today()  # noqa: DTZ011 - the dealer's own calendar day

    def wanted(fields: Mapping[str, str]) -> bool:
        if not all(_holds(condition, fields, profile.numbers, day) for condition in rule.all_of):
            return False
        return not rule.any_of or any(_holds(condition, fields, profile.numbers, day) for condition in rule.any_of)

    return wanted


def _holds(condition: Condition, fields: Mapping[str, str], numbers: NumberFormat, today: date) -> bool:
    text = clean(fields.get(condition.source, ""))
    if condition.filled is not None:
        return bool(text) is condition.filled
    if condition.among is not None:
        return text.upper() in condition.among
    if condition.not_among is not None:
        return text.upper() not in condition.not_among
    try:
        if condition.within_months is not None:
            return _months_since(parse_date(text, condition.formats), today) < condition.within_months
        milli, _lost = numbers.scaled(text, 3)
    except ValueError:
        return False
    if condition.above is not None:
        return milli > condition.above
    return condition.below is not None and milli < condition.below


def _months_since(day: date, today: date) -> int:
    """Whole months from ``day`` to ``today``; negative for a day to come."""
    months = (today.year - day.year) * 12 + today.month - day.month
    return months - (today.day < day.day)
