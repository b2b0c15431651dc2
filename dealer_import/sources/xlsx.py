"""Spreadsheets (XLSX): fast by calamine, with what calamine drops looked up in the sheet's own XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from dealer_import.archives import Limits, checked_zip, copy_member
from dealer_import.doubts import Memo
from dealer_import.findings import printable
from dealer_import.profiles.names import column_name
from dealer_import.sentences import say as _
from dealer_import.sources.headers import check_columns, no_header, spelled, unmapped, wanted_columns
from dealer_import.sources.stamps import DEFAULT_ZONE, stamp_at
from dealer_import.sources.table import TableRow
from dealer_import.sources.xlsx_parts import (
    Oddities,
    check_directory,
    check_sizes,
    not_whole,
    number_formats,
    oddities,
    part_of,
    shown,
    shows_zeros,
)
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
SHORT = 16
"""A number that is written with so many characters has no more than fifteen digits."""


class XlsxSource(ImportSource):
    """One sheet of a spreadsheet.

    Its whole sheet lies in memory while it is read (about half a kilobyte a row), which the archive's limits bound. Old
    ``.xls`` files are refused.
    """

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
        return _Rows(book, stream, profile).records()


@dataclass
class Book:
    """The chosen sheet, and where its header stands: rows from 1, the first column that has anything from 0."""

    sheet: CalamineSheet
    header_row: int
    first_column: int
    columns: tuple[str, ...]
    head: Sequence[Sequence[Any]]

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
        row = self.head[rule["line"] - 1] if rule["line"] <= len(self.head) else []
        place = rule["column"] - 1 - self.first_column
        cell = row[place] if 0 <= place < len(row) else ""
        if isinstance(cell, datetime):
            return cell.replace(tzinfo=ZoneInfo(str(profile.get("time_zone", DEFAULT_ZONE))))
        return stamp_at(cell.strip() if isinstance(cell, str) else str(cell), rule["line"], profile)


def _opened(stream: BinaryIO, profile: Mapping[str, Any]) -> Book:
    _check_kind(stream)
    limits = Limits.of(profile) if "archive" in profile else LIMITS
    with checked_zip(stream, limits) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise FileRefused("not_a_table", _("This is no XLSX file. Save the spreadsheet as XLSX."))
        check_directory(archive)
        check_sizes(archive, archive.getinfo("xl/workbook.xml"), limits)
    stream.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(stream)
        return _chosen(workbook, stream, profile, limits)
    except CalamineError:
        raise not_whole() from None


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


def _chosen(workbook: CalamineWorkbook, stream: BinaryIO, profile: Mapping[str, Any], limits: Limits) -> Book:
    """The sheet that the profile names, or the first one that has the required columns."""
    wanted = wanted_columns(profile)
    named = profile.get("sheet", "auto")
    best: tuple[int, Book] | None = None
    for name in _candidates(workbook, named):
        with checked_zip(stream, limits) as archive:
            copy_member(archive, part_of(archive, name), None, limits)
        book, hits = _looked_at(workbook.get_sheet_by_name(name), profile, wanted)
        if book is not None and (best is None or hits > best[0]):
            best = (hits, book)
        if best is not None and all(column in best[1].columns for column, is_required in wanted.items() if is_required):
            break
    if best is None or (best[0] <= 1 and (len(wanted) > 1 or any(wanted.values()))):
        raise no_header(wanted, profile)
    check_columns(best[1].columns, wanted, profile)
    return best[1]


def _candidates(workbook: CalamineWorkbook, named: Any) -> list[str]:
    names = workbook.sheet_names
    if named == "auto":
        visible = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        return visible or names
    if isinstance(named, int) and not isinstance(named, bool) and 0 < named <= len(names):
        return [names[named - 1]]
    if named in names:
        return [named]
    hint = _("The spreadsheet has no sheet “%(name)s”. It has: %(names)s.")
    raise FileRefused("not_a_table", hint % {"name": named, "names": printable(", ".join(names))})


def _looked_at(sheet: CalamineSheet, profile: Mapping[str, Any], wanted: Mapping[str, bool]) -> tuple[Book | None, int]:
    """The sheet with the row that has most of the wanted columns, and how many those are."""
    if sheet.start is None:
        return None, 0
    head = [row for row, _place in zip(sheet.iter_rows(), range(SEARCH_ROWS), strict=False)]
    skip = profile.get("skip_lines", "auto")
    rows = range(len(head)) if skip == "auto" else range(int(skip), min(int(skip) + 1, len(head)))
    best, hits = None, -1
    for row in rows:
        columns = tuple(column_name(cell) if isinstance(cell, str) else "" for cell in head[row])
        score = sum(name in columns for name in wanted)
        if score > hits:
            best, hits = Book(sheet, row + 1, sheet.start[1], columns, head), score
    return best, hits


class _Rows:
    """The rows below the header, as texts in the notation of the profile."""

    def __init__(self, book: Book, stream: BinaryIO, profile: Mapping[str, Any]) -> None:
        self.book, self.profile = book, profile
        self.decimal = str(profile.get("decimal", ","))
        self.fields = _fields_by_column(profile)
        self._numbers = Memo(lambda number: _number_text(number, self.decimal), REMEMBERED)
        self._days = [_day_memo(_date_formats(profile).get(name, "%Y-%m-%d")) for name in book.columns]
        limits = Limits.of(profile) if "archive" in profile else LIMITS
        first = book.first_column
        used = {place + first: self.fields[name] for place, name in enumerate(book.columns) if name in self.fields}
        self.used = used
        stream.seek(0)
        with checked_zip(stream, limits) as archive:
            self.formats = number_formats(archive)
            kept = TEXTS if shows_zeros(self.formats) else frozenset(["number"])
            textual = frozenset(column for column, fields in used.items() if fields & kept)
            self.odd: Oddities = oddities(archive, part_of(archive, book.sheet.name), textual, limits)

    def records(self) -> Iterator[RawRecord | RecordProblem]:
        footer = self.profile.get("footer")
        numbers, at, count, rows, closed = self.odd.numbers, 0, len(self.odd.numbers), 0, None
        columns, odd, shown_as = self.book.columns, self.odd, self._numbers
        for row, cells in enumerate(self.book.sheet.iter_rows(), start=1):
            if row <= self.book.header_row:
                continue
            texts = [
                cell
                if cell.__class__ is str
                else shown_as[cell]
                if cell.__class__ is float
                else self._text(cell, place)
                for place, cell in enumerate(cells)
            ]
            warnings: tuple[RecordProblem, ...] = ()
            while at < count and numbers[at] >> 32 < row:
                at += 1
            if row in odd.errors or row in odd.formulas or (at < count and numbers[at] >> 32 == row):
                styles = {}
                while at < count and numbers[at] >> 32 == row:
                    styles[numbers[at] >> 16 & 0xFFFF] = numbers[at] & 0xFFFF
                    at += 1
                warnings = tuple(self._corrected(row, cells, texts, styles))
            elif not any(texts):
                continue
            if footer and texts and texts[0].startswith(footer["starts"]):
                closed = texts
                continue
            rows += 1
            yield TableRow(row, columns, texts, SEPARATOR.join(texts), warnings)
        _check_end(footer, closed, rows)

    def _corrected(
        self, row: int, cells: Sequence[Any], texts: list[str], styles: Mapping[int, int]
    ) -> Iterator[RecordProblem]:
        """Bring back what the cells show, and tell what cannot be brought back."""
        first = self.book.first_column
        for column, error in self.odd.errors.get(row, {}).items():
            if 0 <= column - first < len(texts):
                texts[column - first] = error if self.used.get(column, frozenset()) & NUMBERS else ""
        for column in sorted(self.odd.formulas.get(row, ())):
            if column in self.used:
                hint = _("The value of this formula is not stored. Open the file, save it again and send it.")
                yield RecordProblem(row, "formula", "", hint, self._label(column))
        for column, style in styles.items():
            place = column - first
            if not (0 <= place < len(texts)) or not texts[place]:
                continue
            code = self.formats[style] if style < len(self.formats) else ""
            restored = shown(texts[place], code) if texts[place].isdigit() else None
            if restored is not None:
                texts[place] = restored
            elif "number" in self.used[column]:
                hint = _("The number is a number cell: leading zeros may be lost. Make the column a text column.")
                yield RecordProblem(row, "number_from_number_cell", texts[place], hint, self._label(column))

    def _label(self, column: int) -> str:
        return spelled(self.profile, [self.book.columns[column - self.book.first_column]])

    def _text(self, cell: Any, place: int) -> str:
        kind = cell.__class__
        if kind is date or kind is datetime:
            return str(self._days[place][cell])
        if kind is bool:
            return "true" if cell else "false"
        return str(cell)


def _day_memo(form: str) -> Memo:
    return Memo(lambda day: day.strftime(form), REMEMBERED)


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
