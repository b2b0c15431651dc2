"""The questions of a segment as a form without scripts: one group of rows, each of which may be turned round.

What is nested deeper is edited as JSON; nothing is lost on the way, because a segment is shown in the form only when
the form can say all of it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shopflow.audience.fields import all_fields, find_field
from shopflow.audience.models import Segment
from shopflow.contracts.expressions import (
    OPERATORS,
    All,
    AnyOf,
    Compare,
    Expression,
    ExpressionInvalid,
    Not,
    dump,
    parse,
)
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.segments import AmountUnit, SegmentField
from shopflow.contracts.types import JSONDict
from shopflow.core.amounts import (
    NotAnAmount,
    hint,
    hint_of_several,
    joined_texts,
    read_amount,
    read_amounts,
    stored_amount,
)
from shopflow.core.strict_json import read_json

BLANK = [("", "–")]


class SegmentHeadForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, code, and how the rows are joined. ``document`` takes the place of the rows when it is filled."""

    join = forms.ChoiceField(
        label=_("Contacts for whom"),
        choices=[("all", _("all of this is true")), ("any", _("any of this is true"))],
        required=False,
    )
    document = forms.CharField(
        label=_("Expression as JSON"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=_(
            "If this is filled, it counts instead of the rows. Amounts are plain numbers in it, such as 49.90; fields"
            " whose code ends in “_cents” hold whole cents."
        ),
    )

    class Meta:
        model = Segment
        fields = ("label", "code")

    def clean_document(self) -> Any:
        text = self.cleaned_data["document"].strip()
        if not text:
            return None
        try:
            return read_json(text)
        except ValueError as error:
            raise forms.ValidationError(_("This is not JSON: %(error)s"), params={"error": error}) from error


class RowForm(forms.Form):
    """One question. A row without a field is left out."""

    turned = forms.BooleanField(label=_("not"), required=False)
    field = forms.ChoiceField(label=_("What"), required=False)
    op = forms.ChoiceField(label=_("Comparison"), required=False)
    value = forms.CharField(label=_("Value"), required=False, max_length=1000)

    def __init__(self, *args: Any, field_choices: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = field_choices  # type: ignore[attr-defined]
        ops = [(code, operator.label) for code, operator in OPERATORS.items()]
        self.fields["op"].choices = BLANK + ops  # type: ignore[attr-defined]
        asked = self["field"].value()
        about = _found(str(asked or ""))
        self.fields["field"].help_text = str(about.description) if about else ""
        self.suggestions = list(about.choices())[:500] if about else []
        self.unit = about.amount_unit if about else None
        if self.unit is not None:
            several = [code for code, one in OPERATORS.items() if one.takes in ("many", "two")]
            self.fields["value"].help_text = hint_of_several() if self["op"].value() in several else hint()
        if self.suggestions:
            self.fields["value"].widget.attrs["list"] = f"{self.prefix}-values"

    def clean(self) -> JSONDict:
        data = super().clean() or {}
        if not data.get("field"):
            return data
        if not data.get("op"):
            self.add_error("op", _("Please choose a comparison."))
            return data
        try:
            data["value"] = _as_value(OPERATORS[data["op"]].takes, data.get("value", "").strip(), self.unit)
        except NotAnAmount as error:
            self.add_error("value", str(error))
        except ValueError:
            self.add_error("value", _WANTS[OPERATORS[data["op"]].takes])
        return data

    def question(self) -> JSONDict | None:
        """The row as an expression, or None for an empty one."""
        data = self.cleaned_data
        if not data.get("field"):
            return None
        asked: JSONDict = {"field": data["field"], "op": data["op"]}
        if OPERATORS[data["op"]].takes != "none":
            asked["value"] = data["value"]
        return {"not": asked} if data["turned"] else asked


_WANTS = {
    "none": _("This comparison takes no value."),
    "one": _("Please enter a value."),
    "many": _("Please enter values, separated by commas."),
    "two": _("Please enter two values, separated by a comma."),
    "days": _("Please enter a whole number of days."),
}


def _found(code: str) -> SegmentField | None:
    try:
        return find_field(code) if code else None
    except UnknownCode:
        return None


def _as_value(takes: str, text: str, unit: AmountUnit | None) -> Any:
    """What was typed as the operator takes it; raises ValueError for what it does not take."""
    if takes == "none":
        return None
    if takes == "days":
        return int(text)
    if unit is not None:
        return _amounts(takes, text, unit)
    words = [word.strip() for word in text.split(",") if word.strip()]
    if takes == "one":
        if not text:
            raise ValueError(text)
        return text
    if not words or (takes == "two" and len(words) != 2):
        raise ValueError(text)
    return words


def _amounts(takes: str, text: str, unit: AmountUnit) -> Any:
    """Units as texts, as all that is typed here is stored; cents as the whole numbers that they are."""
    if not text:
        raise ValueError(text)
    found = [read_amount(text)] if takes == "one" else read_amounts(text)
    if takes == "two" and len(found) != 2:
        raise NotAnAmount(_now("Please enter two amounts with a semicolon between them."))
    stored = [stored_amount(amount, unit) for amount in found]
    values = stored if unit is AmountUnit.CENTS else [str(value) for value in stored]
    return values[0] if takes == "one" else values


def field_choices() -> list[Any]:
    """All fields under the headings of their groups."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for field in all_fields():
        groups.setdefault(str(field.group), []).append((field.code, field.label))
    return [("", "–"), *groups.items()]


def row_forms(data: Any, *, count: int, initial: list[JSONDict]) -> list[RowForm]:
    """``count`` rows, bound to ``data`` if there is any."""
    choices = field_choices()
    return [
        RowForm(
            data,
            prefix=f"row{index}",
            field_choices=choices,
            initial=initial[index] if index < len(initial) else None,
        )
        for index in range(count)
    ]


def expression_of(head: SegmentHeadForm, rows: list[RowForm]) -> Any:
    """What the forms say, as raw JSON; rows that are empty are left out."""
    if head.cleaned_data["document"] is not None:
        return head.cleaned_data["document"]
    asked = [question for row in rows if (question := row.question()) is not None]
    if not asked:
        raise ExpressionInvalid([_now("Please ask at least one question.")])
    return {head.cleaned_data["join"] or "all": asked}


def as_rows(raw: Any) -> tuple[str, list[JSONDict]] | None:
    """The join and the rows that show ``raw``, or None if the form cannot say it."""
    try:
        expression = parse(raw)
    except ExpressionInvalid:
        return None
    join = "any" if isinstance(expression, AnyOf) else "all"
    parts = expression.parts if isinstance(expression, All | AnyOf) else (expression,)
    rows = [_as_row(part) for part in parts]
    return None if None in rows else (join, [row for row in rows if row is not None])


def _as_row(part: Expression) -> JSONDict | None:
    turned = isinstance(part, Not)
    asked = part.part if isinstance(part, Not) else part
    if not isinstance(asked, Compare):
        return None
    value, about = asked.value, _found(asked.field)
    if about is not None and about.amount_unit is not None and OPERATORS[asked.op].takes in ("one", "many", "two"):
        value = joined_texts(value if isinstance(value, list) else [value], about.amount_unit)
    elif isinstance(value, list | tuple):
        if any("," in str(word) for word in value):
            return None
        value = ", ".join(str(word) for word in value)
    return {"turned": turned, "field": asked.field, "op": asked.op, "value": "" if value is None else str(value)}


def as_document(raw: Any) -> str:
    """The expression as people read JSON."""
    with suppress(ExpressionInvalid):  # such a one is shown as it is stored, so that it can be mended
        raw = dump(parse(raw))
    return json.dumps(raw, ensure_ascii=False, indent=2)
