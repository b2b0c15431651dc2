from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
