"""A definition's steps as a tree: what follows one another, and what hangs below a step with several ways out.

The list of steps with its jumps is what runs; the tree is how people read and change it. Both say the same:
``branch_out(flatten(tree))`` is the tree again, and a list keeps its meaning on the way there and back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shopflow.automations.definitions.model import NEXT, STOP
from shopflow.contracts.types import JSONDict

SAME = "same"
"""The end of a way that goes wherever another one does: what cannot be known, like a no."""
SAME_AS = {"condition": ("unknown", "else"), "until_date": ("unknown", "past")}
_END = ""


@dataclass
class Row:
    """Steps one after the other. ``end`` is where it goes on after them: ``next`` (with whatever follows the step that
    it hangs below), ``stop``, ``same``, or the id of a step.
    """

    nodes: list[Node] = field(default_factory=list)
    end: str = NEXT

    def walk(self) -> Iterator[Node]:
        """Every step in it and below it, in the order that they are shown."""
        for node in self.nodes:
            yield node
            for row in node.ways.values():
                yield from row.walk()

    def rows(self) -> Iterator[Row]:
        """This row and every one below it."""
        yield self
        for node in self.nodes:
            for row in node.ways.values():
                yield from row.rows()


@dataclass
class Node:
    """A step as it is stored, without where it leads; ``ways`` has a row for each of its ways, if it has several."""

    raw: JSONDict
    ways: dict[str, Row] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.raw["id"])


@dataclass
class Tree:
    """``loose`` are rows that no way leads to any more."""

    trunk: Row = field(default_factory=Row)
    loose: list[Row] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        for row in (self.trunk, *self.loose):
            yield from row.walk()

    def rows(self) -> Iterator[Row]:
        for row in (self.trunk, *self.loose):
            yield from row.rows()


def wait_kind(raw: Mapping[str, Any]) -> str:
    """Which of the waits a stored step is; empty for other steps."""
    from shopflow.automations.definitions.waits import kinds

    return next((kind for kind in kinds() if kind in raw), "") if raw.get("kind") == "wait" else ""


def branching(raw: Mapping[str, Any]) -> str:
    """What kind of step it is, as far as its ways are concerned: its kind, or the kind of its wait."""
    return wait_kind(raw) or str(raw.get("kind", ""))


def ways_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """Where each way out of a stored step leads, by the name of the way; nothing for a step with a single one."""
    kind = branching(raw)
    inner = raw.get(kind, {}) if kind.startswith("until_") else raw
    if kind == "condition":
        otherwise = raw.get("else", STOP)
        return {"then": raw.get("then", NEXT), "else": otherwise, "unknown": raw.get("unknown", otherwise)}
    if kind == "split":
        return {f"arm{number}": arm.get("then", NEXT) for number, arm in enumerate(raw.get("arms", []))}
    if kind == "until_event":
        ways = {f"event{number}": one.get("then", NEXT) for number, one in enumerate(inner.get("events", []))}
        return {**ways, "otherwise": inner.get("otherwise", NEXT)}
    if kind == "until_condition":
        return {"then": inner.get("then", NEXT), "otherwise": inner.get("otherwise", STOP)}
    if kind == "until_date":
        past = inner.get("past", STOP)
        return {"past": past, "unknown": inner.get("unknown", past)}
    return {}


def has_onward(raw: Mapping[str, Any]) -> bool:
    """Whether the step has a way of its own on to what follows, besides those of ``ways_of``."""
    return branching(raw) not in ("condition", "split", "until_event", "until_condition")


def leading(raw: Mapping[str, Any], ways: Mapping[str, str], onward: str = NEXT) -> JSONDict:
    """The stored step with its ways leading to ``ways``, and its single way on to ``onward``."""
    kind = branching(raw)
    made = {name: value for name, value in raw.items() if name != "then"}
    if kind == "condition":
        return {**{name: made[name] for name in made if name not in ("else", "unknown")}, **ways}
    if kind == "split":
        return {**made, "arms": [{**arm, "then": ways[f"arm{n}"]} for n, arm in enumerate(raw.get("arms", []))]}
    if kind == "until_event":
        inner = raw[kind]
        events = [{**one, "then": ways[f"event{n}"]} for n, one in enumerate(inner.get("events", []))]
        return {**made, kind: {**inner, "events": events, "otherwise": ways["otherwise"]}}
    if kind == "until_condition":
        return {**made, kind: {**raw[kind], **ways}}
    if kind == "until_date":
        made = {**made, kind: {**raw[kind], **ways}}
    return made if onward == NEXT else {**made, "then": onward}


def branch_out(steps: Sequence[JSONDict]) -> Tree:
    """The steps as a tree."""
    return _Planter(steps).tree()


class _Planter:
    def __init__(self, steps: Sequence[JSONDict]) -> None:
        self.order = [str(step["id"]) for step in steps]
        self.raw = dict(zip(self.order, steps, strict=True))
        self.onward: dict[str, str] = {}
        self.ways: dict[str, dict[str, str]] = {}
        for number, step in enumerate(steps):
            after = self.order[number + 1] if number + 1 < len(steps) else _END
            here = self.order[number]
            self.ways[here] = {k: after if way == NEXT else way for k, way in ways_of(step).items()}
            if has_onward(step):
                onward = step.get("then", NEXT)
                self.onward[here] = after if onward == NEXT else onward
        self.placed: set[str] = set()
        self.awaited: list[str] = []

    def tree(self) -> Tree:
        tree = Tree(self.row(self.order[0], _END) if self.order else Row())
        for step in self.order:
            if step not in self.placed:
                tree.loose.append(self.row(step, _END))
        return tree

    def row(self, at: str, follow: str) -> Row:
        """What runs from ``at`` on until ``follow``, which somebody else places."""
        row = Row()
        while True:
            if at == follow:
                return row
            if at in (STOP, _END):
                row.end = NEXT if self._just_ends(row, at, follow) else STOP
                return row
            if at in self.placed or at in self.awaited or at not in self.raw:
                row.end = at
                return row
            self.placed.add(at)
            node = Node(leading(self.raw[at], dict.fromkeys(self.ways[at], NEXT)))
            row.nodes.append(node)
            join = self.join(at)
            self._grow(node, follow if join is None else join)
            if join is None:
                return row
            at = join

    def _just_ends(self, row: Row, at: str, follow: str) -> bool:
        """Whether the row ends because nothing follows, rather than because somebody wants it to end."""
        return follow == _END and (at == _END or (bool(row.nodes) and self.onward.get(row.nodes[-1].id) == at))

    def _grow(self, node: Node, follow: str) -> None:
        self.awaited.append(follow)
        ways = self.ways[node.id]
        same, other = SAME_AS.get(branching(node.raw), ("", ""))
        for key, target in ways.items():
            if key == same and target == ways[other]:
                node.ways[key] = Row(end=SAME)
            else:
                node.ways[key] = self.row(target, follow)
        self.awaited.pop()

    def join(self, step: str) -> str | None:
        """Where the ways of ``step`` meet again: the first step that two of them reach. None if they never do."""
        if step in self.onward:
            return self.onward[step]
        wanted = [way for way in dict.fromkeys(self.ways[step].values()) if self._free(way)]
        if len(wanted) < 2:
            return wanted[0] if wanted else None
        reached = [self.reach(way) for way in wanted]
        return next((other for other in self.order if sum(other in found for found in reached) > 1), None)

    def _free(self, step: str) -> bool:
        return step in self.raw and step not in self.placed and step not in self.awaited

    def reach(self, step: str) -> set[str]:
        found: set[str] = set()
        ahead = [step]
        while ahead:
            at = ahead.pop()
            if at not in found and self._free(at):
                found.add(at)
                ahead.extend(self.ways[at].values())
                ahead.append(self.onward.get(at, _END))
        return found


def flatten(tree: Tree) -> list[JSONDict]:
    """The tree as a list of steps that lead to one another."""
    laid: list[tuple[Node, dict[str, str], str]] = []
    for row in (tree.trunk, *tree.loose):
        _lay(row, _END, laid)
    found = []
    for number, (node, ways, onward) in enumerate(laid):
        after = laid[number + 1][0].id if number + 1 < len(laid) else _END
        named = {key: _name(target, after) for key, target in ways.items()}
        found.append(leading(node.raw, named, _name(onward, after)))
    return found


def _name(target: str, after: str) -> str:
    return NEXT if target == after else target or STOP


def _lay(row: Row, follow: str, laid: list[tuple[Node, dict[str, str], str]]) -> None:
    last = _resolve(row.end, follow)
    for number, node in enumerate(row.nodes):
        onward = row.nodes[number + 1].id if number + 1 < len(row.nodes) else last
        ways = {key: way.nodes[0].id if way.nodes else _resolve(way.end, onward) for key, way in node.ways.items()}
        same, other = SAME_AS.get(branching(node.raw), ("", ""))
        if ways.get(same) == SAME:
            ways[same] = ways[other]
        laid.append((node, ways, onward if has_onward(node.raw) else NEXT))
        for way in node.ways.values():
            _lay(way, onward, laid)


def _resolve(end: str, follow: str) -> str:
    return follow if end == NEXT else end
