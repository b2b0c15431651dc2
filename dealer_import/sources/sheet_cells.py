"""What a cell of a spreadsheet holds: its type, its style and its value, as Python knows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from dealer_import.sentences import say as _
from dealer_import.sources.xml_text import unescape
from shopflow.contracts.imports import FileRefused

DAY, SPAN = "day", "span"
"""How a number is shown: as a day or time, or as a length of time."""
BUILT_IN: Mapping[str, str] = {**dict.fromkeys(map(str, (*range(14, 23), 45, 47)), DAY), "46": SPAN}
"""Number formats that need not be written in the file."""
TEXT_KINDS = frozenset(["str", "inlineStr"])
MAX_DAYS = 2_958_466
"""Days from 1900 to the end of the year 9999."""
LEAP_DAY = 60
"""The 29 February 1900, which there never was."""
_DAWN, _DAWN_1904 = datetime.fromisoformat("1899-12-31"), datetime.fromisoformat("1904-01-01")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_IN_MILLISECONDS = 86_400_000
_QUOTED = re.compile(r"\"[^\"]*\"?|[\\_].?", re.DOTALL)
_SPAN = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]?")
_DAY = re.compile(r"[dmhys]|a[^;]*?[pm/]", re.IGNORECASE)


class Cell(NamedTuple):
    """A cell that has a value: its column from 0, its ``t``, its style's number."""

    column: int
    kind: str
    style: int


def is_shown_as(code: str) -> str:
    """:data:`DAY` or :data:`SPAN` for a format that shows numbers so, else nothing. Only its first part counts."""
    code = _QUOTED.sub("", code).partition(";")[0]
    if _SPAN.search(code):
        return SPAN
    return DAY if _DAY.search(_BRACKETS.sub("", code)) else ""


class Values:
    """Values of cells, by the styles and strings of one workbook. ``shown`` says for each style what numbers are."""

    def __init__(self, strings: Sequence[str] | Any, shown: Sequence[str], *, from_1904: bool) -> None:
        self._strings, self._shown, self._from_1904 = strings, shown, from_1904

    def shown(self, cell: Cell) -> str:
        """:data:`DAY`, :data:`SPAN` or nothing."""
        return self._shown[cell.style] if cell.kind == "n" and cell.style < len(self._shown) else ""

    def of(self, cell: Cell, text: str) -> Any:
        """The value that ``text`` means in ``cell``: a str, float, bool, date, datetime, time or timedelta."""
        readers: Mapping[str, Callable[[str], Any]] = {
            "n": lambda text: self.number(text, self.shown(cell)),
            "s": self.shared,
            "b": lambda text: text not in ("0", "false", ""),
            "d": iso_day,
            "e": lambda text: "",
        }
        return readers[cell.kind](text) if cell.kind in readers else text

    def shared(self, text: str) -> str:
        """The shared string with the number ``text``."""
        try:
            found: str = self._strings[int(text)]
        except (ValueError, IndexError):
            raise not_whole() from None
        return found

    def number(self, text: str, shown: str) -> Any:
        """A number, or the moment or length of time that it stands for; a text that is no number stays a text."""
        if not text.isascii() or "_" in text:
            return text
        try:
            number = float(text)
        except ValueError:
            return text
        if not shown or not abs(number) < MAX_DAYS:
            return number
        if shown == SPAN:
            return timedelta(milliseconds=round(number * _IN_MILLISECONDS))
        return self._moment(number)

    def _moment(self, number: float) -> date | datetime | time | float:
        """Day 1 is the first of 1900; from the day that never was on, all are counted one too many."""
        if number < 1:
            return (_DAWN + timedelta(milliseconds=round(max(0.0, number) * _IN_MILLISECONDS))).time()
        begin = _DAWN_1904 if self._from_1904 else _DAWN - timedelta(days=number >= LEAP_DAY)
        try:
            moment = begin + timedelta(milliseconds=round(number * _IN_MILLISECONDS))
        except OverflowError:
            return number
        return moment.date() if number.is_integer() else moment


def iso_day(text: str) -> Any:
    """A day or moment as newer spreadsheets may write it."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text


def unescaped(text: str, references: Collection[str] = ("&", "\r")) -> str:
    """``text`` with its references replaced, and with the characters that spreadsheets write as ``_x000D_``."""
    if any(mark in text for mark in references):
        text = unescape(text)
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def column_index(letters: str) -> int:
    """``A`` → 0, ``AB`` → 27."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def not_whole() -> FileRefused:
    """The refusal of a spreadsheet with missing or damaged parts."""
    return FileRefused("incomplete_file", _("The spreadsheet is damaged or not whole. Save it again and transfer it."))
