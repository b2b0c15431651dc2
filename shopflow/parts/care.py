"""When a vehicle needs what: months as people tell them, and how long each thing lasts. Pure functions."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from dateutil.easter import easter
from django.utils.translation import gettext as _

from shopflow.parts.models.care import VehicleDate

Kind = VehicleDate.Kind
LASTS = {Kind.OIL: 12, Kind.BRAKE_FLUID: 24, Kind.CLIMATE: 24, Kind.BATTERY: 48, Kind.TYRES: 72}
"""Months that pass from doing to doing; of the other kinds people tell when they are due."""
LEAD = {Kind.INSPECTION: timedelta(days=60)}
USUAL_LEAD = timedelta(days=30)
SPRING, AUTUMN = "wheels_spring", "wheels_autumn"
SEASON_LASTS = timedelta(days=14)
"""The change of wheels is announced in these days from its beginning on, and never later."""
_MONTH = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{4}|\d{2})$")
_DOT = re.compile(r"(\d{2})(\d{2})$")


class BadMonth(ValueError):
    """The text names no month; the message says what to do."""


def read_month(text: str) -> date:
    """The last day of the month that ``text`` names: 05/2027, 5.27. Raises :class:`BadMonth`."""
    found = _MONTH.match(text.strip())
    if found:
        month, year = int(found[1]), int(found[2])
        year += 2000 if year < 100 else 0
        if 1 <= month <= 12 and 1990 <= year <= 2100:
            return last_day(year, month)
    raise BadMonth(_("Enter the month as on the plate, such as 05/2027."))


def read_made(text: str) -> date:
    """The month in which tyres were made: the four digits after DOT (week and year), or a month."""
    found = _DOT.match(text.strip())
    if not found:
        return read_month(text)
    week, year = int(found[1]), 2000 + int(found[2])
    if not 1 <= week <= 53:
        raise BadMonth(_("Enter the last four digits after DOT, such as 2321, or a month."))
    day = date(year, 1, 1) + timedelta(weeks=week - 1)
    return last_day(day.year, day.month)


def last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def due_after(done_on: date, kind: str) -> date:
    """The last day of the month in which what was done then is due again."""
    months = done_on.year * 12 + done_on.month - 1 + LASTS[Kind(kind)]
    return last_day(months // 12, months % 12 + 1)


def season_begins(kind: str, year: int) -> date:
    """When to speak of changing wheels: two weeks before Easter, and on 1 October ("von O bis O")."""
    return easter(year) - timedelta(days=14) if kind == SPRING else date(year, 10, 1)
