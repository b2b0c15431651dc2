"""What is different between two definitions of a flow, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.automations.dashboard.board import board_of
from shopflow.automations.definitions.diagnosis import Diagnosis, phrase_of
from shopflow.automations.definitions.facts import field_label, value_text
from shopflow.automations.definitions.tree import Node, Row, Tree, branch_out
from shopflow.automations.forms.ways import way_label
from shopflow.contracts.automations import actions
from shopflow.contracts.types import JSONDict


class Kind(StrEnum):
    """What has become of a part of the flow."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


KIND_LABELS = {
    Kind.ADDED: gettext_lazy("added"),
    Kind.REMOVED: gettext_lazy("removed"),
    Kind.MOVED: gettext_lazy("moved"),
    Kind.CHANGED: gettext_lazy("changed"),
}


@dataclass(frozen=True)
class Difference:
    """One difference. ``before`` and ``after`` are the old and the new sentence; ``details`` single settings."""

    kind: Kind
    step: str
    before: str = ""
    after: str = ""
    details: list[str] = field(default_factory=list)

    @property
    def label(self) -> Any:
        return KIND_LABELS[self.kind]


def compare(old: JSONDict, new: JSONDict) -> list[Difference]:
    """Every difference: first those of the flow as a whole, then those of its steps in their new order."""
    return [*_parts(old, new), *_Steps(old, new).differences()]


def _parts(old: JSONDict, new: JSONDict) -> list[Difference]:
    before, after = board_of(old), board_of(new)
    found = []
    if (old.get("trigger") or {}) != (new.get("trigger") or {}):
        found.append(Difference(Kind.CHANGED, "", before.trigger.text, after.trigger.text))
    for one, two in zip(before.parts, after.parts, strict=True):
        gone = [line for line in one.lines if line not in two.lines]
        come = [line for line in two.lines if line not in one.lines]
        if gone or come:
            found.append(Difference(Kind.CHANGED, "", f"{one.label}: {'; '.join(gone) or '–'}",
                                    f"{two.label}: {'; '.join(come) or '–'}"))  # fmt: skip
        elif _stored(old, one.code) != _stored(new, two.code):
            found.append(Difference(Kind.CHANGED, "", one.label, two.label))
    return found


def _stored(raw: JSONDict, part: str) -> Any:
    names = {"entry": ("entry_key", "reentry"), "limits": ("priority", "holdout", "cap")}.get(part, (part,))
    return [raw.get(name) or None for name in names]


class _Steps:
    def __init__(self, old: JSONDict, new: JSONDict) -> None:
        self.old, self.new = branch_out(old["steps"]), branch_out(new["steps"])
        self.said = Diagnosis(old), Diagnosis(new)
        self.before = {node.id: node for node in self.old.walk()}
        self.after = {node.id: node for node in self.new.walk()}

    def differences(self) -> list[Difference]:
        places = _places(self.old), _places(self.new)
        moved = _moved(self.old, self.new)
        found = []
        for step_id, node in self.after.items():
            was = self.before.get(step_id)
            if was is None:
                found.append(Difference(Kind.ADDED, step_id, after=self._words(1, node)))
                continue
            if was.raw != node.raw or _ends(was) != _ends(node):
                found.append(Difference(Kind.CHANGED, step_id, self._words(0, was), self._words(1, node),
                                        self._details(was, node)))  # fmt: skip
            if places[0][step_id] != places[1][step_id] or step_id in moved:
                found.append(Difference(Kind.MOVED, step_id, after=self._words(1, node)))
        for step_id, node in self.before.items():
            if step_id not in self.after:
                found.append(Difference(Kind.REMOVED, step_id, before=self._words(0, node)))
        return found

    def _words(self, side: int, node: Node) -> str:
        phrase = phrase_of(node.raw, self.said[side])
        return "; ".join([phrase.text, *phrase.notes])

    def _details(self, was: Node, node: Node) -> list[str]:
        lines = _settings(was.raw, node.raw)
        for key, row in node.ways.items():
            end = was.ways[key].end if key in was.ways else None
            if end is not None and end != row.end and not (row.nodes and was.ways[key].nodes):
                lines.append(_("“%(way)s” leads elsewhere") % {"way": way_label(node.raw, key)})
        return lines


def _settings(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Settings of an action that differ, by the labels of its form."""
    old, new = was.get("settings", {}), now.get("settings", {})
    code = now.get("action", "")
    form = actions.get(code).form_class if code in actions else None
    labels = {name: one.label for name, one in form.base_fields.items()} if form else {}
    return [
        _("%(setting)s: %(before)s → %(after)s")
        % {"setting": labels.get(name) or field_label(name), "before": _value(old, name), "after": _value(new, name)}
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def _value(settings: Mapping[str, Any], name: str) -> str:
    value = settings.get(name)
    if isinstance(value, list):
        return value_text(name, value)
    return "–" if value in (None, "") else f"„{value_text(name, value)}“"


def _ends(node: Node) -> dict[str, str]:
    return {key: row.end for key, row in node.ways.items() if not row.nodes}


def _places(tree: Tree) -> dict[str, tuple[str, str]]:
    """The way that each step stands in."""
    found: dict[str, tuple[str, str]] = {}

    def visit(row: Row, owner: tuple[str, str]) -> None:
        for node in row.nodes:
            found[node.id] = owner
            for key, way in node.ways.items():
                visit(way, (node.id, key))

    for row in (tree.trunk, *tree.loose):
        visit(row, ("", ""))
    return found


def _moved(old: Tree, new: Tree) -> set[str]:
    """Steps that stand in the same way as before, but not in the same order: the fewest that explain it."""
    places = _places(old), _places(new)
    moved: set[str] = set()
    for row in new.rows():
        here = [node.id for node in row.nodes if places[0].get(node.id) == places[1][node.id]]
        order = {step: number for number, step in enumerate(places[0]) if step in here}
        moved |= set(here) - _longest_rising(here, order)
    return moved


def _longest_rising(steps: list[str], order: Mapping[str, int]) -> set[str]:
    """The longest part of ``steps`` that is in the old order."""
    best: list[list[str]] = [[]]
    for step in steps:
        before = [row for row in best if not row or order[row[-1]] < order[step]]
        best.append([*max(before, key=len), step])
    longest = max(best, key=len)
    return set(longest)
