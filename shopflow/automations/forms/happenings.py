"""A list of events in a form: what ends a flow, what it is for, what a step waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.automations.definitions.fields import event_fields
from shopflow.automations.definitions.reading import ENDS
from shopflow.automations.definitions.values import typed, written
from shopflow.automations.definitions.wording import field_label
from shopflow.automations.forms.questions import QuestionEditor
from shopflow.automations.forms.waits import UNIT_LABELS, amount_of, length_of
from shopflow.automations.palette import grouped_events
from shopflow.contracts.events import events
from shopflow.contracts.segments import AmountUnit, FieldKind
from shopflow.contracts.types import JSONDict, Label
from shopflow.core.amounts import NotAnAmount, hint_of_several, joined_texts, read_amounts, stored_amount
from shopflow.core.paging import whole_number

MOST_EVENTS = 20
Targets = Sequence[tuple[str, str]]
END_LABELS = {
    "exit_rule": gettext_lazy("exit"),
    "goal_reached": gettext_lazy("goal reached"),
    "consent_revoked": gettext_lazy("consent withdrawn"),
    "subject_gone": gettext_lazy("nothing left to write about"),
    "replaced": gettext_lazy("replaced by a newer one"),
    "suppressed": gettext_lazy("address blocked"),
}


class WhereForm(forms.Form):
    """One field of the event and the values that are wanted."""

    field = forms.ChoiceField(required=False, label=gettext_lazy("Only if"))
    values = forms.CharField(required=False, max_length=500, label=gettext_lazy("is one of"))

    def __init__(self, *args: Any, event: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event, known = event, event_fields(event)
        self.fields["field"].choices = [("", "–"), *((one.code, one.label) for one in known)]  # type: ignore[attr-defined]
        chosen = next((one for one in known if one.code == self["field"].value()), None)
        self.kind = chosen.kind if chosen else None
        self.unit = chosen.amount_unit if chosen else None
        self.choices = [(str(value), label) for value, label in chosen.choices()] if chosen else []
        if self.kind is FieldKind.BOOLEAN:
            self.choices = [("true", _("yes")), ("false", _("no"))]
        if self.choices:
            self.fields["values"] = forms.MultipleChoiceField(
                required=False, label=gettext_lazy("is one of"), choices=self.choices,
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip
        if self.unit is not None:
            self.fields["values"].help_text = hint_of_several()

    def clean_values(self) -> list[Any]:
        """The values as the field holds them."""
        values, name = self.cleaned_data.get("values") or [], self.cleaned_data.get("field") or ""
        if self.unit is not None:
            return self._amounts(str(values or ""), self.unit)
        listed = values if isinstance(values, list) else [one.strip() for one in values.split(",") if one.strip()]
        found = [typed(one, event=self.event, field=name) for one in listed]
        if self.kind is FieldKind.NUMBER and not all(isinstance(one, int) for one in found):
            raise forms.ValidationError(_("Enter whole numbers, with commas between them."))
        return found

    def _amounts(self, text: str, unit: AmountUnit) -> list[Any]:
        try:
            return [stored_amount(amount, unit) for amount in read_amounts(text)]
        except NotAnAmount as error:
            raise forms.ValidationError(str(error)) from error

    def show(self, values: list[Any]) -> None:
        """Fill in stored ``values``."""
        if self.unit is not None:
            self.initial["values"] = joined_texts(values, self.unit)
        else:
            shown = [written(one) for one in values]
            self.initial["values"] = shown if self.choices else ", ".join(shown)

    def pair(self) -> tuple[str, list[Any]] | None:
        """The field and its values; None for an empty row."""
        name, values = self.cleaned_data.get("field"), self.cleaned_data.get("values")
        return (name, values) if name and values else None


def where_forms(*, name: str, event: str, data: Any, where: Any) -> list[WhereForm]:
    """A row for each field that is asked for, and an empty one."""
    rows = [
        {"field": code, "values": values if isinstance(values, list) else [values]}
        for code, values in (where or {}).items()
    ]
    made = []
    for number in range(len(rows) + 1 if data is None else _rows_sent(data, name)):
        given = rows[number] if number < len(rows) else {}
        form = WhereForm(data, prefix=f"{name}-where{number}", event=event, initial=given)
        if given:
            form.show(given["values"])
        made.append(form)
    return made


def _rows_sent(data: Any, name: str) -> int:
    number = 0
    while f"{name}-where{number}-field" in data:
        number += 1
    full = bool(number) and bool(data.get(f"{name}-where{number - 1}-field"))
    return min(number + (1 if full else 0), MOST_EVENTS) or 1


def where_of(rows: list[WhereForm]) -> JSONDict:
    """What the rows say, as ``where`` of a definition."""
    return dict(pair for row in rows if row.is_valid() and (pair := row.pair()) is not None)


class HappeningForm(forms.Form):
    """One event and what it must have in common with the run."""

    event = forms.ChoiceField(label=gettext_lazy("Event"), required=False)
    match = forms.MultipleChoiceField(
        label=gettext_lazy("About the same"), required=False, widget=forms.CheckboxSelectMultiple
    )
    differ = forms.MultipleChoiceField(
        label=gettext_lazy("But another"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, begins: str, role: str, targets: Targets = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].choices = [("", "–"), *grouped_events(self["event"].value() or "")]  # type: ignore[attr-defined]
        shared = self.shared(begins)
        self.fields["match"].choices = self.fields["differ"].choices = shared  # type: ignore[attr-defined]
        if role == "exit":
            self.fields["reads_as"] = forms.ChoiceField(
                label=_("Counts in reports as"), choices=[(code, END_LABELS[code]) for code in ENDS]
            )
        if role == "way":
            self.fields["was"] = forms.CharField(required=False, widget=forms.HiddenInput)
        if role == "goal":
            self.fields["amount"] = forms.IntegerField(label=_("Counts within"), min_value=1, required=False)
            self.fields["unit"] = forms.ChoiceField(label=_("Unit"), choices=list(UNIT_LABELS.items()), initial="days")
            ends = ("stop", _("the run ends"))
            self.fields["then"] = forms.ChoiceField(label=_("And then"), required=False, choices=[ends, *targets])
            self.fields["id"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def shared(self, begins: str) -> list[tuple[str, Any]]:
        """Fields that the event has in common with the one that begins the flow, and those in use."""
        code = self["event"].value()
        theirs = events.get(code).provides() if code in events else frozenset()
        ours = events.get(begins).provides() if begins in events else theirs
        held = {one for name in ("match", "differ") for one in (self[name].value() or [])}
        names = sorted((theirs & ours) | held, key=lambda name: (not name.endswith("_id"), name != "email", name))
        return [(name, field_label(name)) for name in names]

    def clean(self) -> JSONDict:
        found = super().clean() or {}
        if found.get("event") and not found.get("match"):
            self.add_error("match", _("Tick at least one: it says which runs the event is about."))
        return found


@dataclass
class HappeningRow:
    """One event with everything that may be asked about it."""

    name: str
    form: HappeningForm
    where: list[WhereForm]
    questions: QuestionEditor

    @property
    def description(self) -> Label:
        """The sentence about the event; empty while none is chosen, or for one that is not installed."""
        code = self.form["event"].value()
        return events.get(code).description if code in events else ""


class HappeningEditor:
    """Several events in a form. ``role``: ``exit``, ``goal``, ``way`` or ``wake``; ``begins``: the flow's event."""

    def __init__(self, *, name: str, begins: str, role: str, data: Any = None, raw: Any = None,
                 targets: Targets = ()) -> None:  # fmt: skip
        self.name, self.begins, self.role, self.data, self.targets = name, begins, role, data, targets
        stored = list(raw or [])
        if data is None:
            self.rows = [self._row(number, one) for number, one in enumerate(stored)]
        else:
            count = min(whole_number(str(data.get(f"{name}-count", ""))) or 0, MOST_EVENTS)
            self.rows = [self._row(number, {}) for number in range(count)]

    def _row(self, number: int, raw: JSONDict, *, blank: bool = False) -> HappeningRow:
        name = f"{self.name}-{number}"
        data = None if blank else self.data
        initial: JSONDict = {key: raw[key] for key in ("event", "match", "differ", "then", "id") if key in raw}
        if "as" in raw:
            initial["reads_as"] = raw["as"]
        if self.role == "way" and raw:
            initial["was"] = f"event{number}"
        if "within" in raw:
            initial |= amount_of(raw["within"])
        form = HappeningForm(data, prefix=name, initial=initial, begins=self.begins, role=self.role,
                             targets=self.targets)  # fmt: skip
        event = form["event"].value() or ""
        asked = {"all": raw["conditions"]} if raw.get("conditions") else None
        return HappeningRow(
            name, form, where_forms(name=name, event=event, data=data, where=raw.get("where")),
            QuestionEditor(name=f"{name}-ask", event=self.begins, data=data, raw=asked),
        )  # fmt: skip

    def act(self, command: str) -> None:
        """Carry out a button: ``event:<name>`` adds one, ``drop:<row>`` takes one away; others go to the questions."""
        verb, _colon, name = command.partition(":")
        if verb == "event" and name == self.name and len(self.rows) < MOST_EVENTS:
            self.rows.append(self._row(len(self.rows), {}, blank=True))
        elif verb == "drop" and name in [row.name for row in self.rows]:
            self.rows = [row for row in self.rows if row.name != name]
        else:
            for row in self.rows:
                row.questions.act(command)

    def is_valid(self) -> bool:
        valid = [
            [row.form.is_valid(), row.questions.is_valid(), *(where.is_valid() for where in row.where)]
            for row in self.rows
        ]
        return all(all(one) for one in valid)

    def raw(self) -> list[JSONDict]:
        """The events, as a definition holds them; rows without an event are left out. After ``is_valid``."""
        return [self._raw(row) for row in self.rows if row.form.cleaned_data.get("event")]

    def _raw(self, row: HappeningRow) -> JSONDict:
        known = row.form.cleaned_data
        found: JSONDict = {"event": known["event"], "match": known["match"]}
        if known["differ"]:
            found["differ"] = known["differ"]
        if where := where_of(row.where):
            found["where"] = where
        if asked := row.questions.questions():
            found["conditions"] = asked
        if self.role == "exit" and known["reads_as"] != ENDS[0]:
            found["as"] = known["reads_as"]
        if self.role == "goal":
            found["id"] = known["id"] or known["event"]
            if known["amount"]:
                found["within"] = length_of(known)
            if known["then"] not in ("", "stop"):
                found["then"] = known["then"]
        return found
