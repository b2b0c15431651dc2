"""Questions as a form: rows that are joined by "and" or "or", and groups of rows within rows.

Every row and group has a name such as ``ask-0-1``. Without scripts the buttons send the whole form and get it back
with a row more or less; nothing is stored before the form is saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from shopflow.automations.definitions.fields import Field, fields_for
from shopflow.automations.forms.plain import as_json
from shopflow.automations.forms.values import read_value
from shopflow.contracts.automations import conditions
from shopflow.contracts.expressions import (
    MAX_DEPTH,
    OPERATORS,
    All,
    AnyOf,
    Ask,
    Expression,
    ExpressionInvalid,
    Not,
    parse,
)
from shopflow.contracts.segments import AmountUnit, FieldKind
from shopflow.contracts.types import JSONDict, Label
from shopflow.core.amounts import hint, hint_of_several, stored_text
from shopflow.core.paging import whole_number

MOST_ROWS = 50
HIDDEN = frozenset({"subject_field"})
"""Conditions that a field says better; they are offered only where a flow has them already."""


@dataclass
class RowOfQuestion:
    """One question. ``what`` is ``c:`` and a condition, ``f:`` and a field, or empty while nothing is chosen.
    ``is_typed``: ``value`` are the texts that somebody has typed, not yet what is stored.
    """

    name: str
    what: str = ""
    turned: bool = False
    op: str = ""
    value: Any = None
    form: forms.Form | None = None
    about: Field | None = None
    choices: list[tuple[str, Any]] = field(default_factory=list)
    error: str = ""
    is_typed: bool = False

    is_group = False

    @property
    def operators(self) -> list[tuple[str, Any]]:
        known = self.about.operators if self.about else ()
        codes = [*known, *([self.op] if self.op and self.op not in known else [])]
        return [(code, OPERATORS[code].label) for code in codes]

    @property
    def description(self) -> Label:
        """The sentence about what is asked; empty for fields of the event and what is not installed."""
        if self.about is not None:
            return self.about.description
        code = self.what.removeprefix("c:")
        return conditions.get(code).description if code in conditions else ""

    @property
    def takes(self) -> str:
        return OPERATORS[self.op or self.operators[0][0]].takes if self.about else "none"

    @property
    def input_type(self) -> str:
        if self.takes == "days":
            return "number"
        if self.unit is not None:
            return "text"
        kinds = {FieldKind.NUMBER: "number", FieldKind.DATE: "date", FieldKind.MOMENT: "date"}
        return kinds.get(self.about.kind, "text") if self.about and self.takes == "one" else "text"

    @property
    def unit(self) -> AmountUnit | None:
        """What the field's amounts are counted in; None where it holds none, or is compared with something else."""
        return self.about.amount_unit if self.about and self.takes in ("one", "many", "two") else None

    @property
    def hint(self) -> str:
        """How the value is typed; empty where that goes without saying."""
        if self.takes in ("many", "two") and not (self.choices and self.takes == "many"):
            return hint_of_several() if self.unit else _("Several values are separated by commas.")
        return hint() if self.unit else ""

    def read(self) -> None:
        """Take what was typed as the comparison takes it, or say what is wanted."""
        if not self.is_typed or self.about is None:
            return
        try:
            self.value = read_value(self.value or [], takes=self.takes, kind=self.about.kind, unit=self.unit)
            self.is_typed = False
        except ValueError as error:
            self.error = str(error)

    @property
    def shown(self) -> list[str]:
        """The value as the texts of its inputs."""
        if self.value is None:
            return []
        values = self.value if isinstance(self.value, list) else [self.value]
        if self.unit is not None and not self.is_typed:
            return [stored_text(one, self.unit) for one in values]
        return [str(one) if isinstance(self.value, list) else _written(one) for one in values]

    @property
    def has_choice(self) -> bool:
        """Whether what is chosen is among the choices."""
        return bool(set(self.shown) & {value for value, _label in self.choices})

    @property
    def joined(self) -> str:
        return ("; " if self.unit else ", ").join(self.shown)


@dataclass
class GroupOfQuestions:
    """Rows and groups, of which all or any must hold."""

    name: str
    join: str = "all"
    turned: bool = False
    parts: list[RowOfQuestion | GroupOfQuestions] = field(default_factory=list)
    depth: int = 1

    is_group = True

    @property
    def may_nest(self) -> bool:
        return self.depth < MAX_DEPTH - 3


def _written(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


class QuestionEditor:
    """A question in a form. ``name`` begins the names of its inputs, ``event`` is what begins the flow.

    Bound to ``data`` it reads what people have entered; unbound it shows ``raw``, a stored expression.
    """

    def __init__(self, *, name: str, event: str, data: Any = None, raw: Any = None) -> None:
        self.name = name
        self.fields = fields_for(event)
        self.event = event
        self.bound = data is not None
        self.data = data
        self.root = self._read_group(name, 1) if self.bound else self._show(raw)

    # From stored JSON

    def _show(self, raw: Any) -> GroupOfQuestions:
        try:
            shown = self._shown(parse(raw), self.name, 1) if raw else None
        except ExpressionInvalid:
            shown = None
        if isinstance(shown, GroupOfQuestions):
            return shown
        return GroupOfQuestions(self.name, parts=[self._again(shown, f"{self.name}-0")] if shown else [])

    def _again(self, row: RowOfQuestion, name: str) -> RowOfQuestion:
        row.name = name
        if row.form is not None:
            row.form = self._form(row.what, name, initial=row.form.initial)
        return row

    def _shown(self, expression: Expression, name: str, depth: int) -> RowOfQuestion | GroupOfQuestions:
        turned = False
        while isinstance(expression, Not) or (isinstance(expression, All | AnyOf) and len(expression.parts) == 1):
            if isinstance(expression, Not):
                turned, expression = not turned, expression.part
            else:
                expression = expression.parts[0]
        if isinstance(expression, All | AnyOf):
            join = "all" if isinstance(expression, All) else "any"
            group = GroupOfQuestions(name, join, turned, depth=depth)
            parts = enumerate(expression.parts)
            group.parts = [self._shown(part, f"{name}-{number}", depth + 1) for number, part in parts]
            return group
        if not isinstance(expression, Ask):
            row = RowOfQuestion(name, f"f:{expression.field}", turned, expression.op, expression.value)
            return self._with_field(row)
        what = f"c:{expression.condition}"
        return RowOfQuestion(name, what, turned, form=self._form(what, name, initial=expression.settings))

    def _with_field(self, row: RowOfQuestion) -> RowOfQuestion:
        code = row.what[2:]
        row.about = self.fields.get(code) or Field(code, code, "", FieldKind.TEXT)
        row.choices = [(str(value), label) for value, label in row.about.choices()]
        if row.op not in OPERATORS:
            row.op = row.about.operators[0]
        if row.about.kind == FieldKind.BOOLEAN:
            row.choices = [("true", _("yes")), ("false", _("no"))]
        return row

    def _form(self, what: str, name: str, *, initial: Mapping[str, Any] | None = None) -> forms.Form | None:
        code = what[2:]
        if not what.startswith("c:") or code not in conditions:
            return None
        form_class = conditions.get(code).form_class or forms.Form
        given = {"data": self.data} if self._was_sent(name, what) else {"initial": dict(initial or {})}
        return form_class(prefix=f"{name}-s", **given)

    # From what people have entered

    def _was_sent(self, name: str, what: str) -> bool:
        """Whether the settings of this very condition were in the form, not those of the one chosen before."""
        return self.bound and self.data.get(f"{name}-was") == what

    def _count(self, name: str) -> int:
        return min(whole_number(str(self.data.get(f"{name}-count", ""))) or 0, MOST_ROWS)

    def _read_group(self, name: str, depth: int) -> GroupOfQuestions:
        join = "any" if self.data.get(f"{name}-join") == "any" else "all"
        group = GroupOfQuestions(name, join, bool(self.data.get(f"{name}-not")), depth=depth)
        for number in range(self._count(name) if depth < MAX_DEPTH else 0):
            inner = f"{name}-{number}"
            is_group = self.data.get(f"{inner}-type") == "group"
            group.parts.append(self._read_group(inner, depth + 1) if is_group else self._read_row(inner))
        return group

    def _read_row(self, name: str) -> RowOfQuestion:
        what = str(self.data.get(f"{name}-what", ""))
        row = RowOfQuestion(name, what, bool(self.data.get(f"{name}-not")))
        if what.startswith("c:"):
            row.form = self._form(what, name)
        elif what.startswith("f:"):
            row.is_typed = True
            if self._was_sent(name, what):
                row.op = str(self.data.get(f"{name}-op", ""))
                row.value = self.data.getlist(f"{name}-value")
            self._with_field(row)
        return row

    def act(self, command: str) -> None:
        """Carry out a button: ``row:<group>``, ``group:<group>`` or ``drop:<row>``; others change nothing."""
        verb, _colon, name = command.partition(":")
        for group in self._groups(self.root):
            if group.name == name and verb in ("row", "group") and len(group.parts) < MOST_ROWS:
                inner = f"{name}-{len(group.parts)}"
                nested = GroupOfQuestions(inner, parts=[RowOfQuestion(f"{inner}-0")], depth=group.depth + 1)
                group.parts.append(nested if verb == "group" else RowOfQuestion(inner))
                return
            group.parts = [part for part in group.parts if not (verb == "drop" and part.name == name)]

    def _groups(self, group: GroupOfQuestions) -> list[GroupOfQuestions]:
        inner = [one for part in group.parts if isinstance(part, GroupOfQuestions) for one in self._groups(part)]
        return [group, *inner]

    # For the template

    @property
    def options(self) -> list[tuple[str, list[tuple[str, Any]]]]:
        """What may be asked, under headings: conditions, then fields of the event, then those of the contact."""
        provided = {code for code, one in self.fields.items() if one.of_event}
        asked = [
            (f"c:{one.code}", one.label)
            for one in conditions
            if one.code not in HIDDEN and (not self.event or one.needs <= provided)
        ]
        groups: dict[str, list[tuple[str, Any]]] = {_("Questions"): sorted(asked, key=lambda pair: str(pair[1]))}
        for one in self.fields.values():
            groups.setdefault(one.group, []).append((f"f:{one.code}", one.label))
        offered = {code for options in groups.values() for code, _label in options}
        held = {row.what for group in self._groups(self.root) for row in group.parts if isinstance(row, RowOfQuestion)}
        others = [(what, self._label(what)) for what in sorted(held - offered - {""})]
        return [*groups.items(), *([(_("In use"), others)] if others else [])]

    def _label(self, what: str) -> Any:
        code = what[2:]
        return conditions.get(code).label if what.startswith("c:") and code in conditions else code

    # What it says

    def is_valid(self) -> bool:
        return self._check(self.root)

    def _check(self, group: GroupOfQuestions) -> bool:
        checked = [self._check(p) if isinstance(p, GroupOfQuestions) else self._check_row(p) for p in group.parts]
        return all(checked)

    def _check_row(self, row: RowOfQuestion) -> bool:
        if row.about is not None:
            row.read()
        elif row.form is not None and not row.form.is_bound and row.form.fields:
            row.error = _("Fill in what is asked for.")
        return not row.error and (row.form is None or not row.form.is_bound or row.form.is_valid())

    def raw(self) -> JSONDict | None:
        """The expression; None when nothing is asked. After ``is_valid``."""
        return self._raw_of(self.root)

    def questions(self) -> list[JSONDict]:
        """The same as a list of questions that must all hold."""
        whole = self.raw()
        return [] if whole is None else list(whole["all"]) if "all" in whole else [whole]

    def _raw_of(self, group: GroupOfQuestions) -> JSONDict | None:
        parts = [
            self._raw_of(part) if isinstance(part, GroupOfQuestions) else self._raw_row(part) for part in group.parts
        ]
        asked = [part for part in parts if part is not None]
        if not asked:
            return None
        whole = asked[0] if len(asked) == 1 else {group.join: asked}
        return {"not": whole} if group.turned else whole

    def _raw_row(self, row: RowOfQuestion) -> JSONDict | None:
        if not row.what:
            return None
        if row.about is not None:
            asked: JSONDict = {"field": row.what[2:], "op": row.op}
            if row.takes != "none":
                asked["value"] = row.value
        else:
            asked = {"condition": row.what[2:]}
            settings = as_json(row.form) if row.form is not None else {}
            if settings:
                asked["settings"] = settings
        return {"not": asked} if row.turned else asked
