from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
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


LONGEST_TYPED = 5000
_BREAKS, _FIELD = re.compile(r"[\r\n]"), re.compile(r"f(\d{1,9})_\d+\Z")


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
                delivered = str((finding.fields or {}).get(name, ""))
                self.fields[f"f{finding.line}_{index}"] = forms.CharField(
                    label=labels.get(name, name),
                    required=False,
                    max_length=max(LONGEST_TYPED, len(delivered)),
                    strip=False,
                    initial=delivered,
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
        """The rows by line as staff have put them right; rows that were not on their page are left alone."""
        found: dict[int, dict[str, str]] = {}
        for finding in self.findings:
            fields = {name: str(text) for name, text in (finding.fields or {}).items()}
            given = {
                name: self.cleaned_data[key]
                for index, name in enumerate(self._names(finding))
                if (key := f"f{finding.line}_{index}") in self.data
            }
            changed = {name: text for name, text in given.items() if text != _in_one_line(fields[name])}
            if changed:
                found[finding.line] = {**fields, **changed}
        return found


def typed_lines(names: Iterable[str]) -> set[int]:
    """The lines whose rows were on the page that sends fields of these names."""
    return {int(match[1]) for name in names if (match := _FIELD.match(name))}


def _in_one_line(text: str) -> str:
    """As a browser sends a value back from a field of one line."""
    return _BREAKS.sub("", text)
