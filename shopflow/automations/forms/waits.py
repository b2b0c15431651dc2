"""A form for each kind of wait. ``entry()`` gives what stands in the step, ``initial_of`` fills the form from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.automations.definitions.parts import UNITS
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.forms.plain import as_json
from shopflow.contracts.types import JSONDict
from shopflow.contracts.waits import Wait, waits
from shopflow.core.strict_json import read_json

UNIT_LABELS = {
    "minutes": gettext_lazy("minutes"), "hours": gettext_lazy("hours"), "days": gettext_lazy("days"),
    "weeks": gettext_lazy("weeks"), "months": gettext_lazy("months"), "workdays": gettext_lazy("working days"),
}  # fmt: skip
TIME = {"type": "time"}


class JSONText(forms.CharField):
    """A part of a definition, as the builder writes it."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return value or None
        try:
            return read_json(value)
        except ValueError as error:
            raise forms.ValidationError(_("This cannot be read as JSON: %(error)s") % {"error": error}) from error


class WaitForm(forms.Form):
    """What every wait may have: the moments that are allowed."""

    kind: ClassVar[str] = ""
    label: ClassVar[Any] = ""
    has_moments: ClassVar[bool] = True
    at = forms.TimeField(label=gettext_lazy("At"), required=False, widget=forms.TimeInput(attrs=TIME))
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        choices=[(day + 1, name) for day, name in WEEKDAYS.items()],
    )  # fmt: skip
    begins = forms.TimeField(label=gettext_lazy("Between"), required=False, widget=forms.TimeInput(attrs=TIME))
    ends = forms.TimeField(label=gettext_lazy("and"), required=False, widget=forms.TimeInput(attrs=TIME))
    workdays = forms.BooleanField(label=gettext_lazy("On working days only"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.has_moments:
            for name in ("at", "weekdays", "begins", "ends", "workdays"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Read the step as a definition does, so that both refuse the same."""
        from shopflow.automations.definitions.waits import WaitReader

        found = super().clean() or {}
        if not self.errors:
            reader = WaitReader()
            reader.schema = 2
            reader.wait({"id": "wait", "kind": "wait", **self.entry()}, "wait", str(self.label))
            if reader.problems:
                raise forms.ValidationError(list(DefinitionInvalid(reader.problems).problems))
        return found

    def entry(self) -> JSONDict:
        """The entries that this wait adds to a step with ``id`` and ``kind``."""
        return {self.kind: self.inner()}

    def inner(self) -> JSONDict:
        raise NotImplementedError

    def moments(self) -> JSONDict:
        found: JSONDict = {}
        known = self.cleaned_data
        if known.get("at"):
            found["at"] = f"{known['at']:%H:%M}"
        if known.get("weekdays"):
            found["weekdays"] = sorted(known["weekdays"])
        if known.get("begins") or known.get("ends"):
            begins, ends = known.get("begins"), known.get("ends")
            found["window"] = {"from": begins and f"{begins:%H:%M}", "to": ends and f"{ends:%H:%M}"}
        if known.get("workdays"):
            found["workdays"] = True
        return found

    @classmethod
    def initial_of(cls, step: Mapping[str, Any]) -> JSONDict:
        """What the form shows for a stored step."""
        inner = step.get(cls.kind, {})
        place = inner if cls.kind not in ("for", "until") else step
        found = {name: place[name] for name in ("at", "weekdays", "workdays") if name in place}
        if "window" in place:
            found |= {"begins": place["window"]["from"], "ends": place["window"]["to"]}
        return found


def _amount(label: Any, *, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, required=required)


def _unit() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Unit"), choices=[(code, UNIT_LABELS[code]) for code in UNITS], initial="days"
    )


def amount_of(raw: Mapping[str, int]) -> JSONDict:
    """A length of time as ``amount`` and ``unit``; of several units in the smallest of them, if they can be
    added up, else only that one.
    """
    counted = {unit: count for unit, count in raw.items() if count}
    if counted.keys() == {"hours", "minutes"}:
        return {"amount": 60 * counted["hours"] + counted["minutes"], "unit": "minutes"}
    if counted.keys() == {"weeks", "days"}:
        return {"amount": 7 * counted["weeks"] + counted["days"], "unit": "days"}
    name = next((unit for unit in UNITS if unit in counted), "days")
    return {"amount": counted.get(name, 0), "unit": name}


def length_of(known: Mapping[str, Any]) -> JSONDict:
    """``amount`` and ``unit`` as a length of time."""
    return {known["unit"]: known["amount"]}


class ForForm(WaitForm):
    kind, label = "for", gettext_lazy("Wait for a time")
    amount, unit = _amount(gettext_lazy("How long")), _unit()

    def entry(self) -> JSONDict:
        return {self.kind: length_of(self.cleaned_data), **self.moments()}

    @classmethod
    def initial_of(cls, step: Mapping[str, Any]) -> JSONDict:
        return {**super().initial_of(step), **amount_of(step[cls.kind])}


class UntilForm(ForForm):
    kind, label = "until", gettext_lazy("Wait until a time after the beginning")


class UntilTimeForm(WaitForm):
    kind, label = "until_time", gettext_lazy("Wait until a time of the day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].required = True

    def inner(self) -> JSONDict:
        return self.moments()


class UntilDateForm(WaitForm):
    kind, label = "until_date", gettext_lazy("Wait until a date")
    field = forms.CharField(label=gettext_lazy("Field with the date"), max_length=64)
    amount, unit = _amount(gettext_lazy("How long"), required=False), _unit()
    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"),
        choices=[("before", gettext_lazy("before the date")), ("after", gettext_lazy("after the date"))],
    )
    past = forms.CharField(label=gettext_lazy("If it is past, on to"), max_length=64, initial="stop")

    def inner(self) -> JSONDict:
        known = self.cleaned_data
        found = {"field": known["field"], "past": known["past"], **self.moments()}
        if known.get("amount"):
            found[known["direction"]] = length_of(known)
        return found

    @classmethod
    def initial_of(cls, step: Mapping[str, Any]) -> JSONDict:
        inner = step[cls.kind]
        found = {**super().initial_of(step), "field": inner.get("field", ""), "past": inner.get("past", "stop")}
        for direction in ("before", "after"):
            if direction in inner:
                found |= {"direction": direction, **amount_of(inner[direction])}
        return found


class UntilEventForm(WaitForm):
    kind, label = "until_event", gettext_lazy("Wait for an event")
    has_moments = False
    events = JSONText(label=gettext_lazy("Events"))
    amount, unit = _amount(gettext_lazy("At most")), _unit()
    since = forms.ChoiceField(
        label=gettext_lazy("Counted"),
        choices=[("step", gettext_lazy("since this step")), ("entry", gettext_lazy("since the entry"))],
    )
    otherwise = forms.CharField(label=gettext_lazy("If nothing happens, on to"), max_length=64, initial="next")

    def inner(self) -> JSONDict:
        known = self.cleaned_data
        timeout = length_of(known)
        return {"timeout": timeout, **{name: known[name] for name in ("events", "since", "otherwise")}}

    @classmethod
    def initial_of(cls, step: Mapping[str, Any]) -> JSONDict:
        inner = step[cls.kind]
        known = {name: inner[name] for name in ("events", "since", "otherwise") if name in inner}
        return {**known, **amount_of(inner.get("timeout", {}))}


class UntilConditionForm(WaitForm):
    kind, label = "until_condition", gettext_lazy("Wait until something is true")
    has_moments = False
    ask = JSONText(label=gettext_lazy("Condition"))
    on = JSONText(label=gettext_lazy("Ask again on these events"), required=False)
    amount, unit = _amount(gettext_lazy("At most")), _unit()
    then = forms.CharField(label=gettext_lazy("If it is true, on to"), max_length=64, initial="next")
    otherwise = forms.CharField(label=gettext_lazy("If not in time, on to"), max_length=64, initial="stop")

    def inner(self) -> JSONDict:
        known = self.cleaned_data
        timeout = length_of(known)
        return {"timeout": timeout, "on": known["on"] or [], **{n: known[n] for n in ("ask", "then", "otherwise")}}

    @classmethod
    def initial_of(cls, step: Mapping[str, Any]) -> JSONDict:
        inner = step[cls.kind]
        known = {name: inner[name] for name in ("ask", "on", "then", "otherwise") if name in inner}
        return {**known, **amount_of(inner.get("timeout", {}))}


_OWN: dict[str, type[WaitForm]] = {
    form.kind: form for form in (ForForm, UntilForm, UntilTimeForm, UntilDateForm, UntilEventForm, UntilConditionForm)
}


class PluginWaitForm(WaitForm):
    """The settings of a plugin's wait; its form comes first among the bases of the class that is made for it."""

    has_moments = False

    def inner(self) -> JSONDict:
        return as_json(self)

    @classmethod
    def initial_of(cls, step: Mapping[str, Any]) -> JSONDict:
        return dict(step.get(cls.kind, {}))


class _WaitForms(Mapping[str, type[WaitForm]]):
    """The shop's own and those of plugins, whenever they are registered."""

    def __getitem__(self, kind: str) -> type[WaitForm]:
        return _OWN[kind] if kind in _OWN else _form_of(waits.get(kind))

    def __iter__(self) -> Iterator[str]:
        return iter((*_OWN, *waits.codes()))

    def __len__(self) -> int:
        return len(_OWN) + len(waits)


def _form_of(wait: Wait) -> type[WaitForm]:
    bases = (PluginWaitForm,) if wait.form_class is None else (PluginWaitForm, wait.form_class)
    return type(f"{type(wait).__name__}Form", bases, {"kind": wait.code, "label": wait.label})


WAIT_FORMS: Mapping[str, type[WaitForm]] = _WaitForms()
"""The form of each kind of wait, by the entry that names it."""
