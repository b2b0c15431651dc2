"""Spreadsheets (XLSX), row by row: leading zeros, dates, errors and formulas as the cells show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any, BinaryIO, NamedTuple
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy

from dealer_import.archives import Limits, checked_zip
from dealer_import.doubts import Memo
from dealer_import.findings import printable
from dealer_import.profiles.names import column_name
from dealer_import.sentences import say as _
from dealer_import.sources.headers import check_columns, no_header, spelled, unmapped, wanted_columns
from dealer_import.sources.sheet_cells import TEXT_KINDS, Cell, Values, not_whole
from dealer_import.sources.sheet_rows import Row, Shape, SheetRows
from dealer_import.sources.stamps import DEFAULT_ZONE, stamp_at
from dealer_import.sources.table import TableRow
from dealer_import.sources.xlsx_parts import Parts, Sheet, shown, shows_zeros
from shopflow.contracts.imports import FileEvidence, FileRefused, ImportSource, RawRecord, RecordProblem

SEARCH_ROWS = 50
"""How far down the header may stand."""
SEPARATOR = "\x1f"
LIMITS = Limits(files=2_000, size=3 << 30, ratio=200)
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


class XlsxSource(ImportSource):
    """One sheet of a spreadsheet. Old ``.xls`` files are refused."""

    code = "xlsx"
    label = gettext_lazy("Spreadsheet (XLSX)")
    extensions = (".xlsx", ".xlsm")
    defaults = {"sheet": "auto", "skip_lines": "auto"}

    def __init__(self) -> None:
        self._opened: WeakKeyDictionary[BinaryIO, Book] = WeakKeyDictionary()

    def inspect(self, stream: BinaryIO, profile: Mapping[str, Any]) -> FileEvidence:
        book = self._opened[stream] = _opened(stream, profile)
        return book.evidence(profile)

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[RawRecord | RecordProblem]:
        book = self._opened.pop(stream, None) or _opened(stream, profile)
        limits = _limits(profile)
        with checked_zip(stream, limits) as archive:
            yield from _Texts(book, profile).records(_rows(Parts(archive, limits), book.sheet))


@dataclass
class Book:
    """The chosen sheet, and where its header stands: rows from 1, the first column that has anything from 0."""

    sheet: Sheet
    values: Values
    formats: Sequence[str]
    header_row: int
    first_column: int
    columns: tuple[str, ...]
    head: Mapping[int, Mapping[int, Any]]

    def evidence(self, profile: Mapping[str, Any]) -> FileEvidence:
        wanted = wanted_columns(profile)
        return FileEvidence(
            header_line=self.header_row,
            columns=self.columns,
            notes=(self.sheet.name,),
            stamp=self._stamp(profile),
            warnings=tuple(unmapped(self.columns, wanted, profile, self.header_row)),
        )

    def _stamp(self, profile: Mapping[str, Any]) -> datetime | None:
        rule = profile.get("stamp")
        if not rule or "line" not in rule:
            return None
        cell = self.head.get(rule["line"], {}).get(rule["column"] - 1, "")
        if isinstance(cell, datetime):
            return cell.replace(tzinfo=ZoneInfo(str(profile.get("time_zone", DEFAULT_ZONE))))
        return stamp_at(cell.strip() if isinstance(cell, str) else str(cell), rule["line"], profile)


def _limits(profile: Mapping[str, Any]) -> Limits:
    return Limits.of(profile) if "archive" in profile else LIMITS


def _opened(stream: BinaryIO, profile: Mapping[str, Any]) -> Book:
    _check_kind(stream)
    limits = _limits(profile)
    with checked_zip(stream, limits) as archive:
        if "xl/workbook.xml" not in {name.lower() for name in archive.namelist()}:
            raise FileRefused("not_a_table", _("This is no XLSX file. Save the spreadsheet as XLSX."))
        return _chosen(Parts(archive, limits), profile)


def _check_kind(stream: BinaryIO) -> None:
    stream.seek(0)
    head = stream.read(1 << 16)
    if not head.strip():
        raise FileRefused("empty_file", _("The file is empty. Export it again."))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        stream.seek(0)
        rest = stream.read(4 << 20)
        if "EncryptedPackage".encode("utf-16-le") in rest:
            raise FileRefused(
                "archive_encrypted", _("The spreadsheet is protected by a password. Send it without one.")
            )
        raise FileRefused("xls_old", _("This is an old XLS file. Open it and save it as XLSX."))
    if not head.startswith(b"PK\x03\x04"):
        raise FileRefused("not_a_table", _("This is no XLSX file. Save the spreadsheet as XLSX."))
    stream.seek(0)


def _chosen(parts: Parts, profile: Mapping[str, Any]) -> Book:
    """The sheet that the profile names, or the first one that has the required columns."""
    wanted = wanted_columns(profile)
    formats = parts.number_formats()
    values = parts.values(formats)
    best: tuple[int, Book] | None = None
    for sheet in _candidates(parts, profile.get("sheet", "auto")):
        head = _head(parts, sheet, values)
        book, hits = _looked_at(head, profile, wanted, lambda *where, of=sheet: Book(of, values, formats, *where))
        if book is not None and (best is None or hits > best[0]):
            best = (hits, book)
        if best is not None and all(column in best[1].columns for column, is_required in wanted.items() if is_required):
            break
    if best is None or (best[0] <= 1 and (len(wanted) > 1 or any(wanted.values()))):
        raise no_header(wanted, profile)
    check_columns(best[1].columns, wanted, profile)
    return best[1]


def _candidates(parts: Parts, named: Any) -> Sequence[Sheet]:
    if named == "auto":
        return [sheet for sheet in parts.sheets if sheet.is_visible] or parts.sheets
    if isinstance(named, int) and not isinstance(named, bool) and 0 < named <= len(parts.sheets):
        return [parts.sheets[named - 1]]
    found = [sheet for sheet in parts.sheets if sheet.name == named]
    if found:
        return found[:1]
    hint = _("The spreadsheet has no sheet “%(name)s”. It has: %(names)s.")
    names = ", ".join(sheet.name for sheet in parts.sheets)
    raise FileRefused("not_a_table", hint % {"name": named, "names": printable(names)})


def _rows(parts: Parts, sheet: Sheet) -> Iterator[Row]:
    """The rows of ``sheet``. Broken XML is a spreadsheet that is not whole."""
    try:
        yield from SheetRows(parts.rows_of(sheet)).rows()
    except FileRefused as refusal:
        if refusal.reason in ("not_xml", "encoding", "empty_file"):
            raise not_whole() from None
        raise


def _head(parts: Parts, sheet: Sheet, values: Values) -> dict[int, dict[int, Any]]:
    """The first rows that have anything, by number and column."""
    found: dict[int, dict[int, Any]] = {}
    for number, shape, texts in _rows(parts, sheet):
        if number > SEARCH_ROWS:
            break
        cells = {cell.column: values.of(cell, text) for cell, text in zip(shape.cells, texts, strict=True) if text}
        if cells:
            found[number] = cells
    return found


def _looked_at(
    head: Mapping[int, Mapping[int, Any]],
    profile: Mapping[str, Any],
    wanted: Mapping[str, bool],
    book_at: Callable[..., Book],
) -> tuple[Book | None, int]:
    """The sheet with the row that has most of the wanted columns, and how many those are."""
    first = min((column for row in head.values() for column in row), default=0)
    skip = profile.get("skip_lines", "auto")
    best, hits = None, -1
    for number, row in head.items():
        if skip != "auto" and number != int(skip) + 1:
            continue
        texts = [row.get(column, "") for column in range(first, max(row) + 1)]
        columns = tuple(column_name(cell) if isinstance(cell, str) else "" for cell in texts)
        score = sum(name in columns for name in wanted)
        if score > hits:
            best, hits = book_at(number, first, columns, head), score
    return best, hits


class Plan(NamedTuple):
    """How rows of one shape become texts. ``odd`` says that such a row counts even if it has no text."""

    readers: Sequence[Callable[[str], str] | None]
    pick: Callable[[Sequence[str]], Sequence[str]]
    beyond: Sequence[int]
    numbers: Sequence[tuple[int, Cell]]
    unsolved: Sequence[int]
    is_odd: bool


class _Texts:
    """The rows below the header, as texts in the notation of the profile."""

    def __init__(self, book: Book, profile: Mapping[str, Any]) -> None:
        self.book, self.profile = book, profile
        self._decimal = str(profile.get("decimal", ","))
        fields = _fields_by_column(profile)
        first = book.first_column
        self._used = {place + first: fields[name] for place, name in enumerate(book.columns) if name in fields}
        kept = TEXTS if shows_zeros(book.formats) else frozenset(["number"])
        self._textual = frozenset(column for column, fields in self._used.items() if fields & kept)
        days = _date_formats(profile)
        self._days = {place + first: days.get(name, "%Y-%m-%d") for place, name in enumerate(book.columns)}
        self._numbers = Memo(self._number, REMEMBERED)
        self._memos: dict[tuple[str, str], Memo] = {}
        self._plans: dict[Shape, Plan] = {}

    def records(self, rows: Iterator[Row]) -> Iterator[RawRecord | RecordProblem]:
        footer, columns = self.profile.get("footer"), self.book.columns
        plans, header_row = self._plans, self.book.header_row
        count, closed = 0, None
        for number, shape, values in rows:
            if number <= header_row:
                continue
            plan = plans.get(shape) or self._plan(shape)
            texts = [text if read is None else read(text) for read, text in zip(plan.readers, values, strict=True)]
            warnings = tuple(self._corrected(number, plan, texts)) if plan.numbers or plan.unsolved else ()
            texts.append("")
            cells = plan.pick(texts)
            beyond = [texts[place] for place in plan.beyond]
            if not plan.is_odd and not any(cells) and not any(beyond):
                continue
            if footer and cells[0].startswith(footer["starts"]):
                closed = cells
                continue
            count += 1
            yield TableRow(number, columns, cells, SEPARATOR.join((*cells, *beyond)), warnings)
        _check_end(footer, closed, count)

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

    def _reader(self, cell: Cell) -> Callable[[str], str] | None:
        """The function that makes a text of a cell's value; None where it is one."""
        if cell.kind in TEXT_KINDS:
            return None
        if cell.kind == "e":
            is_number = bool(self._used.get(cell.column, frozenset()) & NUMBERS)
            return lambda text: text[:MAX_ERROR] if is_number else ""
        shown_as = self.book.values.shown(cell)
        if cell.kind == "n" and not shown_as:
            return self._numbers.__getitem__
        form = self._days.get(cell.column, "%Y-%m-%d") if shown_as or cell.kind == "d" else ""
        memo = self._memos.get((cell.kind + shown_as, form))
        if memo is None:
            memo = self._memos[cell.kind + shown_as, form] = Memo(
                lambda text: self._text(self.book.values.of(cell, text), form) if text else "", REMEMBERED
            )
        return memo.__getitem__

    def _number(self, text: str) -> str:
        """A number as it is written, if that is how a spreadsheet would show it."""
        if len(text) < SHORT:
            whole, mark, fraction = text.partition(".")
            if whole.isdigit() and (whole[0] != "0" or whole == "0") and text.isascii():
                if not mark:
                    return whole
                if fraction.isdigit() and fraction[-1] != "0":
                    return f"{whole}{self._decimal}{fraction}"
        return self._text(self.book.values.number(text, ""), "") if text else ""

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
    if column and told.replace(".", "") != str(rows):
        raise FileRefused(
            "control_total",
            _("The closing line counts %(told)s rows, but the file holds %(rows)s. Transfer it again.")
            % {"told": printable(told, 20) or "?", "rows": rows},
        )
    if not rows:
        raise FileRefused("no_records", _("The file has a header but no rows. Export it again."))
