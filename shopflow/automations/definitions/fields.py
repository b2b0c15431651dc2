"""What can be compared: fields of the event that begins a flow, and facts about the contact."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from oscar_ext.order.statuses import LABELS as STATUSES
from shopflow.audience.events import FORMS
from shopflow.audience.fields import all_fields, find_field
from shopflow.audience.models import ConsentEntry, Segment, Stage, Tag
from shopflow.audience.purposes import purposes
from shopflow.automations.definitions.values import type_of
from shopflow.automations.definitions.wording import event_label, field_label
from shopflow.automations.models import Flow, Run
from shopflow.contracts.events import events
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.segments import OPERATORS_OF, AmountUnit, FieldKind, unit_of_name
from shopflow.contracts.types import Label
from shopflow.core.events import PARTS

Choices = Sequence[tuple[str, Label]]


def _rows(model: type[Any]) -> Callable[[], Choices]:
    return lambda: [(row.code, str(row)) for row in model.objects.all()]


CHOICES: Mapping[str, Callable[[], Choices]] = {
    "new_status": lambda: list(STATUSES.items()),
    "old_status": lambda: list(STATUSES.items()),
    "purpose": lambda: list(purposes.choices()),
    "segment": _rows(Segment),
    "tag": _rows(Tag),
    "old_stage": _rows(Stage),
    "new_stage": _rows(Stage),
    "action": lambda: list(ConsentEntry.Action.choices),
    "automation": _rows(Flow),
    "ending": lambda: list(Run.Ending.choices),
    "form": lambda: list(FORMS.items()),
    "part": lambda: list(PARTS.items()),
    "failure": lambda: [("declined", _("declined or broken off")), ("expired", _("not finished in time"))],
}
"""The values that a field of events may have, by its name; at most one query each."""


@dataclasses.dataclass(frozen=True)
class Field:
    """One thing to compare. ``of_event`` tells the event's fields from those of the contact; ``amount_unit`` says what
    an amount of money is counted in, and is None for everything else.
    """

    code: str
    label: Label
    group: str
    kind: FieldKind
    of_event: bool = False
    description: Label = ""
    amount_unit: AmountUnit | None = None

    @property
    def operators(self) -> tuple[str, ...]:
        return OPERATORS_OF[self.kind]

    def choices(self) -> Choices:
        """Values to choose from; nothing where anything may be written."""
        if self.of_event:
            return list(CHOICES.get(self.code, tuple)())
        try:
            return list(find_field(self.code).choices())[:500]
        except UnknownCode:
            return ()


def event_fields(event: str) -> list[Field]:
    """The fields that the event brings along."""
    if event not in events:
        return []
    group = _("The event: %(event)s") % {"event": event_label(event)}
    known: Any = events.get(event)
    return [_of_event(one, group) for one in dataclasses.fields(known)]


def _of_event(one: dataclasses.Field[Any], group: str) -> Field:
    kind = _kind(one)
    unit = unit_of_name(one.name) if kind is FieldKind.NUMBER else None
    return Field(one.name, field_label(one.name), group, kind, of_event=True, amount_unit=unit)


def _kind(one: dataclasses.Field[Any]) -> FieldKind:
    if one.name in CHOICES:
        return FieldKind.CHOICE
    if one.name == "day" or one.name.endswith(("_on", "_day", "_date")):
        return FieldKind.DATE
    if one.name.endswith("_at"):
        return FieldKind.MOMENT
    return {"bool": FieldKind.BOOLEAN, "int": FieldKind.NUMBER}.get(type_of(one), FieldKind.TEXT)


def fields_for(event: str) -> dict[str, Field]:
    """Everything that a question in a flow of ``event`` may compare, by code; the event's fields come first and hide
    those of the contact that are called the same.
    """
    found = {one.code: one for one in event_fields(event)}
    for field in all_fields():
        group = _("The contact: %(group)s") % {"group": field.group}
        known = Field(field.code, field.label, group, field.kind, False, field.description, field.amount_unit)
        found.setdefault(field.code, known)
    return found
