from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shopflow.audience.models import Segment, Stage, Tag
from shopflow.audience.purposes import purposes


class NewsletterForm(forms.Form):
    """Signing up: the address and nothing else (data minimisation); the field that people do not see catches robots."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})
    )
    agree = forms.BooleanField(
        required=True, error_messages={"required": _("Please tick the box: without your agreement we may not write.")}
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))


class PreferencesForm(forms.Form):
    """One box for each purpose."""

    def __init__(self, *args: Any, language: str, granted: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for purpose in purposes:
            self.fields[purpose.code] = forms.BooleanField(
                required=False,
                label=str(purpose.label),
                help_text=purpose.text(language),
                initial=purpose.code in granted,
            )


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
