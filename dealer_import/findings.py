"""What an import has to say about a file: one finding per row and cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

MAX_RAW = 200


class Severity(StrEnum):
    """WARNING: the row was taken (or was there twice). ERROR: the row, or the whole file, was not."""

    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """``line`` is the physical line (from 1, 0 for the file as a whole), ``hint`` says what to do.

    A refused row keeps itself, so that it can be corrected: ``record`` is its text, ``fields`` its values by column.
    """

    code: str
    severity: Severity
    line: int
    column: str = ""
    raw: str = ""
    hint: str = ""
    record: str = field(default="", compare=False, repr=False)
    fields: Mapping[str, str] | None = field(default=None, compare=False, repr=False)

    def of_row(self, record: str, fields: Mapping[str, str] | None) -> Finding:
        """The same finding with the row that it is about."""
        return replace(self, record=record, fields=fields)

    def as_dict(self) -> dict[str, Any]:
        """What the report says of it; the row itself is not repeated there."""
        return {name: value for name, value in asdict(self).items() if name not in ("record", "fields")}


def printable(text: str, limit: int = MAX_RAW) -> str:
    """``text`` with control characters made visible and cut to ``limit``, safe to store and to show."""
    cut = text[:limit]
    if not cut.isprintable():
        cut = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in cut)
    return cut[:limit]
