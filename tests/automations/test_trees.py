from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopflow.automations.definitions.model import NEXT, STOP
from shopflow.automations.definitions.tree import SAME, branch_out, flatten, has_onward, ways_of
from shopflow.contracts.automations import flows


def graph(steps):
    """Where each way of each step leads; the end of the list is the end."""
    found = {}
    for number, step in enumerate(steps):
        after = steps[number + 1]["id"] if number + 1 < len(steps) else STOP
        ways = dict(ways_of(step))
        if has_onward(step):
            ways["onward"] = step.get("then", NEXT)
        found[step["id"]] = {key: after if way == NEXT else way for key, way in ways.items()}
    return found


def shape(row):
    """A row as nested lists: ids, ways in braces, and the end unless it just goes on."""
    nodes = [{node.id: {key: shape(way) for key, way in node.ways.items()}} if node.ways else node.id
             for node in row.nodes]  # fmt: skip
    return nodes if row.end == NEXT else [*nodes, f">{row.end}"]


def act(step_id, **more):
    return {"id": step_id, "kind": "action", "action": "test_work", **more}


def ask(step_id, **more):
    return {"id": step_id, "kind": "condition", "ask": {"condition": "test_gate"}, **more}


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([act("a"), act("b")], ["a", "b"]),
        ([ask("q"), act("a")], [{"q": {"then": [], "else": [">stop"], "unknown": [">same"]}}, "a"]),
        (
            [ask("q", **{"else": "b"}), act("a", then="stop"), act("b")],
            [{"q": {"then": ["a"], "else": ["b"], "unknown": [">same"]}}],
        ),
        (
            [ask("q", **{"else": "b", "unknown": "stop"}), act("a", then="c"), act("b"), act("c")],
            [{"q": {"then": ["a"], "else": ["b"], "unknown": [">stop"]}}, "c"],
        ),
        ([act("a"), {"id": "w", "kind": "wait", "for": {"days": 1}, "then": "a"}], ["a", "w", ">a"]),
        (
            [
                {"id": "d", "kind": "wait", "until_date": {"field": "f", "past": "late"}},
                act("a", then="stop"),
                act("late"),
            ],
            [{"d": {"past": ["late", ">stop"], "unknown": [">same"]}}, "a"],
        ),
        ([act("a", then="stop"), act("lost")], ["a"]),
    ],
)
def test_a_list_reads_as_a_tree(steps, expected):
    tree = branch_out(steps)
    assert shape(tree.trunk) == expected
    assert graph(flatten(tree)) == graph(steps)


def test_steps_that_no_way_leads_to_are_kept():
    tree = branch_out([act("a", then="stop"), act("lost"), act("too")])
    assert [shape(row) for row in tree.loose] == [["lost", "too"]]


@pytest.mark.parametrize("flow", flows, ids=lambda flow: flow.code)
def test_every_built_in_flow_keeps_its_meaning(flow):
    steps = flow.define().definition["steps"]
    tree = branch_out(steps)
    assert graph(flatten(tree)) == graph(steps)
    assert tree.loose == []


@st.composite
def lists(draw):
    ids = [f"s{number}" for number in range(draw(st.integers(1, 9)))]
    target = st.sampled_from([NEXT, STOP, *ids])
    steps = []
    for step_id in ids:
        kind = draw(st.sampled_from(["act", "ask", "split", "date", "event"]))
        if kind == "act":
            steps.append(act(step_id, then=draw(target)))
        elif kind == "ask":
            steps.append(ask(step_id, **{key: draw(target) for key in ("then", "else", "unknown")}))
        elif kind == "split":
            arms = [{"code": code, "weight": 1, "then": draw(target)} for code in "abc"]
            steps.append({"id": step_id, "kind": "split", "experiment": "x", "arms": arms})
        elif kind == "date":
            inner = {"field": "due", "past": draw(target), "unknown": draw(target)}
            steps.append({"id": step_id, "kind": "wait", "until_date": inner, "then": draw(target)})
        else:
            events = [{"event": "e", "match": ["x"], "then": draw(target)} for _ in range(2)]
            inner = {"events": events, "timeout": {"days": 1}, "otherwise": draw(target)}
            steps.append({"id": step_id, "kind": "wait", "until_event": inner})
    return steps


@settings(max_examples=150, deadline=None)
@given(lists())
def test_any_list_keeps_its_meaning_and_every_step(steps):
    """Whatever jumps where: on the way to the tree and back nothing leads elsewhere and nothing is lost."""
    once = flatten(branch_out(steps))
    assert graph(once) == graph(steps)
    again = branch_out(once)
    assert graph(flatten(again)) == graph(steps)
    assert sorted(node.id for node in again.walk()) == sorted(step["id"] for step in steps)


def test_what_cannot_be_known_follows_the_no():
    tree = branch_out([ask("q", **{"else": "b"}), act("a", then="stop"), act("b")])
    assert tree.trunk.nodes[0].ways["unknown"].end == SAME
