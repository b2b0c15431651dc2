"""Settings of questions about the vehicles of customers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class VehicleForm(forms.Form):
    """What one vehicle must be; nothing at all: any."""

    maker = forms.CharField(label=_("maker"), max_length=60, required=False)
    model = forms.CharField(label=_("model"), max_length=120, required=False)
    hsn = forms.RegexField(r"^\d{4}$", label="HSN", required=False, help_text=_("Four digits."))
    tsn = forms.RegexField(r"^[0-9A-Za-z]{3}$", label="TSN", required=False, help_text=_("The first three places."))
    age_from = forms.IntegerField(label=_("years old, from"), required=False, min_value=0, max_value=150)
    age_to = forms.IntegerField(label=_("years old, to"), required=False, min_value=0, max_value=150)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        low, high = found.get("age_from"), found.get("age_to")
        if low is not None and high is not None and low > high:
            self.add_error("age_to", _now("Enter an age that is not below the first one."))
        return found
