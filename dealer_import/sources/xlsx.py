"""Spreadsheets (XLSX), row by row: leading zeros, dates, errors and formulas as the cells show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy

from dealer_import.archives import Limits, checked_zip
from dealer_import.findings import printable
from dealer_import.profiles.names import column_name
from dealer_import.sentences import say as _
from dealer_import.sources.headers import check_columns, lacking, no_header, told_lacking, unmapped, wanted_columns
from dealer_import.sources.sheet_cells import Values, not_whole
from dealer_import.sources.sheet_rows import Row, SheetRows
from dealer_import.sources.stamps import DEFAULT_ZONE, stamp_at
from dealer_import.sources.xlsx_parts import Parts, Sheet
from dealer_import.sources.xlsx_texts import Texts
from shopflow.contracts.imports import FileEvidence, FileRefused, ImportSource, RawRecord, RecordProblem

SEARCH_ROWS = 50
"""How far down the header may stand."""
LIMITS = Limits(files=2_000, size=3 << 30, ratio=200)


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
            yield from Texts(book, profile).records(_rows(Parts(archive, limits), book.sheet))


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
        wanted, lacks, line = wanted_columns(profile), lacking(self.columns, profile), self.header_row
        return FileEvidence(
            header_line=line,
            columns=self.columns,
            notes=(self.sheet.name,),
            stamp=self._stamp(profile),
            warnings=(*unmapped(self.columns, wanted, profile, line), *told_lacking(lacks, line)),
            lacks=tuple(lacks),
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
    """The sheet that the profile names, or the first one with the required columns; without any, with most of them."""
    wanted = wanted_columns(profile)
    needed = [column for column, is_required in wanted.items() if is_required]
    formats = parts.number_formats()
    values = parts.values(formats)
    best: tuple[int, Book] | None = None
    skip = profile.get("skip_lines", "auto")
    last = SEARCH_ROWS if skip == "auto" else int(skip) + SEARCH_ROWS
    for sheet in _candidates(parts, profile.get("sheet", "auto")):
        head = _head(parts, sheet, values, last)
        book, hits = _looked_at(head, profile, wanted, lambda *where, of=sheet: Book(of, values, formats, *where))
        if book is not None and (best is None or hits > best[0]):
            best = (hits, book)
        if best is not None and needed and all(column in best[1].columns for column in needed):
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


def _head(parts: Parts, sheet: Sheet, values: Values, last: int) -> dict[int, dict[int, Any]]:
    """The rows up to ``last`` that have anything, by number and column."""
    found: dict[int, dict[int, Any]] = {}
    for number, shape, texts in _rows(parts, sheet):
        if number > last:
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
