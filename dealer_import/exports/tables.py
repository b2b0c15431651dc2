"""Rows as CSV or XLSX, in pieces: neither keeps the whole table in memory."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dealer_import.exports.escaping import harmless

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

Row = Sequence[object]
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767


def csv_file(header: Row, rows: Iterable[Row], *, clean: Callable[[str], str] = harmless) -> Iterator[bytes]:
    """A byte order mark, a header, one line per row, separated by semicolons; every cell passes ``clean``."""
    yield "\ufeff".encode()
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow([clean(str(name)) for name in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([clean("" if cell is None else str(cell)) for cell in row])
        if number % 200 == 0:
            yield _drain(buffer)
    yield _drain(buffer)


def _drain(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data


def xlsx_file(
    header: Row, rows: Iterable[Row], *, title: str = "Tabelle", clean: Callable[[str], str] = harmless
) -> Iterator[bytes]:
    """A workbook of one sheet whose cells are all text, so that zeros stay and nothing is computed."""
    from openpyxl import Workbook  # a fifth of a second that a starting process would pay

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    cell_of = _cells(sheet)
    sheet.append([cell_of(clean(str(name))) for name in header])
    for row in rows:
        sheet.append([cell_of(clean("" if cell is None else str(cell))) for cell in row])
    with tempfile.TemporaryFile(prefix="export-") as target:
        book.save(target)
        target.seek(0)
        while chunk := target.read(1 << 16):
            yield chunk


def _cells(sheet: object) -> Callable[[str], WriteOnlyCell]:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    def cell_of(text: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet)
        cell._value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL], "s"
        cell.number_format = "@"
        return cell

    return cell_of
