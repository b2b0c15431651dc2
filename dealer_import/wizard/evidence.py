"""What a sample file says of itself, before anybody has described it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from dealer_import.archives import is_workbook
from dealer_import.decoding import decide_encoding
from dealer_import.sources.csv import DELIMITERS
from dealer_import.sources.lines import is_binary, is_open
from shopflow.contracts.imports import FileRefused

HEAD = 1 << 20
LINES = 60
MOST_CLAUSES = 3
"""Sentences rarely have more commas in most of their lines: what has more columns is a table."""
ANY_ENCODING = "auto"
"""What a sample without any umlaut says: tomorrow's file may have one."""
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_BINARY_STARTS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"7z\xbc\xaf", b"Rar!\x1a")
_MARKS = ((b"<bmecat", "bmecat"), (b"<pies", "pies"))
_DOT, _COMMA = re.compile(r"-?\d+\.\d{1,2}\Z"), re.compile(r"-?[\d.]*\d,\d{1,3}\Z")


@dataclass(frozen=True)
class Evidence:
    """``format`` is an import source's code; ``columns`` and ``rows`` are only known for tables.

    ``header_line`` counts from 1; without a header (``has_header``) it is the line above the first row, and the columns
    are called by their places. ``decimal`` is the decimal mark that most numbers of the file have.
    """

    format: str
    encoding: str = ""
    delimiter: str = ""
    header_line: int = 0
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    decimal: str = ","
    sheet: str = ""
    has_header: bool = True

    @property
    def skip_lines(self) -> int:
        """As a profile has it."""
        return self.header_line - self.has_header

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


Rows = Sequence[tuple[int, Sequence[str]]]
"""Rows with the number of the line on which each begins."""


def look_at(stream: BinaryIO, told: Mapping[str, Any] | None = None) -> Evidence:
    """Tell the format, and for tables encoding, separator and header. Raises :class:`FileRefused`.

    ``told`` is what people have said of a text: ``encoding``, ``delimiter``, ``skip_lines`` and ``header`` as a profile
    has them.
    """
    stream.seek(0)
    head = stream.read(HEAD)
    if not head.strip():
        raise FileRefused("empty_file", _("The file is empty. Export it again."))
    if head.startswith(b"PK\x03\x04") and is_workbook(stream):
        return _workbook(stream)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b")):
        raise FileRefused("not_a_table", _("This is an archive. Take the file out of it and upload that one."))
    if head.startswith(_OLD_OFFICE):
        raise FileRefused("xls_old", _("This is an old XLS file. Open it and save it as XLSX."))
    if head.startswith(_BINARY_STARTS) or is_binary(head):
        raise FileRefused("not_a_table", _("This is not a text file. Save the table as CSV, or choose its format."))
    start = head[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(b"<"):
        return _markup(head.lower())
    if start.startswith((b"{", b"[")):
        return Evidence("json", "utf-8")
    options = told or {}
    encoding = decide_encoding(head, str(options.get("encoding", "auto")), whole=len(head) < HEAD)
    lines = head[encoding.bom :].decode(encoding.name, "replace").splitlines()[:LINES]
    if told:
        return _described(lines, encoding.name, options)
    return _text(lines, ANY_ENCODING if head.isascii() else encoding.name)


def _markup(head: bytes) -> Evidence:
    for mark, code in _MARKS:
        if mark in head[:65536]:
            return Evidence(code, "utf-8")
    raise FileRefused(
        "not_a_table", _("This is a web page or XML, not a table; perhaps a login page was downloaded instead.")
    )


def _text(lines: Sequence[str], encoding: str) -> Evidence:
    first = lines[0] if lines else ""
    if first.startswith(("V;", "V ")) and ("DATANORM" in first.upper() or first.startswith("V;050")):
        return Evidence("datanorm", encoding)
    delimiter, width = _separator(lines)
    if _has_fixed_length(lines) and not _agree(lines, delimiter, width):
        return Evidence("fixed", encoding)
    if width < 2:
        raise FileRefused("delimiter", _("No separator was found. Is this a table? Save it as CSV."))
    if _is_prose(lines, delimiter, width):
        told = _("This is a text such as a letter, not a table with rows and columns. Save the table as CSV.")
        raise FileRefused("not_a_table", told)
    rows, found = _rows(lines, delimiter), Evidence("csv", encoding, delimiter)
    at = _header_at(rows, width)
    return _without_header(rows, width, found) if at is None else _headed(rows, at, found)


def _described(lines: Sequence[str], encoding: str, told: Mapping[str, Any]) -> Evidence:
    """A text of which people have said how it is cut, or where its header stands."""
    delimiter = str(told.get("delimiter", "auto"))
    if delimiter == "auto":
        delimiter, _width = _separator(lines)
    found, skip = Evidence("csv", encoding, delimiter), told.get("skip_lines", "auto")
    if told.get("header") is False:
        above = 0 if skip == "auto" else skip
        rows = [(above + number, row) for number, row in _rows(lines[above:], delimiter)]
        return _without_header(rows, _separator(lines[above:], delimiter)[1], found)
    if skip == "auto":
        return _table(_rows(lines, delimiter), _separator(lines, delimiter)[1], found)
    rows = [(skip + number, row) for number, row in _rows(lines[skip:], delimiter)]
    if not rows or len(rows[0][1]) < 2:
        raise _no_header()
    return _headed(rows, 0, found)


def _rows(lines: Sequence[str], delimiter: str) -> Rows:
    """The rows of a text; a quoted cell may go over several lines, a quotation mark that is never closed does not."""
    found, at = [], 0
    while at < len(lines):
        text, end = lines[at], at + 1
        while end < len(lines) and is_open(text, delimiter):
            text, end = f"{text}\n{lines[end]}", end + 1
        if is_open(text, delimiter):
            text, end = lines[at], at + 1
        found.append((at + 1, _cells(text, delimiter)))
        at = end
    return found


def _separator(lines: Sequence[str], delimiters: str = DELIMITERS) -> tuple[str, int]:
    """The character that gives most rows the same number of cells, and that number."""
    best, verdict = ("", 0), (0, 0)
    for delimiter in delimiters:
        widths = Counter(len(row) for _number, row in _rows(lines, delimiter) if any(row))
        wide = [(number, width) for width, number in widths.items() if width > 1]
        if wide and max(wide) > verdict:
            verdict = max(wide)
            best = (delimiter, verdict[1])
    return best


def _agree(lines: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether the separator gives most rows the same number of cells."""
    told = [len(row) == width for _number, row in _rows(lines, delimiter) if any(row)] if delimiter else []
    return sum(told) * 2 > len(told)


def _is_prose(lines: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether these are sentences: cut at their commas, most lines have another number of cells, or all are words."""
    if width > MOST_CLAUSES:
        return False
    rows = [row for _number, row in _rows(lines, delimiter) if any(row)]
    first = next(at for at, row in enumerate(rows) if len(row) == width)
    table = [row for row in rows[first:] if len(row) == width]
    if len(table) * 2 <= len(rows) - first:
        return True
    return delimiter == "," and all(_is_clause(cells) for cells in zip(*table, strict=True))


def _is_clause(cells: Sequence[str]) -> bool:
    """Whether most cells of a column are several words without any figure."""
    told = [len(cell.split()) > 1 and not any(map(str.isdigit, cell)) for cell in cells if cell.strip()]
    return sum(told) * 2 > len(told) or not told


def _has_fixed_length(lines: Sequence[str]) -> bool:
    """Records of one length; the last line of the head may be cut."""
    lengths = Counter(len(line) for line in lines if line.strip())
    return bool(lengths) and max(lengths) > 20 and lengths.most_common(1)[0][1] >= 0.8 * sum(lengths.values())


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(line), delimiter=delimiter), [])
    except csv.Error:
        return []


def _table(rows: Rows, width: int, found: Evidence) -> Evidence:
    """``found`` with its header."""
    at = _header_at(rows, width)
    if at is None:
        raise _no_header()
    return _headed(rows, at, found)


def _header_at(rows: Rows, width: int) -> int | None:
    """The place of the first row of full width that holds words and no numbers."""
    for at, (_number, row) in enumerate(rows):
        filled = [cell for cell in row if cell.strip()]
        if len(row) == width and len(filled) >= max(2, width // 2) and not any(map(_is_number, filled)):
            return at
    return None


def _without_header(rows: Rows, width: int, found: Evidence) -> Evidence:
    """``found`` for a text whose first row is a part already."""
    data = [(number, tuple(row)) for number, row in rows if len(row) == width and any(map(str.strip, row))][:20]
    if width < 2 or not data:
        raise _no_header()
    cells = tuple(row for _number, row in data)
    names = tuple(str(place) for place in range(1, width + 1))
    above = data[0][0] - 1
    return replace(found, header_line=above, has_header=False, columns=names, rows=cells, decimal=_decimal(cells))


def _headed(rows: Rows, at: int, found: Evidence) -> Evidence:
    """``found`` with the row at place ``at`` as its header."""
    number, header = rows[at]
    data = [tuple(row) for _number, row in rows[at + 1 : at + 21] if len(row) == len(header)]
    names = tuple(" ".join(cell.replace("\ufeff", "").split()) for cell in header)
    return replace(found, header_line=number, columns=names, rows=tuple(data), decimal=_decimal(data))


def _no_header() -> FileRefused:
    told = _("No line with the names of the columns was found. Export one, or say that the first line is a part.")
    return FileRefused("missing_column", told)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-\d.,\s€]+", text.strip()))


def _decimal(rows: Sequence[Sequence[str]]) -> str:
    cells = [cell.strip() for row in rows for cell in row]
    dots, commas = sum(bool(_DOT.match(c)) for c in cells), sum(bool(_COMMA.match(c)) for c in cells)
    return "." if dots > commas else ","


def _workbook(stream: BinaryIO) -> Evidence:
    from openpyxl import load_workbook

    stream.seek(0)
    try:
        book = load_workbook(stream, read_only=True, data_only=True)
        sheets = {sheet.title: _head(sheet) for sheet in book.worksheets}
    except Exception as error:  # a damaged workbook raises whatever zip and XML parsers raise
        raise FileRefused("not_a_table", _("The workbook cannot be opened. Save it again as XLSX.")) from error
    title = max(sheets, key=lambda name: max((len(row) for row in sheets[name]), default=0))
    width = max((len(row) for row in sheets[title]), default=0)
    padded = [(number, [*row, *[""] * (width - len(row))]) for number, row in enumerate(sheets[title], start=1)]
    return replace(_table(padded, width, Evidence("xlsx", sheet=title)), decimal=",")


def _head(sheet: Any) -> list[list[str]]:
    """The first rows as texts, without the empty cells at their ends."""
    rows = [["" if c is None else str(c) for c in row] for row in sheet.iter_rows(max_row=LINES, values_only=True)]
    return [row[: _last(row)] for row in rows]


def _last(row: Sequence[str]) -> int:
    return next((index for index in range(len(row), 0, -1) if row[index - 1].strip()), 0)
