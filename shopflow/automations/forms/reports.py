"""Which days a report covers, and what its estimates rest on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shopflow.automations.models import AutomationSettings
from shopflow.automations.reporting.days import Span, today
from shopflow.automations.reporting.reports import minutes_of
from shopflow.contracts.automations import actions

LONGEST = 366
USUAL = 30
RULES = ("influence_days", "lift_days", "least_people")


class SpanForm(forms.Form):
    """The days of a report, both included; the last thirty unless given."""

    first = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        last = found.get("last") or today()
        first = found.get("first") or last - timedelta(days=USUAL - 1)
        if last < first:
            raise ValidationError(_("The last day lies before the first."))
        if (last - first).days >= LONGEST:
            raise ValidationError(_("Choose at most a year."))
        return {**found, "first": first, "last": last}

    @property
    def span(self) -> Span:
        """What was asked for; the usual days where that makes no sense."""
        if self.is_valid():
            return Span(self.cleaned_data["first"], self.cleaned_data["last"])
        return Span(today() - timedelta(days=USUAL - 1), today())


class ReportRulesForm(forms.ModelForm[AutomationSettings]):
    """What counts as an effect, when an experiment may be decided, and what each action spares in minutes."""

    class Meta:
        model = AutomationSettings
        fields = RULES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in RULES:
            self.fields[name].min_value = 1  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["min"] = 1
        for action in actions:
            if action.code != "stop":
                self.fields[f"minutes_{action.code}"] = forms.DecimalField(
                    label=_("Minutes: %(action)s") % {"action": action.label},
                    min_value=0, max_value=600, max_digits=5, decimal_places=1,
                    initial=minutes_of(action.code, self.instance),
                )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name in RULES:
            if name in found and found[name] is not None and found[name] < 1:
                self.add_error(name, _("At least one."))
        return found

    def values(self) -> dict[str, Any]:
        """What to store."""
        data = self.cleaned_data
        minutes = {name[8:]: float(value) for name, value in data.items() if name.startswith("minutes_")}
        return {**{name: data[name] for name in RULES}, "minutes_saved": minutes}
