"""What may be wrong with a delivered text, and a memory for texts with which nothing is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Convert = Callable[[str], Any]


class Refusal(Exception):
    """The value must not reach the shop. ``instead`` is what to take where a profile prefers the row to the field."""

    def __init__(self, code: str, hint: str, *, instead: Any = None, optional: bool = False) -> None:
        super().__init__(hint)
        self.code, self.hint, self.instead, self.optional = code, hint, instead, optional


class Doubt(Exception):
    """The value was taken, or replaced by ``value``, and staff should know why: pairs of code and hint."""

    def __init__(self, value: Any, *reasons: tuple[str, str]) -> None:
        super().__init__(reasons)
        self.value, self.reasons = value, reasons


class Memo(dict[Any, Any]):
    """What texts of one column mean, each worked out once. Texts that give a doubt or a refusal are not kept."""

    def __init__(self, convert: Callable[[Any], Any], limit: int) -> None:
        super().__init__()
        self.convert, self.limit = convert, limit

    def __missing__(self, text: Any) -> Any:
        value = self.convert(text)
        if len(self) < self.limit:
            self[text] = value
        return value


def clean(text: str) -> str:
    """``text`` without blanks around it and without no-break spaces."""
    return text.strip() if text.isascii() else text.replace("\u00a0", " ").strip()
