"""Changing a definition's steps as a tree. Every function takes stored steps and returns new ones.

A place is where a step may be put: ``first``, ``after:<step>`` or ``in:<step>:<way>`` (first in that way).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from shopflow.automations.definitions.model import MOST_STEPS, NEXT, STOP
from shopflow.automations.definitions.tree import (
    SAME,
    SAME_AS,
    Node,
    Row,
    Tree,
    branch_out,
    branching,
    flatten,
    leading,
    ways_of,
)
from shopflow.automations.exceptions import NotAllowed
from shopflow.contracts.types import JSONDict

FIRST = "first"


def new_id(wish: str, taken: Iterable[str]) -> str:
    """An id like ``wish`` that no step has yet."""
    stem = re.sub(r"[^a-z0-9_]+", "_", wish.lower()).strip("_")[:50]
    stem = stem if re.match(r"[a-z]", stem) and stem not in (NEXT, STOP, SAME) else f"step_{stem}".rstrip("_")
    used, found, number = set(taken), stem, 1
    while found in used:
        number += 1
        found = f"{stem}_{number}"
    return found


def insert(steps: Sequence[JSONDict], step: JSONDict, place: str) -> list[JSONDict]:
    """Put ``step`` at ``place``; its ``id`` must be new."""
    if len(steps) >= MOST_STEPS:
        raise NotAllowed(_("A flow has at most %(count)s steps. Make two flows of it.") % {"count": MOST_STEPS})
    tree = branch_out(steps)
    _put(tree, _planted(step), place)
    return flatten(tree)


def move(steps: Sequence[JSONDict], step_id: str, place: str) -> list[JSONDict]:
    """Put the step, with everything below it, at ``place``."""
    tree = branch_out(steps)
    row, number = find(tree, step_id)
    node = row.nodes[number]
    if place.partition(":")[2].partition(":")[0] in {one.id for one in below(node)}:
        raise NotAllowed(_("A step cannot be put into one of its own ways."))
    row.nodes.pop(number)
    _put(tree, node, place)
    return flatten(tree)


def move_by(steps: Sequence[JSONDict], step_id: str, by: int) -> list[JSONDict]:
    """Move the step up (-1) or down (+1); at the end of a way it leaves it."""
    tree = branch_out(steps)
    row, number = find(tree, step_id)
    if 0 <= number + by < len(row.nodes):
        row.nodes.insert(number + by, row.nodes.pop(number))
        return flatten(tree)
    above = _owner(tree, row)
    if above is None:
        raise NotAllowed(_("The step is first already.") if by < 0 else _("The step is last already."))
    outer, place = above
    outer.nodes.insert(place if by < 0 else place + 1, row.nodes.pop(number))
    return flatten(tree)


def delete(steps: Sequence[JSONDict], step_id: str) -> tuple[list[JSONDict], dict[str, str]]:
    """Take the step out with everything below it. Returns the steps, and where jumps to each lost step go now."""
    tree = branch_out(steps)
    row, number = find(tree, step_id)
    lost = [node.id for node in below(row.nodes.pop(number))]
    follow = row.nodes[number].id if number < len(row.nodes) else row.end
    instead = dict.fromkeys(lost, STOP if follow in (NEXT, SAME) or follow in lost else follow)
    for one in tree.rows():
        one.end = instead.get(one.end, one.end)
    return flatten(tree), instead


def duplicate(steps: Sequence[JSONDict], step_id: str) -> tuple[list[JSONDict], str]:
    """Put a copy of the step, with everything below it, after it. Returns the steps and the copy's id."""
    tree = branch_out(steps)
    row, number = find(tree, step_id)
    twin = copy.deepcopy(row.nodes[number])
    taken = {str(step["id"]) for step in steps}
    names: dict[str, str] = {}
    for node in below(twin):
        names[node.id] = new_id(node.id, taken)
        taken.add(names[node.id])
        node.raw = {**node.raw, "id": names[node.id]}
    for one in (inner for way in twin.ways.values() for inner in way.rows()):
        one.end = names.get(one.end, one.end)
    row.nodes.insert(number + 1, twin)
    if len(taken) > MOST_STEPS:
        raise NotAllowed(_("A flow has at most %(count)s steps. Make two flows of it.") % {"count": MOST_STEPS})
    return flatten(tree), names[step_id]


def replace(
    steps: Sequence[JSONDict],
    step: JSONDict,
    *,
    ends: Mapping[str, str] | None = None,
    kept: Mapping[str, str] | None = None,
    onward: str = "",
) -> list[JSONDict]:
    """Change what a step does.

    ``kept`` says which way is which one of the step as it was, and ``ends`` where those go after their own steps, both
    by way; a way that is not kept is taken out with its steps. ``onward``: where the row goes that the step ends.
    """
    tree = branch_out(steps)
    row, number = find(tree, str(step["id"]))
    old, node = row.nodes[number], _planted(step)
    for key, way in node.ways.items():
        was = (kept or {}).get(key, key if kept is None else "")
        if was in old.ways:
            way.nodes = old.ways[was].nodes
            way.end = (ends or {}).get(was, old.ways[was].end)
        if way.end == SAME and way.nodes:
            way.end = NEXT
    row.nodes[number] = node
    if onward:
        row.end = onward
    return _settled(flatten(tree))


def _settled(steps: list[JSONDict]) -> list[JSONDict]:
    """Without jumps to steps that are not there any more."""
    tree = branch_out(steps)
    known = {NEXT, STOP, SAME, *(str(step["id"]) for step in steps)}
    for row in tree.rows():
        row.end = row.end if row.end in known else STOP
    return flatten(tree)


def is_at(steps: Sequence[JSONDict], step_id: str, place: str) -> bool:
    """Whether the step stands in the way that ``place`` (``in:<step>:<way>``) names."""
    _in, owner, way = place.split(":", 2)
    row = _node(branch_out(steps), owner).ways.get(way)
    return row is not None and any(node.id == step_id for node in row.nodes)


def find(tree: Tree, step_id: str) -> tuple[Row, int]:
    """The row that holds the step, and its place in it. Raises NotAllowed if there is no such step."""
    for row in tree.rows():
        for number, node in enumerate(row.nodes):
            if node.id == step_id:
                return row, number
    raise NotAllowed(_("The step is not there any more."))


def below(node: Node) -> list[Node]:
    """The step and every step below it."""
    return [node, *(inner for way in node.ways.values() for inner in way.walk())]


def places(steps: Sequence[JSONDict], step_id: str = "") -> list[str]:
    """Every place that the step could be put at, in the order of the tree."""
    tree = branch_out(steps)
    barred = {node.id for node in below(_node(tree, step_id))} if step_id else set()
    found = [FIRST]
    for node in tree.walk():
        if node.id in barred:
            continue
        found += [f"in:{node.id}:{key}" for key in node.ways]
        found.append(f"after:{node.id}")
    return found


def _node(tree: Tree, step_id: str) -> Node:
    row, number = find(tree, step_id)
    return row.nodes[number]


def _planted(step: JSONDict) -> Node:
    ways = ways_of(step)
    same, other = SAME_AS.get(branching(step), ("", ""))
    rows = {key: Row(end=SAME if key == same and end == ways[other] else end) for key, end in ways.items()}
    return Node(leading(step, dict.fromkeys(ways, NEXT)), rows)


def _put(tree: Tree, node: Node, place: str) -> None:
    kind, _colon, rest = place.partition(":")
    if kind == FIRST:
        tree.trunk.nodes.insert(0, node)
    elif kind == "after":
        row, number = find(tree, rest)
        row.nodes.insert(number + 1, node)
    elif kind == "in":
        step_id, _colon, key = rest.partition(":")
        ways = _node(tree, step_id).ways
        if key not in ways:
            raise NotAllowed(_("The step has no such way any more."))
        if ways[key].end == SAME:
            ways[key].end = STOP
        ways[key].nodes.insert(0, node)
    else:
        raise NotAllowed(_("Choose where the step is to go."))


def _owner(tree: Tree, wanted: Row) -> tuple[Row, int] | None:
    for row in tree.rows():
        for number, node in enumerate(row.nodes):
            if any(way is wanted for way in node.ways.values()):
                return row, number
    return None
