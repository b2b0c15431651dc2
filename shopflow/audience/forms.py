from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopflow.audience.models import Segment, Stage, Tag
from shopflow.audience.purposes import purposes
from shopflow.mailing.forms import AddressField


class NewsletterForm(forms.Form):
    """Signing up: the address and nothing else (data minimisation); the field that people do not see catches robots."""

    email = AddressField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})
    )
    agree = forms.BooleanField(
        required=True, error_messages={"required": _("Please tick the box: without your agreement we may not write.")}
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))


class MagnetForm(forms.Form):
    """Asking for a document: the address; the newsletter is a separate wish and never a condition."""

    email = AddressField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})
    )
    newsletter = forms.BooleanField(required=False)
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))


class NoSettings(forms.Form):
    """For what needs no settings."""


class AnnualDayWidget(forms.MultiWidget):
    """Two lists beside each other: day and month."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        days = [("", "–"), *((day, f"{day}.") for day in range(1, 32))]
        months = [("", "–"), *((number, name) for number, name in MONTHS.items())]
        widgets = [
            forms.Select(attrs={"aria-label": _("Day")}, choices=days),
            forms.Select(attrs={"aria-label": _("Month")}, choices=months),
        ]
        super().__init__(widgets, attrs)

    def decompress(self, value: date | None) -> list[int | None]:
        return [value.day, value.month] if value else [None, None]


class AnnualDayField(forms.MultiValueField):
    """A day of the year, without the year; stored in the year 2000, which had a 29 February."""

    widget = AnnualDayWidget

    def __init__(self, **kwargs: Any) -> None:
        days = forms.IntegerField(min_value=1, max_value=31, required=False)
        months = forms.IntegerField(min_value=1, max_value=12, required=False)
        super().__init__((days, months), require_all_fields=False, **kwargs)

    def compress(self, data_list: list[int | None]) -> date | None:
        if not data_list or all(part is None for part in data_list):
            return None
        try:
            return date(2000, data_list[1] or 0, data_list[0] or 0)
        except ValueError as error:
            raise forms.ValidationError(_("Please choose a day and a month that go together.")) from error


ANEW = "_anew"


def _earlier(label: object) -> str:
    return gettext("%(purpose)s: the earlier text, to which you agreed") % {"purpose": label}


class PreferencesForm(forms.Form):
    """One box for each purpose, and the day that a birthday greeting needs; it is stored only with that box ticked.

    ``outgrown`` holds the texts of then where an agreement was given to an earlier one than today's: its box stands for
    that text, and today's has a box of its own, which nobody has ticked but the person.
    """

    birthday_on = AnnualDayField(
        label=_("My birthday"), required=False, help_text=_("Only for the birthday greeting; the year is not needed.")
    )

    def __init__(
        self, *args: Any, language: str, granted: set[str], outgrown: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        outgrown = outgrown or {}
        for purpose in purposes:
            self.fields[purpose.code] = forms.BooleanField(
                required=False,
                label=_earlier(purpose.label) if purpose.code in outgrown else str(purpose.label),
                help_text=outgrown.get(purpose.code) or purpose.text(language),
                initial=purpose.code in granted,
            )
            if purpose.code in outgrown:
                self.fields[purpose.code + ANEW] = forms.BooleanField(
                    required=False,
                    label=gettext("%(purpose)s: today's text, which covers more") % {"purpose": purpose.label},
                    help_text=purpose.text(language),
                )
        boxes = [code + more for code in purposes.codes() for more in ("", ANEW)]
        self.order_fields([*boxes, "birthday_on"])

    def chosen(self) -> set[str]:
        """The purposes that were ticked, by either text."""
        return {code for code in purposes.codes() if self.cleaned_data[code] or code in self.anew()}

    def anew(self) -> set[str]:
        """The purposes whose text of today was ticked beside the earlier one."""
        return {code for code in purposes.codes() if self.cleaned_data.get(code + ANEW)}

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("birthday_on") and not found.get("birthday"):
            self.add_error("birthday_on", _("Tick the birthday greeting, too, or leave the day empty."))
        return found


class PurposeForm(forms.Form):
    """Settings of the condition “has agreed”."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=purposes.choices)


def _rows(model: type[Any]) -> Any:
    """Choices that are read when the form is shown, not when this module is."""
    return lambda: [(row.code, str(row)) for row in model.objects.all()]


class TagForm(forms.Form):
    """Settings of what asks for a tag, or takes it away."""

    tag = forms.ChoiceField(label=_("Tag"), choices=_rows(Tag))


class TagDaysForm(forms.Form):
    """Settings of the action “add a tag”; a new name makes a new tag."""

    tag = forms.CharField(label=_("Tag"), max_length=60)
    days = forms.IntegerField(
        label=_("Holds for days"), required=False, min_value=1, max_value=3650, help_text=_("Empty: for good.")
    )


class PointsForm(forms.Form):
    """Settings of the condition “has a score of at least”."""

    points = forms.IntegerField(label=_("Points"), min_value=-1000, max_value=10_000)


class GivePointsForm(forms.Form):
    """Settings of the action “give points”."""

    points = forms.IntegerField(
        label=_("Points"), min_value=-1000, max_value=1000, help_text=_("With a minus they are taken away.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class StageForm(forms.Form):
    """Settings of the action “move to a stage”."""

    stage = forms.ChoiceField(label=_("Stage"), choices=_rows(Stage))


class SegmentForm(forms.Form):
    """Settings of the condition “is in the segment”."""

    segment = forms.ChoiceField(label=_("Segment"), choices=_rows(Segment))
