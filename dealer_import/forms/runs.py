from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealer_import import queries
from dealer_import.forms.profiles import plain_selects
from dealer_import.models import ImportFinding, ImportRun


class RunFilter(forms.Form):
    """Narrows the list of runs; every part is optional."""

    q = forms.CharField(
        label=_("File"), max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    source = forms.ChoiceField(label=_("Source"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("all")), ("real", _("imports")), ("dry", _("dry runs"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [("", _("all")), *((name, name) for name in queries.sources())]
        states = [choice for choice in ImportRun.State.choices if choice[0] != ImportRun.State.DONE]
        self.fields["outcome"].choices = [("", _("all")), *ImportRun.Outcome.choices, *states]
        plain_selects(self)

    def wanted(self) -> dict[str, str]:
        """The filter as ``queries.narrowed_runs`` takes it; nothing for what is not valid."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "source": given.get("source", ""),
            "outcome": given.get("outcome", ""),
            "kind": given.get("kind", ""),
            "search": given.get("q", ""),
        }


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=ImportRun.Decision.choices)
    note = forms.CharField(label=_("Reason"), max_length=200, required=False)


class CorrectionForm(forms.Form):
    """Refused rows with their values as delivered. ``changed_rows()`` are those that staff have put right."""

    def __init__(self, *args: Any, findings: Sequence[ImportFinding], labels: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.findings = findings
        self.labels = labels
        for finding in findings:
            for index, name in enumerate(self._names(finding)):
                self.fields[f"f{finding.line}_{index}"] = forms.CharField(
                    label=labels.get(name, name),
                    required=False,
                    max_length=5000,
                    strip=False,
                    initial=str((finding.fields or {}).get(name, "")),
                    widget=forms.TextInput(attrs={"aria-describedby": f"hint-{finding.line}"}),
                )

    def _names(self, finding: ImportFinding) -> list[str]:
        """The columns that the profile uses, the refused one first."""
        there = finding.fields or {}
        named = [name for name in self.labels if name in there]
        guilty = finding.column.casefold()
        return sorted(named, key=lambda name: (guilty not in (name, self.labels[name].casefold()), named.index(name)))

    def rows(self) -> list[tuple[ImportFinding, list[Any]]]:
        """Each refused row with its fields."""
        return [
            (finding, [self[f"f{finding.line}_{index}"] for index in range(len(self._names(finding)))])
            for finding in self.findings
        ]

    def changed_rows(self) -> dict[int, dict[str, str]]:
        found: dict[int, dict[str, str]] = {}
        for finding in self.findings:
            fields = {name: str(text) for name, text in (finding.fields or {}).items()}
            given = {
                name: self.cleaned_data[f"f{finding.line}_{index}"] for index, name in enumerate(self._names(finding))
            }
            if any(fields[name] != text for name, text in given.items()):
                found[finding.line] = {**fields, **given}
        return found
