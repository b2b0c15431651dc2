"""Texts of staff and plugins with ``{fields}`` in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any


class _Names(Formatter):
    """Names alone: no attributes, no widths, so that a text can neither look into a value nor blow it up."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        if not field_name.isidentifier():
            raise ValueError(field_name)
        return kwargs[field_name], field_name

    def convert_field(self, value: Any, conversion: Any) -> Any:
        return value

    def format_field(self, value: Any, format_spec: str) -> str:
        return "" if value is None else str(value)


def fill(text: str, words: Mapping[str, Any]) -> str:
    """``text`` with each ``{name}`` as ``words`` has it, empty for None; ``{{`` is a brace.

    Raises ValueError for braces that cannot be read, KeyError for a name that ``words`` lacks.
    """
    return _Names().vformat(text, (), words)
