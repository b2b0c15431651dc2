"""The rows of one sheet, streaming. The same program wrote all of them, so one row looks like another.

What a row looks like (its tags, types and styles) is learned from the first of its kind and kept as one regular
expression, which takes the values out of the next. Rows that it matches are proved to be well-formed by that alone, so
expat need not see them; it judges everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple
from xml.parsers import expat

from dealer_import.doubts import Memo
from dealer_import.sources.sheet_cells import TEXT_KINDS, Cell, column_index, not_whole, unescaped
from dealer_import.sources.sheet_strings import checked
from dealer_import.sources.xml_batch import Batch
from dealer_import.sources.xml_bytes import is_beyond_doubt
from dealer_import.sources.xml_guard import MAX_DEPTH, guarded_parser, too_deep
from dealer_import.sources.xml_stream import Closing, Opening, XmlStream
from dealer_import.sources.xml_text import Parted

MAX_SHAPES = 12
"""Looks that are tried one after the other."""
MAX_LEARNED = 200
"""A sheet that brings more looks than this is read without learning further ones."""
REMEMBERED = 10_000
MAX_COLUMNS = 16_384
MAX_ROW_DIGITS = 7
MAX_STYLE_DIGITS = 7
_ATTRIBUTES = r"(?:\s+[A-Za-z_][\w:.-]*=\"[^\"<]*\")*"
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w:.-]*)=\"([^\"]*)\"")
_EMPTY_ROW = re.compile(rf"\s*<row({_ATTRIBUTES})\s*/>")
_ROW = re.compile(rf"\s*<row({_ATTRIBUTES})\s*>")
_CELL = re.compile(
    rf"\s*<c({_ATTRIBUTES})\s*(?:/>|>(?P<f><f{_ATTRIBUTES}(?:/>|>([^<]*)</f>))?"
    r"(?:<v>([^<]*)</v>|<v/>|<is>(?:<t(?: xml:space=\"preserve\")?>([^<]*)</t>|<t/>)</is>)?</c>)"
)
_PLACE = re.compile(r"(?<=\s)r=\"([A-Z]{1,3})([0-9]{1,7})\"")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_NUMBER = re.compile(r"(?<=\s)r=\"([0-9]{1,7})\"")


class Shape(NamedTuple):
    """What a row looks like: its cells that have a value, and the columns of formulas that have none."""

    cells: tuple[Cell, ...]
    unsolved: tuple[int, ...] = ()


class Row(NamedTuple):
    """A row by its number, with a text for each of its shape's cells."""

    number: int
    shape: Shape
    values: list[str] | tuple[str, ...]


class SheetRows(XmlStream):
    """One pass over a sheet's XML. Raises ``FileRefused`` where it is damaged, or not in the order of its rows."""

    def __init__(self, stream: BinaryIO | Any) -> None:
        self._known: list[tuple[re.Pattern[str], Shape]] = []
        self._learned = self._last = 0
        self._memo = Memo(unescaped, REMEMBERED)
        super().__init__(stream, _Sheet(self))

    def rows(self) -> Iterator[Row]:
        return iter(self)  # type: ignore[arg-type]

    def _take_many(self, name: bytes) -> Batch | None:
        end_tag = self._plain_end(name)
        end = self._buffer.rfind(end_tag, self._pos) + len(end_tag)
        if end < len(end_tag) or self._prefix:
            return None
        region = self._buffer[self._pos : end]
        if b"<!" in region or b"<?" in region:
            return None
        found = self._many_of(region) if is_beyond_doubt(region, self.encoding) else None
        if found is None:
            self._listen(False)
            self._advance(end)
            pieces = region.decode(self.encoding, "replace").split("</row>")
            return Batch.of([row for piece in pieces[:-1] for row in self.careful(f"{piece}</row>")])
        self._pos = end
        self._line += region.count(b"\n")
        return Batch.of(found)

    def _many_of(self, region: bytes) -> list[Any] | None:
        try:
            return self._many(region.decode("utf-8"))
        except UnicodeDecodeError:
            return None

    def _many(self, text: str) -> list[Any] | None:
        """All rows of ``text``, if each of them is as rows usually are."""
        last, found = self._last, []
        known = self._known
        for piece in text.split("</row>")[:-1]:
            for place, (pattern, shape) in enumerate(known):
                match = pattern.fullmatch(piece)
                if match is not None:
                    if place:
                        known.insert(0, known.pop(place))
                    number, *values = match.groups()
                    row = Row(int(number), shape, values)
                    break
            else:
                told = self._looked_at(piece, last)
                if told is None:
                    return None
                row = told
            if row.number <= last:
                return None
            last = row.number
            if "&" in piece or "_x" in piece or "\r" in piece:
                row = replaced(row, self._memo)
            if "> " in piece or " <" in piece or "\n" in piece or "\t" in piece:
                row = stripped(row)
            found.append(row)
        self._last = last
        return found

    def _looked_at(self, piece: str, last: int) -> Row | None:
        """A row whose look is new, tag by tag; None if it needs a parser."""
        position, number = 0, last
        while (empty := _EMPTY_ROW.match(piece, position)) is not None:
            number, position = _number(empty.group(1), number), empty.end()
        begun = _ROW.match(piece, position)
        if begun is None or not _is_sound(begun.group(1)):
            return None
        number = _number(begun.group(1), number)
        look = _Look(piece, number)
        if not look.read(begun.end()):
            return None
        if position == 0 and self._learned < MAX_LEARNED and (pattern := look.pattern(begun)) is not None:
            self._learned += 1
            self._known.insert(0, (pattern, look.shape))
            del self._known[MAX_SHAPES:]
        return Row(number, look.shape, look.values)

    def careful(self, text: str) -> Iterator[Any]:
        """The rows of ``text``, which expat has found well-formed, by a parser of their own."""
        for row in parsed(text, self._last):
            if row.number <= self._last:
                raise not_whole()
            self._last = row.number
            yield row


def _number(attributes: str, before: int) -> int:
    """The number of a row with these attributes; 0 for one that cannot be."""
    found = _NUMBER.search(attributes)
    if found is None:
        return 0 if " r=" in attributes else before + 1
    return int(found.group(1))


def _is_sound(attributes: str) -> bool:
    """Whether each attribute stands there once."""
    names = [name for name, _value in _ATTRIBUTE.findall(attributes)]
    return len(set(names)) == len(names)


class _Look:
    """Takes the cells of one row apart, and tells what its like would look like."""

    def __init__(self, piece: str, number: int) -> None:
        self._piece, self._number = piece, str(number)
        self._cells: list[Cell] = []
        self._unsolved: list[int] = []
        self._holes: list[tuple[int, int, str]] = []
        self._is_usual = True
        self.values: list[str] = []

    @property
    def shape(self) -> Shape:
        return Shape(tuple(self._cells), tuple(self._unsolved))

    def read(self, position: int) -> bool:
        """Read the cells from ``position`` on; false if anything but plain cells stands there."""
        piece, column = self._piece, -1
        while position < len(piece):
            found = _CELL.match(piece, position)
            if found is None:
                return not piece[position:].strip()
            attributes = dict(_ATTRIBUTE.findall(found.group(1)))
            if not _is_sound(found.group(1)):
                return False
            column = self._place(found, attributes, column)
            if not 0 <= column < MAX_COLUMNS:
                return False
            self._take(found, attributes, column)
            position = found.end()
        return True

    def _place(self, found: re.Match[str], attributes: Mapping[str, str], column: int) -> int:
        """The cell's column; -1 if it stands in another row."""
        if "r" not in attributes:
            self._is_usual = False
            return column + 1
        place = _PLACE.search(self._piece, found.start(1), found.end(1))
        if place is None or place.group(2) != self._number:
            return -1
        self._holes.append((*place.span(2), r"\1"))
        return column_index(place.group(1))

    def _take(self, found: re.Match[str], attributes: Mapping[str, str], column: int) -> None:
        if found.group(3) is not None:
            self._holes.append((*found.span(3), "[^<]*"))
        group = 4 if found.group(4) is not None else 5
        text = found.group(group)
        if text is None:
            if found.group("f"):
                self._unsolved.append(column)
            return
        style = attributes.get("s", "0")
        kind = attributes.get("t", "n")
        if (group == 5) is not (kind == "inlineStr"):
            kind, text = "str", "" if kind == "inlineStr" else text
            self._is_usual = False
        if kind == "inlineStr" and "preserve" in found.group(0)[: found.start(group) - found.start()]:
            kind = "str"
        if found.group("f") and not text:
            self._unsolved.append(column)
            self._is_usual = False
        self._cells.append(Cell(column, kind, int(style) if style.isdecimal() and len(style) < MAX_STYLE_DIGITS else 0))
        self._holes.append((*found.span(group), "([^<]*)" if not found.group("f") else "([^<]+)"))
        self.values.append(text)

    def pattern(self, begun: re.Match[str]) -> re.Pattern[str] | None:
        """An expression for rows that look the same; None if this one has no number, or not for every cell."""
        own = _NUMBER.search(self._piece, begun.start(1), begun.end(1))
        if own is None or not self._is_usual or own.group(1) != self._number:
            return None
        parts, position = [], 0
        for start, end, hole in [(*own.span(1), "([1-9][0-9]{0,6})"), *sorted(self._holes)]:
            parts += [re.escape(self._piece[position:start]), hole]
            position = end
        return re.compile("".join([*parts, re.escape(self._piece[position:])]))


def replaced(row: Row, memo: Memo) -> Row:
    """The row with the characters that references stand for."""
    values = [memo[text] if "&" in text or "_x" in text or "\r" in text else text for text in row.values]
    return Row(row.number, row.shape, values)


def stripped(row: Row) -> Row:
    """The row without the blanks around texts that do not ask to keep them."""
    pairs = zip(row.shape.cells, row.values, strict=True)
    return Row(row.number, row.shape, [text.strip() if cell.kind == "inlineStr" else text for cell, text in pairs])


def parsed(text: str, last: int) -> list[Row]:
    """The rows of ``text`` by a parser; ``last`` is the number of the row before them."""
    rows = _RowParser(last)
    parser = guarded_parser(rows.add)
    parser.StartElementHandler, parser.EndElementHandler = rows.start, rows.end
    try:
        parser.Parse(f'<!DOCTYPE rows SYSTEM "unread"><rows>{text}</rows>', True)
    except expat.ExpatError:
        raise not_whole() from None
    return rows.found


class _RowParser:
    """Rows element by element: for rich texts, comments, text sections and whatever else may be among cells."""

    def __init__(self, last: int) -> None:
        self.found: list[Row] = []
        self._last, self._depth = last, 0
        self._cells: list[Cell] = []
        self._values: list[str] = []
        self._unsolved: list[int] = []
        self._text: str | None = None
        self._column, self._kind, self._style, self._has_formula, self._value = -1, "n", 0, False, ""
        self._within_reading, self._is_kept = False, True

    def add(self, data: str) -> None:
        if self._text is not None:
            self._text = checked(self._text + data)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise too_deep()
        if local == "row":
            self._cells, self._values, self._unsolved, self._column = [], [], [], -1
            self._last = _whole(attributes.get("r"), self._last)
        elif local == "c":
            self._open_cell(attributes)
        elif local == "f":
            self._has_formula = True
        elif local == "rPh":
            self._within_reading = True
        elif local in ("v", "t") and not self._within_reading:
            self._text, self._is_kept = "", local == "v" or attributes.get("xml:space") == "preserve"

    def _open_cell(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        if place is None:
            self._column += 1
        else:
            found = _REFERENCE.fullmatch(place)
            if found is None or int(found.group(2)) != self._last:
                raise not_whole()
            self._column = column_index(found.group(1))
        if not 0 <= self._column < MAX_COLUMNS:
            raise not_whole()
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdecimal() and len(style) < MAX_STYLE_DIGITS else 0
        self._kind, self._has_formula, self._value = attributes.get("t", "n"), False, ""

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        self._depth -= 1
        if local in ("v", "t") and self._text is not None:
            text = self._text if self._is_kept else self._text.strip()
            self._value += unescaped(text, ()) if local == "t" or self._kind in TEXT_KINDS else text
            self._text = None
        elif local == "rPh":
            self._within_reading = False
        elif local == "c":
            self._close_cell()
        elif local == "row":
            self.found.append(Row(self._last, Shape(tuple(self._cells), tuple(self._unsolved)), self._values))

    def _close_cell(self) -> None:
        if self._value:
            self._cells.append(Cell(self._column, "str" if self._kind == "inlineStr" else self._kind, self._style))
            self._values.append(self._value)
        elif self._has_formula:
            self._unsolved.append(self._column)


class _Sheet:
    """The grammar of a sheet: rows, and nothing else that matters. Sheets of charts have none."""

    roots = frozenset(["worksheet", "chartsheet", "dialogsheet", "macrosheet"])
    records = frozenset(["row"])
    skipped: frozenset[str] = frozenset()
    opening: Mapping[str, Opening] = {}
    closing: Mapping[str, Closing] = {}

    def __init__(self, sheet: SheetRows) -> None:
        self._sheet = sheet

    def meet(self, name: str, count: int) -> None:
        """Nothing is counted here."""

    def record(self, name: str, text: str | Parted, line: int, raw: str) -> Any:
        return next(self._sheet.careful(raw), None)

    def close(self) -> None:
        return


def _whole(text: str | None, before: int) -> int:
    """The number of a row; without one it follows the row before."""
    if text is None:
        return before + 1
    if not (text.isascii() and text.isdecimal() and len(text) <= MAX_ROW_DIGITS):
        raise not_whole()
    return int(text)
