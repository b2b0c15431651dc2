"""Settings of questions about the day and about chance."""

from __future__ import annotations

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

SEASONS = (("winter", _("October to Easter")), ("summer", _("Easter to October")))


class WeekdaysForm(forms.Form):
    """Days of the week by their ISO numbers as texts: 1 is Monday, 7 Sunday."""

    days = forms.MultipleChoiceField(
        label=_("Weekdays"),
        choices=[(str(number + 1), name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
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
