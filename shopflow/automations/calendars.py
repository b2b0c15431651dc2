"""The shop's rules as the engine needs them: quiet hours, caps, working days and time zones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from django.conf import settings

from shopflow.automations.definitions.model import Cap, Moments
from shopflow.automations.definitions.timing import first_allowed, weekend
from shopflow.automations.models import AutomationSettings, Closure

COUNTRY_ZONES: Mapping[str, str] = {
    "AT": "Europe/Vienna", "BE": "Europe/Brussels", "BG": "Europe/Sofia", "CH": "Europe/Zurich",
    "CY": "Asia/Nicosia", "CZ": "Europe/Prague", "DE": "Europe/Berlin", "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn", "ES": "Europe/Madrid", "FI": "Europe/Helsinki", "FR": "Europe/Paris",
    "GB": "Europe/London", "GR": "Europe/Athens", "HR": "Europe/Zagreb", "HU": "Europe/Budapest",
    "IE": "Europe/Dublin", "IS": "Atlantic/Reykjavik", "IT": "Europe/Rome", "LI": "Europe/Vaduz",
    "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg", "LV": "Europe/Riga", "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam", "NO": "Europe/Oslo", "PL": "Europe/Warsaw", "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest", "SE": "Europe/Stockholm", "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava",
}  # fmt: skip
"""The zone of a country's capital, for people of whom nothing nearer is known."""


@lru_cache(maxsize=64)
def public_holidays(country: str, region: str) -> holidays.HolidayBase:
    """The public holidays of a country or one of its regions; of the country when it has no such region."""
    try:
        return holidays.country_holidays(country, subdiv=region or None)
    except NotImplementedError:
        return holidays.country_holidays(country) if region else holidays.HolidayBase()


def regions_of(country: str) -> list[str]:
    """Codes of the regions of ``country`` that have public holidays of their own."""
    return sorted(holidays.list_supported_countries(include_aliases=False).get(country, []))


def zone_or(name: str, otherwise: str) -> str:
    """``name`` if it is a time zone, else ``otherwise``."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return otherwise
    return name


def default_zone(country: str = "") -> str:
    """The zone of a country, or else the shop's."""
    return COUNTRY_ZONES.get(country.upper(), settings.TIME_ZONE)


@dataclass(frozen=True)
class Rules:
    """What staff have set, read once for a batch."""

    stored: AutomationSettings

    @classmethod
    def of_now(cls) -> Rules:
        return cls(AutomationSettings.objects.filter(pk=1).first() or AutomationSettings(pk=1))

    @property
    def halted(self) -> bool:
        return self.stored.halted_at is not None

    @property
    def cap(self) -> Cap:
        stored = self.stored
        return Cap(stored.cap_messages, stored.cap_days, timedelta(hours=stored.cap_gap_hours))

    @cached_property
    def _closures(self) -> list[tuple[date, date]]:
        return list(Closure.objects.values_list("first_day", "last_day"))

    def holiday(self, day: date) -> bool:
        return day in public_holidays(self.stored.country, self.stored.region)

    def day_off(self, day: date) -> bool:
        """Whether ``day`` is no working day: a weekend, a public holiday, or the dealer is closed."""
        return weekend(day) or self.holiday(day) or any(first <= day <= last for first, last in self._closures)

    def _quiet_day(self, day: date) -> bool:
        stored = self.stored
        return (stored.quiet_sundays and day.isoweekday() == 7) or (stored.quiet_holidays and self.holiday(day))

    def advertising_from(self, moment: datetime, zone: str) -> datetime:
        """``moment`` if advertising may go out then in ``zone``, else the first moment at which it may."""
        stored = self.stored
        quiet = stored.quiet_from != stored.quiet_until
        window = (stored.quiet_until, stored.quiet_from) if quiet else (time(), time())
        moments = Moments(window=window, workdays=True)
        return first_allowed(moment, moments, ZoneInfo(zone), self._quiet_day)
