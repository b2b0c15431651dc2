"""Settings of questions about the day and about chance."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shopflow.automations.forms.settings import WordsField

SEASONS = (("winter", _("October to Easter")), ("summer", _("Easter to October")))


class WeekdaysForm(forms.Form):
    """Days of the week by their ISO numbers as texts: 1 is Monday, 7 Sunday."""

    days = forms.MultipleChoiceField(
        label=_("Weekdays"),
        choices=[(str(number + 1), name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )


def period(text: str) -> tuple[date, date]:
    """First and last day of an ISO 8601 interval such as ``2027-07-05/2027-08-17``; raises ValueError."""
    first, last = (date.fromisoformat(day) for day in text.split("/"))
    if last < first:
        raise ValueError(text)
    return first, last


def spoken(text: str) -> str:
    """An ISO 8601 interval as staff write it: ``05.07.2027 – 17.08.2027``; anything else as it is."""
    try:
        return " – ".join(f"{day:%d.%m.%Y}" for day in period(text))
    except ValueError:
        return text


class PeriodsField(WordsField):
    """Periods as staff write them; kept as ISO 8601 intervals."""

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value([spoken(str(one)) for one in value] if isinstance(value, list) else value)

    def clean(self, value: Any) -> list[str]:
        return list(self._intervals(super().clean(value)))

    def _intervals(self, words: Iterable[str]) -> Iterable[str]:
        for word in words:
            try:
                yield "/".join(day.isoformat() for day in period(word if "/" in word else _interval(word)))
            except ValueError:
                problem = _now("“%(word)s” is no period: write the first and the last day, such as %(example)s.")
                raise forms.ValidationError(problem % {"word": word, "example": "05.07.2027 – 17.08.2027"}) from None


def _interval(word: str) -> str:
    """The ISO 8601 interval of ``05.07.2027 – 17.08.2027`` or of one day; raises ValueError."""
    first, _dash, last = word.replace("–", "-").partition("-")
    return f"{_day(first)}/{_day(last or first)}"


def _day(text: str) -> date:
    day, month, year = map(int, text.split("."))
    if year < 2000:
        raise ValueError(text)
    return date(year, month, day)


class PeriodsForm(forms.Form):
    """Periods of the year, such as school holidays."""

    periods = PeriodsField(
        label=_("Periods"),
        help_text=_("First and last day, with commas between periods: the school holidays of your state, for example."),
    )


class SeasonForm(forms.Form):
    """The half of the year by its tyres."""

    season = forms.ChoiceField(label=_("Season"), choices=SEASONS)


class LotForm(forms.Form):
    """How many of a hundred people, and the name of the draw."""

    percent = forms.IntegerField(label=_("Of a hundred people"), min_value=0, max_value=100)
    lot = forms.SlugField(
        label=_("Name of the draw"), max_length=40, required=False,
        help_text=_("The same name draws the same people again within this automation."),
    )  # fmt: skip
