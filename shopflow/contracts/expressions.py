"""Expressions: AND, OR and NOT over questions whose answer may be unknown.

One language for entry filters, branches, rechecks, exits and segments. As JSON::

    {"all": [
        {"condition": "has_consent", "settings": {"purpose": "newsletter"}},
        {"any": [{"field": "orders_count", "op": "at_least", "value": 2}, {"field": "tags", "op": "contains", "value": "vip"}]},
        {"not": {"condition": "ordered_since"}}
    ]}

:func:`parse` reads it or says what is wrong with it, :func:`evaluate` answers it in Kleene's three-valued logic: an
unknown part leaves the whole unknown unless the other parts decide alone. Everything here is pure; what a leaf
answers is the caller's business.
"""  # noqa: E501 - the example reads best in one line

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.contracts.automations import Verdict
from shopflow.contracts.types import JSONDict, Label

Ternary: TypeAlias = bool | None
"""Yes, no, or cannot be known."""

MAX_DEPTH = 8
MAX_LEAVES = 100


@dataclass(frozen=True)
class Ask:
    """A registered condition with its settings."""

    condition: str
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Compare:
    """A field compared with a value; ``op`` is a key of :data:`OPERATORS`."""

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True)
class All:
    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class AnyOf:
    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Not:
    part: Expression


Leaf: TypeAlias = Ask | Compare
Expression: TypeAlias = Ask | Compare | All | AnyOf | Not


class ExpressionInvalid(ValueError):
    """An expression cannot be read. ``problems`` are sentences that say where and what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Operator:
    """A comparison. ``takes``: ``none``, ``one``, ``many`` (a list), ``two`` (a list of two) or ``days`` (a number)."""

    label: Label
    takes: str
    test: Callable[[Any, Any, datetime | None], Ternary]


@dataclass(frozen=True)
class Answer:
    """What an expression comes to. ``parts`` holds the answers of the parts that were asked."""

    expression: Expression
    holds: Ternary
    said: Label = ""
    parts: tuple[Answer, ...] = ()

    @property
    def deciding(self) -> tuple[Answer, ...]:
        """The leaves that made it what it is."""
        if not self.parts:
            return (self,)
        if isinstance(self.expression, Not):
            return self.parts[0].deciding
        return tuple(leaf for part in self.parts if part.holds is self.holds for leaf in part.deciding)

    @property
    def reason(self) -> str:
        """The deciding leaves' sentences, each once."""
        return " ".join(dict.fromkeys(str(leaf.said) for leaf in self.deciding if leaf.said))

    @property
    def verdict(self) -> Verdict:
        return Verdict(self.holds, self.reason)


def parse(raw: Any, place: str = "") -> Expression:
    """Read an expression; raise :class:`ExpressionInvalid` with a sentence for each problem.

    ``place`` begins the sentences, such as “Step “mail””. Whether conditions and fields exist is not asked here:
    see :func:`leaves`.
    """
    reader = _Reader()
    expression = reader.read(raw, place or _("The expression"), 1)
    if not reader.problems and sum(1 for _leaf in leaves(expression)) > MAX_LEAVES:
        reader.problems.append(
            _("%(place)s asks more than %(count)s questions; split it.")
            % {"place": place or _("The expression"), "count": MAX_LEAVES}
        )
    if reader.problems:
        raise ExpressionInvalid(reader.problems)
    return expression


def dump(expression: Expression) -> JSONDict:
    """The expression as JSON; ``parse(dump(e)) == e``."""
    if isinstance(expression, Ask):
        found: JSONDict = {"condition": expression.condition}
        return {**found, "settings": dict(expression.settings)} if expression.settings else found
    if isinstance(expression, Compare):
        found = {"field": expression.field, "op": expression.op}
        return found if OPERATORS[expression.op].takes == "none" else {**found, "value": expression.value}
    if isinstance(expression, Not):
        return {"not": dump(expression.part)}
    return {"all" if isinstance(expression, All) else "any": [dump(part) for part in expression.parts]}


def leaves(expression: Expression) -> Iterator[Leaf]:
    """Every question in it, in order."""
    if isinstance(expression, Ask | Compare):
        yield expression
    elif isinstance(expression, Not):
        yield from leaves(expression.part)
    else:
        for part in expression.parts:
            yield from leaves(part)


def evaluate(expression: Expression, leaf: Callable[[Leaf], Verdict]) -> Answer:
    """Answer ``expression``, asking ``leaf`` in order and no further than needed; what it raises passes through."""
    if isinstance(expression, Ask | Compare):
        verdict = leaf(expression)
        return Answer(expression, verdict.holds, verdict.reason)
    if isinstance(expression, Not):
        inner = evaluate(expression.part, leaf)
        return Answer(expression, negated(inner.holds), parts=(inner,))
    stops_at = isinstance(expression, AnyOf)
    asked: list[Answer] = []
    for part in expression.parts:
        asked.append(evaluate(part, leaf))
        if asked[-1].holds is stops_at:
            break
    values = [answer.holds for answer in asked]
    return Answer(expression, any_of(values) if stops_at else all_of(values), parts=tuple(asked))


def all_of(values: Iterable[Ternary]) -> Ternary:
    """Kleene's AND."""
    found = set(values)
    return False if False in found else None if None in found else True


def any_of(values: Iterable[Ternary]) -> Ternary:
    """Kleene's OR."""
    found = set(values)
    return True if True in found else None if None in found else False


def negated(value: Ternary) -> Ternary:
    """Kleene's NOT: unknown stays unknown."""
    return None if value is None else not value


def compare(op: str, found: Any, wanted: Any, *, now: datetime | None = None) -> Ternary:
    """Whether ``found op wanted``; None when it cannot be known: nothing is there, or the two cannot be compared.

    ``found`` is a scalar, Decimal, date, datetime or a collection of scalars (tags). ``now`` is needed by the
    operators that count days. Only ``empty`` and ``not_empty`` know what to say about None.
    """
    if found is None and op not in ("empty", "not_empty"):
        return None
    return OPERATORS[op].test(found, wanted, now)


def _many(value: Any) -> bool:
    return isinstance(value, list | tuple | set | frozenset)


def _same(found: Any, wanted: Any) -> bool:
    if _many(found):
        return any(_same(item, wanted) for item in found)
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    return bool(found == wanted) or str(found) == str(wanted)


def _holds_text(found: Any, wanted: Any) -> bool:
    return _same(found, wanted) if _many(found) else str(wanted).casefold() in str(found).casefold()


def _empty(found: Any) -> bool:
    return found is None or found == "" or (_many(found) and not found)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        return None
    return make_aware(value) if is_naive(value) else value


def _ordered(found: Any, wanted: Any, test: Callable[[Any, Any], bool]) -> Ternary:
    for kind in (_number, _moment):
        left, right = kind(found), kind(wanted)
        if left is not None and right is not None:
            return test(left, right)
    return None


def _between(found: Any, wanted: Any) -> Ternary:
    low, high = wanted
    return all_of([_ordered(found, low, lambda a, b: a >= b), _ordered(found, high, lambda a, b: a <= b)])


def _days(found: Any, days: int, now: datetime | None, test: Callable[[timedelta, timedelta], bool]) -> Ternary:
    moment = _moment(found)
    return None if moment is None or now is None else test(now - moment, timedelta(days=days))


OPERATORS: dict[str, Operator] = {
    "is": Operator(gettext_lazy("is"), "one", lambda f, w, _n: _same(f, w)),
    "is_not": Operator(gettext_lazy("is not"), "one", lambda f, w, _n: not _same(f, w)),
    "in": Operator(gettext_lazy("is one of"), "many", lambda f, w, _n: any(_same(f, item) for item in w)),
    "not_in": Operator(gettext_lazy("is none of"), "many", lambda f, w, _n: not any(_same(f, item) for item in w)),
    "contains": Operator(gettext_lazy("contains"), "one", lambda f, w, _n: _holds_text(f, w)),
    "not_contains": Operator(gettext_lazy("does not contain"), "one", lambda f, w, _n: not _holds_text(f, w)),
    "starts_with": Operator(
        gettext_lazy("begins with"), "one", lambda f, w, _n: str(f).casefold().startswith(str(w).casefold())
    ),
    "empty": Operator(gettext_lazy("is empty"), "none", lambda f, _w, _n: _empty(f)),
    "not_empty": Operator(gettext_lazy("is not empty"), "none", lambda f, _w, _n: not _empty(f)),
    "greater": Operator(gettext_lazy("is greater than"), "one", lambda f, w, _n: _ordered(f, w, lambda a, b: a > b)),
    "at_least": Operator(gettext_lazy("is at least"), "one", lambda f, w, _n: _ordered(f, w, lambda a, b: a >= b)),
    "less": Operator(gettext_lazy("is less than"), "one", lambda f, w, _n: _ordered(f, w, lambda a, b: a < b)),
    "at_most": Operator(gettext_lazy("is at most"), "one", lambda f, w, _n: _ordered(f, w, lambda a, b: a <= b)),
    "between": Operator(gettext_lazy("is between"), "two", lambda f, w, _n: _between(f, w)),
    "within_days": Operator(
        gettext_lazy("lies within the last days:"),
        "days",
        lambda f, w, n: _days(f, w, n, lambda age, limit: timedelta() <= age <= limit),
    ),
    "older_than_days": Operator(
        gettext_lazy("lies longer ago than days:"),
        "days",
        lambda f, w, n: _days(f, w, n, lambda age, limit: age > limit),
    ),
    "in_next_days": Operator(
        gettext_lazy("lies within the next days:"),
        "days",
        lambda f, w, n: _days(f, w, n, lambda age, limit: timedelta() < -age <= limit),
    ),
}
"""Every comparison, by its stable code."""

_SHAPES: dict[str, Callable[[Any], bool]] = {
    "none": lambda value: value is None,
    "one": lambda value: isinstance(value, str | int | bool),
    "many": lambda value: isinstance(value, list) and bool(value) and all(isinstance(v, str | int) for v in value),
    "two": lambda value: isinstance(value, list) and len(value) == 2 and all(isinstance(v, str | int) for v in value),
    "days": lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
}


class _Reader:
    """Collects problems instead of stopping at the first one."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def problem(self, sentence: str, **words: Any) -> Expression:
        self.problems.append(sentence % words)
        return All(())

    def read(self, raw: Any, place: str, depth: int) -> Expression:
        if not isinstance(raw, Mapping):
            return self.problem(_("%(place)s must be a JSON object."), place=place)
        if depth > MAX_DEPTH:
            return self.problem(_("%(place)s is nested more than %(depth)s deep."), place=place, depth=MAX_DEPTH)
        kinds = [kind for kind in ("condition", "field", "all", "any", "not") if kind in raw]
        if len(kinds) != 1:
            return self.problem(
                _("%(place)s needs exactly one of “condition”, “field”, “all”, “any” and “not”."), place=place
            )
        if kinds[0] == "condition":
            return self.ask(raw, place)
        if kinds[0] == "field":
            return self.comparison(raw, place)
        self.only(raw, (kinds[0],), place)
        if kinds[0] == "not":
            return Not(self.read(raw["not"], place, depth + 1))
        parts = raw[kinds[0]]
        if not isinstance(parts, list) or not parts:
            return self.problem(_("%(place)s: “%(kind)s” needs a list with at least one question."), place=place,
                                kind=kinds[0])  # fmt: skip
        read = tuple(
            self.read(part, _("%(place)s, no. %(number)s") % {"place": place, "number": number}, depth + 1)
            for number, part in enumerate(parts, 1)
        )
        return All(read) if kinds[0] == "all" else AnyOf(read)

    def only(self, raw: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
        for name in sorted(set(raw) - set(known)):
            self.problem(
                _("%(place)s has an entry “%(name)s” that is not known. Known are: %(known)s."),
                place=place, name=name, known=", ".join(known),
            )  # fmt: skip

    def name(self, raw: Mapping[str, Any], entry: str, place: str) -> str:
        value = raw[entry]
        if not isinstance(value, str) or not value:
            self.problem(_("%(place)s needs “%(name)s” as a text."), place=place, name=entry)
            return ""
        return value

    def ask(self, raw: Mapping[str, Any], place: str) -> Expression:
        self.only(raw, ("condition", "settings", "negate"), place)
        settings = raw.get("settings", {})
        if not isinstance(settings, Mapping):
            self.problem(_("%(place)s: “settings” must be a JSON object."), place=place)
            settings = {}
        asked = Ask(self.name(raw, "condition", place), dict(settings))
        return Not(asked) if raw.get("negate") else asked

    def comparison(self, raw: Mapping[str, Any], place: str) -> Expression:
        self.only(raw, ("field", "op", "value"), place)
        op, value = raw.get("op"), raw.get("value")
        if not isinstance(op, str) or op not in OPERATORS:
            return self.problem(
                _("%(place)s: “%(op)s” is no comparison. Known are: %(known)s."),
                place=place, op=op, known=", ".join(OPERATORS),
            )  # fmt: skip
        takes = OPERATORS[op].takes
        if not _SHAPES[takes](value):
            wants = {
                "none": _("no value"),
                "one": _("one value"),
                "many": _("a list of values"),
                "two": _("a list of two values"),
                "days": _("a whole number of days"),
            }
            return self.problem(_("%(place)s: “%(op)s” takes %(wants)s."), place=place, op=op, wants=wants[takes])
        return Compare(self.name(raw, "field", place), op, value)
