from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealer_import.forms.profiles import ChoosesProfiles
from dealer_import.models import ImportOrigin


class OriginForm(ChoosesProfiles, forms.ModelForm):
    """Everything about an origin that does not depend on its transport."""

    class Meta:
        model = ImportOrigin
        fields = ["name", "profile", "enabled", "applies", "every_minutes", "at_time", "keep_days"]
        help_texts = {
            "applies": gettext_lazy(
                "Without this, each delivery waits as a dry run until you apply it. Brakes hold always."
            ),
            "every_minutes": gettext_lazy("Leave empty for a time of day, or to look only by hand."),
        }
        widgets = {"at_time": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    profile = forms.ChoiceField(label=gettext_lazy("Import profile"))

    def clean_every_minutes(self) -> int | None:
        minutes = self.cleaned_data["every_minutes"]
        if minutes is not None and not 1 <= minutes <= 44_640:
            raise forms.ValidationError(_("Between one minute and a month."))
        return int(minutes) if minutes is not None else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("every_minutes") and cleaned.get("at_time"):
            self.add_error("at_time", _("Choose either an interval or a time of day."))
        return cleaned
