"""When the right of withdrawal ends (§§ 355, 356 BGB). Pure date arithmetic, and one look at an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from shopflow.legal.queries import versions_of_order

DAYS = timedelta(days=14)
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class Period:
    """A withdrawal period. ``start`` and ``last_day`` are None when the delivery is not known; ``basis`` says why."""

    start: date | None
    last_day: date | None
    basis: str

    def is_over(self, day: date) -> bool | None:
        """Whether a declaration on ``day`` is too late; None when that cannot be known."""
        return None if self.last_day is None else day > self.last_day


def last_day(start: date, *, instructed: bool = True) -> date:
    """The last day of the period that ``start`` (delivery, or conclusion for digital goods) sets going.

    14 days, or 12 months and 14 days without proper instruction (§ 356 (3) BGB). A last day on a Saturday, Sunday
    or public holiday moves to the next working day (§ 193 BGB); a holiday of any German state counts, in favour of
    the consumer, because the place of the declaration is not known.
    """
    day = (start if instructed else _a_year_later(start)) + DAYS
    while day.weekday() >= 5 or day in _german_holidays(day.year):
        day += timedelta(days=1)
    return day


def _a_year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


@cache
def _german_holidays(year: int) -> frozenset[date]:
    from holidays import Germany, country_holidays  # reads the files of all countries: only who counts days pays

    return frozenset().union(*(country_holidays("DE", subdiv=state, years=year) for state in Germany.subdivisions))


def period_of(order: Any) -> Period:
    """The withdrawal period of ``order``, from its delivery; unknown as long as nothing was delivered."""
    instructed = any(version.type_code == "widerruf" for version in versions_of_order(order.pk))
    ships = order.lines.filter(product__product_class__requires_shipping=True).exists()
    if not ships:
        start = order.date_placed.astimezone(BERLIN).date()
        return Period(start, last_day(start, instructed=instructed), _("from the conclusion of the contract"))
    delivered = order.status_changes.filter(new_status="delivered").order_by("-date_created").first()
    if delivered is None:
        return Period(None, None, _("The day of delivery is not known."))
    start = delivered.date_created.astimezone(BERLIN).date()
    return Period(start, last_day(start, instructed=instructed), _("from the delivery"))
