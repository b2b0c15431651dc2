"""Records of an XML file that stand together in it, on their way from the stream to a format's grammar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from dealer_import.sources.xml_forms import Form
from dealer_import.sources.xml_text import Parted


class Batch(NamedTuple):
    """Records ``name`` that were read together, with their lines. ``raw`` is how a single one stands in the file."""

    name: str
    lines: Sequence[int]
    records: Sequence[str | Parted]
    forms: Sequence[Form | None]
    raw: str | None
    is_told: bool = False

    @classmethod
    def of(cls, told: Sequence[Any]) -> Batch:
        """Records of which nothing more is to be told."""
        return cls("", (), told, (), None, is_told=True)
