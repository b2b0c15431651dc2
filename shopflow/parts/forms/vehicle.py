from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shopflow.parts.vehicle_keys import BadKey, Vehicle, read_keys, read_vin, read_year


class KeysForm(forms.Form):
    """The vehicle as the registration document names it."""

    hsn = forms.CharField(label=_("HSN (field 2.1)"), max_length=30)
    tsn = forms.CharField(label=_("TSN (field 2.2)"), max_length=20, required=False)
    year = forms.CharField(label=_("Year of first registration (field B)"), max_length=4, required=False)
    vehicle: Vehicle

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            hsn, tsn = read_keys(cleaned["hsn"], cleaned.get("tsn", ""))
            self.vehicle = Vehicle(hsn=hsn, tsn=tsn, year=read_year(cleaned.get("year", "")))
        except BadKey as error:
            self.add_error(error.field, str(error))
        return cleaned


class VinForm(forms.Form):
    """The vehicle by its identification number."""

    vin = forms.CharField(label=_("Vehicle identification number (field E)"), max_length=40)
    vehicle: Vehicle

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            self.vehicle = Vehicle(vin=read_vin(cleaned["vin"]))
        except BadKey as error:
            self.add_error("vin", str(error))
        return cleaned
