"""Expressions as SQL: who matches, how many, and whether this one does.

SQL knows three answers as the language does: a comparison with NULL is NULL, NOT keeps it, AND and OR treat it as
Kleene does. So that this holds, leaves are lookups on expressions and never ``filter(field=…)``, whose negation Django
completes with “or is NULL”.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import BooleanField, Case, DecimalField, Q, QuerySet, Value, When
from django.db.models import lookups as sql
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from shopflow.audience.fields import find_field
from shopflow.audience.models import Contact
from shopflow.contracts.automations import conditions
from shopflow.contracts.expressions import All, AnyOf, Ask, Compare, Expression, ExpressionInvalid, Not, leaves, parse
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.segments import FieldKind, SegmentField, SetBased
from shopflow.core import clock
from shopflow.core.rows import OneOf

COUNTED = 100_000
"""Where a preview stops counting."""


@dataclass(frozen=True)
class Preview:
    """How many contacts match. ``more``: there are more than ``count``."""

    count: int
    more: bool


def read(raw: Any) -> Expression:
    """``raw`` as an expression that contacts can be asked; raises ExpressionInvalid with a sentence per problem."""
    expression = parse(raw, _("The segment"))
    problems = [problem for leaf in leaves(expression) if (problem := _problem(leaf))]
    if problems:
        raise ExpressionInvalid(problems)
    return expression


def _problem(leaf: Ask | Compare) -> str:
    try:
        return _asked_wrongly(leaf) if isinstance(leaf, Ask) else _compared_wrongly(leaf)
    except UnknownCode as error:
        return _("“%(code)s” is not known here. Remove the question, or install what it came from.") % {
            "code": error.code
        }


def _asked_wrongly(leaf: Ask) -> str:
    asked = conditions.get(leaf.condition)
    if not isinstance(asked, SetBased):
        return _("“%(code)s” can only be asked in an automation, not in a segment.") % {"code": leaf.condition}
    form = asked.form_class(dict(leaf.settings)) if asked.form_class else None
    if form is None or form.is_valid():
        return ""
    wrong = "; ".join(f"{name}: {' '.join(str(error) for error in errors)}" for name, errors in form.errors.items())
    return _("“%(label)s” is not set up rightly: %(wrong)s") % {"label": asked.label, "wrong": wrong}


def _compared_wrongly(leaf: Compare) -> str:
    field = find_field(leaf.field)
    if leaf.op not in field.operators:
        return _("“%(label)s” cannot be compared with “%(op)s”.") % {"label": field.label, "op": leaf.op}
    try:
        _wanted(field, leaf)
    except (ValueError, InvalidOperation):
        return _("“%(label)s”: “%(value)s” is not a value of that kind.") % {"label": field.label, "value": leaf.value}
    return ""


def matching(expression: Expression, *, now: datetime | None = None) -> QuerySet[Contact]:
    """The contacts for whom ``expression`` is true; in no order."""
    return Contact.objects.filter(Q(condition(expression, now=now or clock.now())))


def preview(expression: Expression) -> Preview:
    """How many match, counted in one statement that stops at :data:`COUNTED`."""
    found = matching(expression).order_by().values("pk")[: COUNTED + 1].count()
    return Preview(min(found, COUNTED), found > COUNTED)


def verdict(expression: Expression, *, contact_id: int, now: datetime | None = None) -> bool | None:
    """Whether ``expression`` is true of one contact; None when it cannot be known, or there is no such contact."""
    asked = Contact.objects.filter(pk=contact_id).annotate(answer=_answer(expression, now))
    found = asked.values_list("answer", flat=True).first()
    return None if found is None else bool(found)


def verdicts(expression: Expression, *, emails: Collection[str], now: datetime | None = None) -> dict[str, bool | None]:
    """The same of the contacts with these addresses, by address; there is nothing about others. One query."""
    asked = Contact.objects.filter(OneOf("email", emails)).annotate(answer=_answer(expression, now)).order_by()
    return {
        email: None if found is None else bool(found) for email, found in asked.values_list("email", "answer")
    }  # fmt: skip


def _answer(expression: Expression, now: datetime | None) -> Case:
    asked = Q(condition(expression, now=now or clock.now()))
    return Case(
        When(asked, then=Value(True)), When(~asked, then=Value(False)), default=None, output_field=BooleanField()
    )


def condition(expression: Expression, *, now: datetime) -> Any:
    """``expression`` as a conditional expression over contacts. Raises UnknownCode for what is not installed."""
    if isinstance(expression, All | AnyOf):
        join = and_ if isinstance(expression, All) else or_
        return reduce(join, [Q(condition(part, now=now)) for part in expression.parts])
    if isinstance(expression, Not):
        return ~Q(condition(expression.part, now=now))
    if isinstance(expression, Ask):
        asked = conditions.get(expression.condition)
        if not isinstance(asked, SetBased):
            raise UnknownCode("set-based condition", expression.condition)
        return asked.contacts(dict(expression.settings), now=now)
    field = find_field(expression.field)
    if field.kind is FieldKind.MANY:
        return _many(field, expression)
    return _one(field.expression(), expression.op, _wanted(field, expression), field.kind, now)


def _many(field: SegmentField, leaf: Compare) -> Any:
    if leaf.op in ("empty", "not_empty"):
        anything = Q(field.holds([]))
        return anything if leaf.op == "not_empty" else ~anything
    values = [str(value) for value in leaf.value] if isinstance(leaf.value, list | tuple) else [str(leaf.value)]
    there = Q(field.holds(values))
    return ~there if leaf.op in ("not_contains", "not_in") else there


def _one(found: Any, op: str, wanted: Any, kind: FieldKind, now: datetime) -> Any:
    if op in ("empty", "not_empty"):
        nothing = Q(sql.IsNull(found, True))
        if kind in (FieldKind.TEXT, FieldKind.CHOICE):
            nothing |= Q(sql.Exact(found, Value("")))
        return nothing if op == "empty" else ~nothing
    if op in ("within_days", "older_than_days", "in_next_days"):
        return _days(found, op, wanted, kind, now)
    if kind is FieldKind.NUMBER and _has_fraction(wanted):
        found = Cast(found, DecimalField(max_digits=24, decimal_places=6))
    if op == "between":
        return Q(sql.GreaterThanOrEqual(found, wanted[0])) & Q(sql.LessThanOrEqual(found, wanted[1]))
    positive = op.removeprefix("not_").removesuffix("_not")
    if positive == "in":
        asked = reduce(or_, [Q(sql.Exact(found, value)) for value in wanted])
    else:
        asked = Q(_LOOKUPS[positive](found, wanted))
    return asked if positive == op else ~asked


def _has_fraction(wanted: Any) -> bool:
    """Whether a column of whole numbers would cut off the end of one of the values."""
    values = wanted if isinstance(wanted, list) else [wanted]
    return any(value != value.to_integral_value() for value in values)


_LOOKUPS: dict[str, Any] = {
    "is": sql.Exact,
    "contains": sql.IContains,
    "starts_with": sql.IStartsWith,
    "greater": sql.GreaterThan,
    "at_least": sql.GreaterThanOrEqual,
    "less": sql.LessThan,
    "at_most": sql.LessThanOrEqual,
}


def _days(found: Any, op: str, days: int, kind: FieldKind, now: datetime) -> Any:
    """Days before or after now, to the second; a date counts from its midnight in the shop's time zone."""
    dates = kind is FieldKind.DATE
    past, ahead = now - timedelta(days=days), now + timedelta(days=days)
    today: Any = timezone.localtime(now).date() if dates else now
    if op == "in_next_days":
        last = timezone.localtime(ahead).date() if dates else ahead
        return Q(sql.GreaterThan(found, today)) & Q(sql.LessThanOrEqual(found, last))
    first = _first_date(past) if dates else past
    if op == "older_than_days":
        return Q(sql.LessThan(found, first))
    return Q(sql.GreaterThanOrEqual(found, first)) & Q(sql.LessThanOrEqual(found, today))


def _first_date(moment: datetime) -> date:
    """The first date whose midnight is not before ``moment``."""
    local = timezone.localtime(moment)
    return local.date() if local.time() == time() else local.date() + timedelta(days=1)


def _wanted(field: SegmentField, leaf: Compare) -> Any:
    """The value as the field's column holds it; raises ValueError or InvalidOperation for one that is none."""
    if leaf.op in ("empty", "not_empty", "within_days", "older_than_days", "in_next_days"):
        return leaf.value
    read_one = _READERS[field.kind]
    if isinstance(leaf.value, list | tuple):
        return [read_one(value) for value in leaf.value]
    return read_one(leaf.value)


def _flag(value: Any) -> bool:
    if str(value).lower() not in ("true", "false"):
        raise ValueError(value)
    return str(value).lower() == "true"


def _number(value: Any) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite() or isinstance(value, bool):
        raise ValueError(value)
    return number


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(str(value))
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


_READERS: dict[FieldKind, Any] = {
    FieldKind.TEXT: str,
    FieldKind.CHOICE: str,
    FieldKind.MANY: str,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: lambda value: date.fromisoformat(str(value)),
    FieldKind.MOMENT: _moment,
    FieldKind.BOOLEAN: _flag,
}
