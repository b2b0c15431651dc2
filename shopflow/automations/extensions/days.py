"""Questions about the day, by the shop's clock and calendar, and about chance.

The day is the same for everybody, so that the questions about it may stand in segments, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dateutil.easter import easter
from django.db.models import BooleanField, Value
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopflow.audience.conditions import answered
from shopflow.automations.calendars import Rules
from shopflow.automations.forms.days import SEASONS, LotForm, PeriodsForm, SeasonForm, WeekdaysForm, period, spoken
from shopflow.automations.forms.settings import NoSettings
from shopflow.automations.models import Flow
from shopflow.automations.services.experiments import draw
from shopflow.contracts.automations import BatchCondition, Condition, RunContext, Verdict, conditions
from shopflow.contracts.segments import SetBased
from shopflow.contracts.types import Label
from shopflow.mailing.addresses import normalise_email

WINTER = "winter"


def tyre_season(day: date) -> str:
    """``winter`` from 1 October to Easter Sunday, both included ("von O bis O"), else ``summer``: a rule of thumb."""
    return "summer" if easter(day.year) < day < date(day.year, 10, 1) else WINTER


class AboutToday(Condition, SetBased):
    """A question about the day in the shop's time zone."""

    def holds(self, day: date, settings: Mapping[str, Any]) -> bool:
        """Whether it is so on ``day``."""
        raise NotImplementedError

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        day = timezone.localtime(context.now).date()
        what = f"{self.describe(settings)} ({date_format(day, 'SHORT_DATE_FORMAT')})"
        return answered(self.holds(day, settings), what)

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        return [self.evaluate(contexts[0], settings)] * len(contexts)

    def contacts(self, settings: dict[str, Any], *, now: datetime) -> Any:
        return Value(self.holds(timezone.localtime(now).date(), settings), output_field=BooleanField())


@conditions.register
class WeekdayIs(AboutToday):
    """Settings: ``days``, a list of ISO weekdays as texts."""

    code = "weekday_is"
    label = _("today is a certain weekday")
    description = _("Asks whether today is one of the weekdays that you choose.")
    form_class = WeekdaysForm

    def holds(self, day: date, settings: Mapping[str, Any]) -> bool:
        return str(day.isoweekday()) in {str(one) for one in settings["days"]}

    def describe(self, settings: Mapping[str, Any]) -> Label:
        names = [str(WEEKDAYS[int(one) - 1]) for one in settings.get("days", ())]
        return gettext("today is one of: %(days)s") % {"days": ", ".join(names)}


@conditions.register
class WorkingDay(AboutToday):
    """By the country and region of the engine's calendar, and the days on which the dealer is closed."""

    code = "working_day"
    label = _("today is a working day")
    description = _("Asks whether today is no weekend, no public holiday of your state and no day of closure.")
    form_class = NoSettings

    def holds(self, day: date, settings: Mapping[str, Any]) -> bool:
        return not Rules.of_now().day_off(day)


@conditions.register
class InPeriods(AboutToday):
    """Settings: ``periods``, ISO 8601 intervals of days with both ends. For school holidays: each state sets its own
    for a few years, and no library knows them."""

    code = "in_periods"
    label = _("today lies in certain periods, such as school holidays")
    description = _("Asks whether today lies in one of the periods that you enter.")
    form_class = PeriodsForm

    def holds(self, day: date, settings: Mapping[str, Any]) -> bool:
        return any(first <= day <= last for first, last in map(period, settings["periods"]))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        periods = ", ".join(spoken(str(one)) for one in settings.get("periods", ()))
        return gettext("today lies in: %(periods)s") % {"periods": periods}


@conditions.register
class TyreSeason(AboutToday):
    """Settings: ``season``, ``winter`` or ``summer``."""

    code = "tyre_season"
    label = _("it is the season of winter or summer tyres")
    description = _("Asks for the time from October to Easter or for the rest of the year.")
    form_class = SeasonForm

    def holds(self, day: date, settings: Mapping[str, Any]) -> bool:
        return tyre_season(day) == str(settings["season"])

    def describe(self, settings: Mapping[str, Any]) -> Label:
        said = dict(SEASONS).get(settings.get("season", ""), "")
        return gettext("it is the season: %(season)s") % {"season": said}


@conditions.register
class DrawnByLot(BatchCondition):
    """Settings: ``percent`` and ``lot``, the draw's name. Drawn as in experiments: the same answer for ever."""

    code = "drawn_by_lot"
    label = _("drawn by lot")
    description = _("Draws so many of a hundred people by chance; whoever is asked again gets the same answer.")
    needs = frozenset({"email"})
    form_class = LotForm

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        seeds = dict(Flow.objects.filter(code__in={one.flow for one in contexts}).values_list("code", "seed"))
        said = self.describe(settings)
        return [self._drawn(one, seeds.get(one.flow, ""), settings, said) for one in contexts]

    def _drawn(self, context: RunContext, seed: str, settings: Mapping[str, Any], said: Label) -> Verdict:
        email, percent = normalise_email(context.text("email")), int(settings["percent"])
        if not email:
            return Verdict(None, gettext("No e-mail address is known."))
        weights = (("drawn", percent), ("blank", 100 - percent))
        arm = draw(f"{context.flow}:{seed}", f"lot:{settings.get('lot', '')}", email, weights)
        return answered(arm == "drawn", said)

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("is among %(percent)s of a hundred drawn by lot") % {"percent": settings.get("percent", "")}
