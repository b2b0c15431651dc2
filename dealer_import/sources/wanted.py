"""Which fields a profile asks a reader for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def blank_fields(profile: Mapping[str, Any]) -> dict[str, str]:
    """Every field that the profile reads, empty: a record starts as a copy, so that no field is ever absent."""
    return dict.fromkeys((" ".join(name.split()).casefold() for name in _names(profile)), "")


def _names(profile: Mapping[str, Any]) -> Iterator[str]:
    for column in profile.get("columns", {}).values():
        origin = column.get("from", ()) if isinstance(column, Mapping) else ()
        yield from [origin] if isinstance(origin, str) else origin
    for conditions in (profile.get("rows") or {}).values():
        yield from (condition["column"] for condition in conditions)
