"""The rows of a spreadsheet as texts in the notation of a profile: as the cells show them, column by column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, repeat
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from dealer_import.doubts import Memo
from dealer_import.findings import printable
from dealer_import.profiles.names import column_name
from dealer_import.sentences import say as _
from dealer_import.sources.headers import spelled
from dealer_import.sources.sheet_cells import TEXT_KINDS, Cell, Values
from dealer_import.sources.sheet_rows import Row, Shape
from dealer_import.sources.table import TableRow, is_count
from dealer_import.sources.xlsx_parts import shown, shows_zeros
from shopflow.contracts.imports import FileRefused, RawRecord, RecordProblem

SEPARATOR = "\x1f"
MAX_EXACT = 10**15
"""A spreadsheet keeps fifteen digits; longer numbers have lost theirs."""
NUMBERS = frozenset(
    """list_price cost offer_price core_deposit battery_deposit stock reserved pack_qty price_per lead_days unit tax
    gtin valid_from offer_from offer_until""".split()  # noqa: SIM905
)
"""Fields in which the text of an error cell is refused; elsewhere it would pass for a text and is left out."""
TEXTS = frozenset(
    """number gtin successor oe_numbers supplier_numbers trade_numbers former_numbers customs_no discount_group
    brand""".split()  # noqa: SIM905
)
"""Fields whose number cells may have lost leading zeros."""
REMEMBERED = 10_000
MAX_ERROR = 40
SHORT = 16
"""A number that is written with so many characters has no more than fifteen digits."""


BATCH = 250
"""Rows that are converted together."""
_AS_SHOWN = re.compile(r"(?:(?:0|[1-9][0-9]{0,7})(?:\.[0-9]{0,5}[1-9])?\n)+")
Many = Callable[[Sequence[str]], Sequence[str]]


class Layout(Protocol):
    """Where the header of the sheet stands, and what its cells mean: see :class:`dealer_import.sources.xlsx.Book`."""

    values: Values
    formats: Sequence[str]
    header_row: int
    first_column: int
    columns: tuple[str, ...]


class Plan(NamedTuple):
    """How rows of one shape become texts. ``odd`` says that such a row counts even if it has no text."""

    readers: Sequence[Many | None]
    pick: Callable[[Sequence[str]], Sequence[str]]
    beyond: Sequence[int]
    numbers: Sequence[tuple[int, Cell]]
    unsolved: Sequence[int]
    is_odd: bool


class Texts:
    """The rows below the header, as texts in the notation of the profile."""

    def __init__(self, book: Layout, profile: Mapping[str, Any]) -> None:
        self.book, self.profile = book, profile
        self._decimal = str(profile.get("decimal", ","))
        fields = _fields_by_column(profile)
        first = book.first_column
        self._used = {place + first: fields[name] for place, name in enumerate(book.columns) if name in fields}
        kept = TEXTS if shows_zeros(book.formats) else frozenset(["number"])
        self._textual = frozenset(column for column, fields in self._used.items() if fields & kept)
        days = _date_formats(profile)
        self._days = {place + first: days.get(name, "%Y-%m-%d") for place, name in enumerate(book.columns)}
        self._numbers = Memo(lambda text: self._text(book.values.number(text, ""), "") if text else "", REMEMBERED)
        self._memos: dict[tuple[str, str], Memo] = {}
        self._plans: dict[Shape, Plan] = {}

    def records(self, rows: Iterator[Row]) -> Iterator[RawRecord | RecordProblem]:
        footer, columns, header_row = self.profile.get("footer"), self.book.columns, self.book.header_row
        count, closed = 0, None
        below = (row for row in rows if row.number > header_row)
        while batch := list(islice(below, BATCH)):
            for number, plan, texts in self._converted(batch):
                warnings: tuple[RecordProblem, ...] = ()
                if plan.numbers or plan.unsolved:
                    texts = list(texts)
                    warnings = tuple(self._corrected(number, plan, texts))
                cells = plan.pick((*texts, ""))
                beyond = [texts[place] for place in plan.beyond] if plan.beyond else ()
                if not plan.is_odd and not any(cells) and not any(beyond):
                    continue
                if footer and cells[0].startswith(footer["starts"]):
                    closed = cells
                    continue
                count += 1
                raw = SEPARATOR.join((*cells, *beyond))
                yield _nul(number, raw) if "\0" in raw else TableRow(number, columns, cells, raw, warnings)
        _check_end(footer, closed, count)

    def _converted(self, batch: Sequence[Row]) -> Iterator[tuple[int, Plan, Sequence[str]]]:
        """Each row's number, and its values as texts: rows of one shape column by column."""
        alike: dict[int, list[int]] = {}
        for place, row in enumerate(batch):
            alike.setdefault(id(row.shape), []).append(place)
        found: list[Any] = [None] * len(batch)
        for places in alike.values():
            shape = batch[places[0]].shape
            plan = self._plans.get(shape) or self._plan(shape)
            columns = zip(*[batch[place].values for place in places], strict=True)
            read = [texts if many is None else many(texts) for many, texts in zip(plan.readers, columns, strict=True)]
            for place, texts in zip(places, zip(*read, strict=True) if read else repeat(()), strict=False):
                found[place] = batch[place].number, plan, texts
        return iter(found)

    def _plan(self, shape: Shape) -> Plan:
        """How rows of ``shape`` are read; remembered, unless each row has a shape of its own."""
        first, width = self.book.first_column, len(self.book.columns)
        places = {cell.column - first: place for place, cell in enumerate(shape.cells)}
        order = [places.get(column, len(shape.cells)) for column in range(width)]
        numbers = [
            (place, cell)
            for place, cell in enumerate(shape.cells)
            if cell.kind == "n" and cell.column in self._textual and not self.book.values.shown(cell)
        ]
        has_error = any(cell.kind == "e" for cell in shape.cells)
        plan = Plan(
            readers=[self._reader(cell) for cell in shape.cells],
            pick=itemgetter(*order) if width > 1 else lambda texts: (texts[order[0]],),
            beyond=[place for column, place in places.items() if not 0 <= column < width],
            numbers=numbers,
            unsolved=[column for column in shape.unsolved if column in self._used],
            is_odd=bool(numbers or has_error or shape.unsolved),
        )
        if len(self._plans) < REMEMBERED:
            self._plans[shape] = plan
        return plan

    def _reader(self, cell: Cell) -> Many | None:
        """The function that makes texts of a column's values; None where they are texts."""
        if cell.kind in TEXT_KINDS:
            return None
        if cell.kind == "e":
            is_number = bool(self._used.get(cell.column, frozenset()) & NUMBERS)
            return lambda texts: [text[:MAX_ERROR] if is_number else "" for text in texts]
        shown_as = self.book.values.shown(cell)
        if cell.kind == "n" and not shown_as:
            return self._numbers_of
        form = self._days.get(cell.column, "%Y-%m-%d") if shown_as or cell.kind == "d" else ""
        memo = self._memos.get((cell.kind + shown_as, form))
        if memo is None:
            memo = self._memos[cell.kind + shown_as, form] = Memo(
                lambda text: self._text(self.book.values.of(cell, text), form) if text else "", REMEMBERED
            )
        return lambda texts: list(map(memo.__getitem__, texts))

    def _numbers_of(self, texts: Sequence[str]) -> Sequence[str]:
        """Numbers are taken as they are written, if that is how a spreadsheet would show all of them."""
        lines = "\n".join(texts)
        if _AS_SHOWN.fullmatch(f"{lines}\n") is None:
            return list(map(self._numbers.__getitem__, texts))
        return lines.replace(".", self._decimal).split("\n")

    def _text(self, value: Any, form: str) -> str:
        kind = value.__class__
        if kind is float:
            return _number_text(value, self._decimal)
        if kind is date or kind is datetime:
            return str(value.strftime(form))
        if kind is bool:
            return "true" if value else "false"
        return str(value)

    def _corrected(self, row: int, plan: Plan, texts: list[str]) -> Iterator[RecordProblem]:
        """Bring back what the cells show, and tell what cannot be brought back."""
        for column in plan.unsolved:
            hint = _("The value of this formula is not stored. Open the file, save it again and send it.")
            yield RecordProblem(row, "formula", "", hint, self._label(column))
        for place, cell in plan.numbers:
            if not texts[place]:
                continue
            code = self.book.formats[cell.style] if cell.style < len(self.book.formats) else ""
            restored = shown(texts[place], code) if texts[place].isdigit() else None
            if restored is not None:
                texts[place] = restored
            elif "number" in self._used[cell.column]:
                hint = _("The number is a number cell: leading zeros may be lost. Make the column a text column.")
                yield RecordProblem(row, "number_from_number_cell", texts[place], hint, self._label(cell.column))

    def _label(self, column: int) -> str:
        return spelled(self.profile, [self.book.columns[column - self.book.first_column]])


def _nul(row: int, raw: str) -> RecordProblem:
    hint = _("The row holds a NUL character. Correct the text in the system that exports it.")
    return RecordProblem(row, "nul", printable(raw), hint)


def _number_text(number: float, decimal: str) -> str:
    """``number`` as a spreadsheet would show it, with fifteen digits; longer ones in the notation that tells of it."""
    text = repr(number)
    if len(text) <= SHORT and "e" not in text and text[-1].isdigit() and text != "-0.0":
        return text.removesuffix(".0").replace(".", decimal)
    if number.is_integer() and abs(number) < MAX_EXACT:
        return str(int(number))
    if abs(number) >= MAX_EXACT:
        return format(number, ".14E").replace(".", decimal)
    return format(Decimal(format(number, ".15g")), "f").replace(".", decimal)


def _fields_by_column(profile: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for field, column in profile.get("columns", {}).items():
        names = column.get("from", ())
        for name in [names] if isinstance(names, str) else names:
            key = column_name(name)
            found[key] = found.get(key, frozenset()) | {field}
    return found


def _date_formats(profile: Mapping[str, Any]) -> dict[str, str]:
    """The format in which a column's dates are written, for columns that do not take ISO dates."""
    found = {}
    for column in profile.get("columns", {}).values():
        formats = column.get("formats", ())
        if formats and "%Y-%m-%d" not in formats:
            names = column.get("from", ())
            for name in [names] if isinstance(names, str) else names:
                found[column_name(name)] = formats[0]
    return found


def _check_end(footer: Mapping[str, Any] | None, closed: Sequence[str] | None, rows: int) -> None:
    if footer and closed is None:
        raise FileRefused(
            "incomplete_file",
            _("The closing line “%(starts)s” is missing: the file is not complete. Transfer it again.")
            % {"starts": footer["starts"]},
        )
    column = footer.get("count_column") if footer else None
    told = closed[column - 1] if column and closed and column <= len(closed) else ""
    if column and not is_count(told, rows):
        raise FileRefused(
            "control_total",
            _("The closing line counts %(told)s rows, but the file holds %(rows)s. Transfer it again.")
            % {"told": printable(told, 20) or "?", "rows": rows},
        )
    if not rows:
        raise FileRefused("no_records", _("The file has a header but no rows. Export it again."))
