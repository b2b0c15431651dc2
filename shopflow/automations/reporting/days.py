"""Days of the shop's calendar, which reports count by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import TruncDate

from shopflow.core import clock

DAY = timedelta(days=1)


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def day_of(moment: datetime) -> date:
    return moment.astimezone(zone()).date()


def today() -> date:
    return day_of(clock.now())


def begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone())


def by_day(field: str) -> TruncDate:
    """The day of ``field``, for grouping."""
    return TruncDate(field, tzinfo=zone())


@dataclass(frozen=True)
class Span:
    """The days from ``first`` to ``last``, both counted."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Span:
        """As many days, just before."""
        return Span(self.first - DAY * self.days, self.first - DAY)

    def within(self, field: str) -> Q:
        """Rows whose moment ``field`` lies in these days."""
        return Q(**{f"{field}__gte": begin_of(self.first), f"{field}__lt": begin_of(self.last + DAY)})

    def each(self) -> list[date]:
        return [self.first + DAY * number for number in range(self.days)]
