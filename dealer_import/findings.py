"""What an import has to say about a file: one finding per row and cause."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

MAX_RAW = 200


class Severity(StrEnum):
    """WARNING: the row was taken (or was there twice). ERROR: the row, or the whole file, was not."""

    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """``line`` is the physical line (from 1, 0 for the file as a whole), ``hint`` says what to do."""

    code: str
    severity: Severity
    line: int
    column: str = ""
    raw: str = ""
    hint: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def printable(text: str, limit: int = MAX_RAW) -> str:
    """``text`` with control characters made visible and cut to ``limit``, safe to store and to show."""
    cut = text[:limit]
    if not cut.isprintable():
        cut = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in cut)
    return cut[:limit]
