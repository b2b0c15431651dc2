"""Values of an event's fields, as forms and files write them, and as the event holds them."""

from __future__ import annotations

import dataclasses
from typing import Any

from shopflow.contracts.events import events
from shopflow.contracts.types import Scalar

_FLAGS = {"true": True, "false": False}


def type_of(field: dataclasses.Field[Any]) -> str:
    """``int``, ``bool`` or ``str``, whether or not the field may be empty."""
    written = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", str(field.type))
    return written.partition("|")[0].strip()


def typed(value: Scalar, *, event: str, field: str) -> Scalar:
    """``value`` as the event's field holds it: a text that says a whole number, or true or false, is one where the
    field is. Anything else stays what it is.
    """
    if not isinstance(value, str) or event not in events:
        return value
    kinds = {one.name: type_of(one) for one in dataclasses.fields(events.get(event))}
    kind, text = kinds.get(field), value.strip()
    if kind == "bool":
        return _FLAGS.get(text.lower(), value)
    if kind == "int" and text.removeprefix("-").isdecimal() and text.isascii() and len(text) < 20:
        return int(text)
    return value


def written(value: Scalar) -> str:
    """``value`` as forms write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
