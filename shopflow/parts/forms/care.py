from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shopflow.parts import care
from shopflow.parts.models import VehicleDate

Kind = VehicleDate.Kind


class MonthField(forms.CharField):
    """A month as people write it; cleaned to its last day, or None."""

    def __init__(self, *, made: bool = False, **kwargs: Any) -> None:
        self.made = made
        super().__init__(max_length=10, required=False, **kwargs)

    def clean(self, value: Any) -> date | None:
        text = str(super().clean(value) or "")
        if not text:
            return None
        try:
            return care.read_made(text) if self.made else care.read_month(text)
        except care.BadMonth as error:
            raise forms.ValidationError(str(error)) from error


class DatesForm(forms.Form):
    """The dates of one vehicle, and the consent without which none is kept."""

    hu = MonthField(label=_("General inspection (HU) due"), help_text=_("As on the plate, such as 05/2027."))
    timing_belt = MonthField(label=_("Timing belt due"), help_text=_("As in the service booklet."))
    oil = MonthField(label=_("Last oil change"))
    brake_fluid = MonthField(label=_("Brake fluid last changed"))
    climate = MonthField(label=_("Air conditioning last serviced"))
    battery = MonthField(label=_("Starter battery built in"))
    tyres = MonthField(label=_("Tyres made"), made=True, help_text=_("The last four digits after DOT, such as 2321."))
    agreed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, text: str, has_agreed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].label = text
        self.has_agreed = has_agreed
        if has_agreed:
            del self.fields["agreed"]

    @classmethod
    def initial_of(cls, rows: Iterable[VehicleDate]) -> dict[str, str]:
        """The stored dates as the customer has told them."""
        return {row.kind: f"{row.done_on or row.due_on:%m/%Y}" for row in rows}

    def told(self) -> dict[str, date | None]:
        """What the customer has told, by kind."""
        return {str(kind): self.cleaned_data[kind] for kind in Kind}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        tells = any(cleaned.get(kind) for kind in Kind)
        if tells and not self.has_agreed and not cleaned.get("agreed"):
            self.add_error(
                "agreed", _("We keep these dates only if you agree. Tick the box, or leave the fields empty.")
            )
        return cleaned
