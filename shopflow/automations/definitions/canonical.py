"""A definition in the one form that editing works on: schema 2, questions as expressions, waits with their zone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shopflow.automations.definitions.model import DEFAULT_ZONE
from shopflow.automations.definitions.reading import read
from shopflow.contracts.expressions import dump, parse
from shopflow.contracts.types import JSONDict

EMPTY: JSONDict = {"schema": 2, "trigger": {}, "entry_key": "", "steps": []}
"""What a new flow begins with; it cannot be published like this."""


def canonical(raw: Any) -> JSONDict:
    """The same flow in schema 2. Raises :class:`DefinitionInvalid` for one that cannot be read."""
    read(raw)
    old = raw.get("schema", 1) == 1
    made = {**raw, "schema": 2, "steps": [_step(step, old) for step in raw["steps"]]}
    if "conditions" in raw:
        made["conditions"] = [_question(one) for one in raw["conditions"]]
    for name in ("exits", "goals"):
        if name in raw:
            made[name] = [_happening(one) for one in raw[name]]
    return made


def _step(raw: Mapping[str, Any], old: bool) -> JSONDict:
    kind = raw["kind"]
    if kind == "condition":
        plain = {name: raw[name] for name in ("condition", "settings", "negate") if name in raw}
        rest = {name: value for name, value in raw.items() if name not in (*plain, "ask")}
        return {**rest, "ask": _expression(raw.get("ask", plain))}
    if kind == "action" and "recheck" in raw:
        return {**raw, "recheck": [_question(one) for one in raw["recheck"]]}
    return _wait(raw, old) if kind == "wait" else dict(raw)


def _wait(raw: Mapping[str, Any], old: bool) -> JSONDict:
    zone = {"zone": DEFAULT_ZONE} if old else {}
    if "until_condition" in raw:
        inner = raw["until_condition"]
        wakes = [_happening(one) for one in inner.get("on", [])]
        return {**raw, "until_condition": {**inner, "ask": _expression(inner["ask"]), "on": wakes}}
    if "until_event" in raw:
        inner = raw["until_event"]
        return {**raw, "until_event": {**inner, "events": [_happening(one) for one in inner["events"]]}}
    for kind in ("until_time", "until_date"):
        if kind in raw:
            return {**raw, kind: {**zone, **raw[kind]}}
    length = {} if "for" in raw or "until" in raw else {"for": {"minutes": 0}}
    return {**length, **zone, **raw}


def _happening(raw: Mapping[str, Any]) -> JSONDict:
    if "conditions" not in raw:
        return dict(raw)
    return {**raw, "conditions": [_question(one) for one in raw["conditions"]]}


def _question(raw: Mapping[str, Any]) -> JSONDict:
    asked = _expression({name: value for name, value in raw.items() if name != "otherwise"})
    return {**asked, "otherwise": raw["otherwise"]} if "otherwise" in raw else asked


def _expression(raw: Any) -> JSONDict:
    return dump(parse(raw))
