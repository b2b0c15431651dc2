"""What the ways out of a step are called."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from shopflow.automations.definitions.reading import DefinitionReader
from shopflow.automations.definitions.tree import branching
from shopflow.automations.definitions.wording import happening_phrase
from shopflow.contracts.types import JSONDict


def way_label(raw: JSONDict, key: str) -> str:
    """The way ``key`` of a stored step, in a few words."""
    kind = branching(raw)
    if kind == "split":
        arms = raw.get("arms", [])
        arm = arms[int(key.removeprefix("arm"))]
        whole = sum(one.get("weight", 1) for one in arms) or 1
        words = {"arm": arm.get("code", ""), "percent": round(100 * arm.get("weight", 1) / whole)}
        return _("%(arm)s (%(percent)s %%)") % words
    if key.startswith("event"):
        return _event(raw["until_event"]["events"][int(key.removeprefix("event"))])
    named = {
        ("condition", "then"): _("Yes"),
        ("condition", "else"): _("No"),
        ("condition", "unknown"): _("Cannot be known"),
        ("until_event", "otherwise"): _("Nothing of it in time"),
        ("until_condition", "then"): _("It has come true"),
        ("until_condition", "otherwise"): _("Not in time"),
        ("until_date", "past"): _("The date is past already"),
        ("until_date", "unknown"): _("There is no date"),
    }
    return named.get((kind, key), key)


def _event(raw: Any) -> str:
    reader = DefinitionReader()
    happening = reader.wake({name: value for name, value in raw.items() if name != "then"}, "")
    return _("An event") if reader.problems else happening_phrase(happening)
