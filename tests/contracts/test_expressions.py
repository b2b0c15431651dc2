from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.utils import translation
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shopflow.contracts.automations import Verdict
from shopflow.contracts.expressions import (
    MAX_DEPTH,
    MAX_LEAVES,
    OPERATORS,
    All,
    AnyOf,
    Ask,
    Compare,
    ExpressionInvalid,
    Not,
    all_of,
    any_of,
    compare,
    dump,
    evaluate,
    leaves,
    negated,
    parse,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
VALUES = (True, False, None)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def told(**answers):
    """A leaf evaluator that knows the answer of each condition by name, and what was asked."""
    asked = []

    def leaf(question):
        asked.append(question.condition)
        holds = answers[question.condition]
        return Verdict(holds, f"{question.condition} is {holds}.")

    leaf.asked = asked
    return leaf


expressions = st.recursive(
    st.sampled_from("abc").map(Ask)
    | st.builds(Compare, st.sampled_from(["x", "y"]), st.just("is"), st.sampled_from(["1", 2, True])),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts)))
        | inner.map(Not)
    ),
    max_leaves=8,
)


def _depth(expression):
    if isinstance(expression, Not):
        return 1 + _depth(expression.part)
    return 1 + max((_depth(part) for part in getattr(expression, "parts", ())), default=0)


@given(expressions)
@settings(max_examples=60, deadline=None)
def test_what_is_written_down_reads_the_same(expression):
    assume(_depth(expression) <= MAX_DEPTH)

    assert parse(dump(expression)) == expression


@given(expressions, st.tuples(*[st.sampled_from(VALUES)] * 3))
@settings(max_examples=80, deadline=None)
def test_i04_the_answer_is_kleenes_and_the_same_each_time(expression, values):
    known = dict(zip("abc", values, strict=True))

    def leaf(question):
        return Verdict(known[question.condition] if isinstance(question, Ask) else None)

    def full(node):
        if isinstance(node, Ask | Compare):
            return leaf(node).holds
        if isinstance(node, Not):
            return negated(full(node.part))
        parts = [full(part) for part in node.parts]
        return all_of(parts) if isinstance(node, All) else any_of(parts)

    answer = evaluate(expression, leaf)

    assert answer.holds is full(expression)
    assert evaluate(expression, leaf) == answer


@pytest.mark.parametrize(("left", "right"), list(product(VALUES, VALUES)))
def test_the_tables_of_kleene(left, right):
    order = {False: 0, None: 1, True: 2}
    back = {number: value for value, number in order.items()}

    assert all_of([left, right]) is back[min(order[left], order[right])]
    assert any_of([left, right]) is back[max(order[left], order[right])]
    assert negated(all_of([left, right])) is any_of([negated(left), negated(right)])


def test_it_asks_no_further_than_needed_and_unknown_does_not_stop_it():
    leaf = told(a=None, b=False, c=True)

    answer = evaluate(parse({"all": [{"condition": "a"}, {"condition": "b"}, {"condition": "c"}]}), leaf)

    assert answer.holds is False
    assert leaf.asked == ["a", "b"]
    assert answer.reason == "b is False."


def test_the_reason_is_what_the_deciding_questions_said():
    leaf = told(a=True, b=None, c=False)

    answer = evaluate(parse({"not": {"any": [{"condition": "c"}, {"condition": "b"}]}}), leaf)

    assert answer.holds is None
    assert answer.reason == "b is None."
    assert answer.verdict == Verdict(None, "b is None.")
    both = evaluate(parse({"all": [{"condition": "a"}, {"not": {"condition": "c"}}]}), leaf)
    assert both.reason == "a is True. c is False."


def test_schema_1_questions_read_as_expressions():
    asked = parse({"condition": "ordered_since", "settings": {"days": 3}, "negate": True})

    assert asked == Not(Ask("ordered_since", {"days": 3}))
    assert list(leaves(asked)) == [Ask("ordered_since", {"days": 3})]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ([], "The filter must be a JSON object."),
        ({}, "The filter needs exactly one of"),
        ({"all": [], "any": []}, "The filter needs exactly one of"),
        ({"all": []}, "The filter: “all” needs a list with at least one question."),
        ({"any": "x"}, "The filter: “any” needs a list with at least one question."),
        ({"all": [{"condition": ""}]}, "The filter, no. 1 needs “condition” as a text."),
        ({"condition": "a", "settings": []}, "The filter: “settings” must be a JSON object."),
        ({"condition": "a", "when": 1}, "The filter has an entry “when” that is not known."),
        ({"field": "x", "op": "like", "value": 1}, "The filter: “like” is no comparison."),
        ({"field": "x", "op": ["is"], "value": 1}, "is no comparison."),
        ({"field": "x", "op": "in", "value": "a"}, "The filter: “in” takes a list of values."),
        ({"field": "x", "op": "in", "value": []}, "The filter: “in” takes a list of values."),
        ({"field": "x", "op": "between", "value": [1]}, "The filter: “between” takes a list of two values."),
        ({"field": "x", "op": "within_days", "value": -1}, "The filter: “within_days” takes a whole number of days."),
        ({"field": "x", "op": "empty", "value": 1}, "The filter: “empty” takes no value."),
        ({"field": "x", "op": "is", "value": 1.5}, "The filter: “is” takes one value."),
        ({"not": [{"condition": "a"}]}, "The filter must be a JSON object."),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(raw, problem):
    with pytest.raises(ExpressionInvalid) as caught:
        parse(raw, "The filter")

    assert problem in str(caught.value)


def test_every_problem_is_named_at_once():
    with pytest.raises(ExpressionInvalid) as caught:
        parse({"all": [{"condition": 1}, {"any": []}, {"field": "x", "op": "nope"}]})

    assert len(caught.value.problems) == 3


def test_it_may_be_neither_too_deep_nor_too_long():
    deep = {"condition": "a"}
    for _level in range(MAX_DEPTH):
        deep = {"not": deep}
    with pytest.raises(ExpressionInvalid, match="nested more than 8 deep"):
        parse(deep)
    with pytest.raises(ExpressionInvalid, match="more than 100 questions"):
        parse({"all": [{"condition": "a"}] * (MAX_LEAVES + 1)})


@pytest.mark.parametrize(
    ("op", "found", "wanted", "holds"),
    [
        ("is", "DE", "DE", True),
        ("is", 5, "5", True),
        ("is", True, 1, False),
        ("is", ["a", "b"], "b", True),
        ("is", None, "x", None),
        ("is_not", "DE", "AT", True),
        ("is_not", None, "AT", None),
        ("in", "AT", ["DE", "AT"], True),
        ("in", {"a"}, ["b", "c"], False),
        ("not_in", "AT", ["DE"], True),
        ("contains", "Bremse vorn", "BREMSE", True),
        ("contains", ["vip"], "vip", True),
        ("contains", ["vip"], "vi", False),
        ("not_contains", "abc", "x", True),
        ("starts_with", "Autohaus", "auto", True),
        ("empty", None, None, True),
        ("empty", [], None, True),
        ("empty", 0, None, False),
        ("not_empty", "", None, False),
        ("greater", 3, 2, True),
        ("greater", Decimal("2.50"), "2.5", False),
        ("at_least", Decimal("2.50"), "2.5", True),
        ("less", "abc", 2, None),
        ("less", True, 2, None),
        ("at_most", 2, 2, True),
        ("less", date(2026, 1, 1), "2026-01-02", True),
        ("between", 5, [1, 5], True),
        ("between", 6, [1, 5], False),
        ("between", "x", [1, 5], None),
        ("within_days", NOW - timedelta(days=3), 3, True),
        ("within_days", NOW - timedelta(days=3, seconds=1), 3, False),
        ("within_days", NOW + timedelta(days=1), 3, False),
        ("older_than_days", "2026-11-01T00:00:00+00:00", 20, True),
        ("older_than_days", "never", 20, None),
        ("in_next_days", NOW + timedelta(days=2), 3, True),
        ("in_next_days", NOW, 3, False),
    ],
)
def test_comparisons(op, found, wanted, holds):
    assert compare(op, found, wanted, now=NOW) is holds


def test_days_cannot_be_counted_without_knowing_the_time():
    assert compare("within_days", NOW, 3) is None


def test_every_operator_is_tried_above_and_has_a_label():
    tried = {mark.args[1][i][0] for mark in test_comparisons.pytestmark for i in range(len(mark.args[1]))}

    assert tried == set(OPERATORS)
    assert all(str(operator.label) for operator in OPERATORS.values())
