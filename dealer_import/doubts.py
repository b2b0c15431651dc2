"""What may be wrong with a delivered text, and a memory for texts with which nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Convert = Callable[[str], Any]


class Refusal(Exception):
    """The value must not reach the shop. ``instead`` is what to take where a profile prefers the row to the field."""

    def __init__(self, code: str, hint: str, *, instead: Any = None, optional: bool = False) -> None:
        super().__init__(hint)
        self.code, self.hint, self.instead, self.optional = code, hint, instead, optional


class Doubt(Exception):
    """The value was taken, or replaced by ``value``, and staff should know why: pairs of code and hint.

    ``column`` and ``raw`` say what it is about, where that is not the one text that was converted.
    """

    def __init__(self, value: Any, *reasons: tuple[str, str], column: str = "", raw: str = "") -> None:
        super().__init__(reasons)
        self.value, self.reasons, self.column, self.raw = value, reasons, column, raw


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


ODD: Any = object()
"""Stands for a value that gives a doubt or a refusal."""


class QuietMemo(Memo):
    """A memory that answers :data:`ODD` where converting raises, and remembers in ``met_odd`` that it did."""

    def __init__(self, convert: Callable[[Any], Any], limit: int) -> None:
        super().__init__(convert, limit)
        self.met_odd = False

    def __missing__(self, text: Any) -> Any:
        try:
            return super().__missing__(text)
        except (Doubt, Refusal):
            self.met_odd = True
            return ODD

    def column(self, texts: Iterable[Any]) -> list[Any]:
        """What each of ``texts`` means."""
        return list(map(self.__getitem__, texts))


def clean(text: str) -> str:
    """``text`` without blanks around it and without no-break spaces."""
    return text.strip() if text.isascii() else text.replace("\u00a0", " ").strip()
