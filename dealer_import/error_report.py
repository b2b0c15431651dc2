"""The error report: every remark of a run beside the row that it is about, for the people at the dealer's system.

As CSV and as XLSX. The rows stand there as they were delivered; nothing in them can run in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from django.utils.translation import gettext as _

from dealer_import.exporting import harmless
from dealer_import.models import ImportFinding, ImportRun
from dealer_import.profiles.names import column_name
from dealer_import.sources.headers import spelled

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

XLSX_ROWS = 1_048_000
"""What a sheet holds."""
XLSX_CELL = 32_000


def error_report_csv(run: ImportRun) -> Iterator[bytes]:
    """The report in pieces: a byte order mark, a header, then line, code, what to do, and the columns of the row."""
    yield "\ufeff".encode()
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for row in _rows(run):
        writer.writerow([harmless(cell) for cell in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def error_report_xlsx(run: ImportRun, target: BinaryIO) -> None:
    """Write the same as a workbook of one sheet; every cell is text."""
    from openpyxl import Workbook  # a fifth of a second that a starting process would pay

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Import"))
    cell_of = _cells(sheet)
    for number, row in enumerate(_rows(run)):
        if number > XLSX_ROWS:
            break
        sheet.append([cell_of(cell) for cell in row])
    book.save(target)


def _cells(sheet: object) -> Callable[[str], WriteOnlyCell]:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils.exceptions import IllegalCharacterError

    def cell_of(text: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet)
        try:
            cell.value = harmless(text[:XLSX_CELL])
        except IllegalCharacterError:
            cell.value = harmless("".join(char if char.isprintable() else "\ufffd" for char in text[:XLSX_CELL]))
        cell.data_type = "s"
        return cell

    return cell_of


def _rows(run: ImportRun) -> Iterator[list[str]]:
    columns = _columns(run)
    yield [_("line"), _("code"), _("what to do"), *(_spelled(columns, run) or [_("row as delivered")])]
    findings = run.findings.order_by("line", "pk")
    for finding in findings.iterator(chunk_size=1000):
        yield [str(finding.line), finding.code, finding.hint, *_original(finding, columns)]


def _columns(run: ImportRun) -> list[str]:
    """The columns of the delivered rows in their order; empty if no refused row could be taken apart."""
    return [str(name) for name in run.columns]


def _spelled(columns: list[str], run: ImportRun) -> list[str]:
    """``columns`` as the profile writes them, where it uses them: they are compared in lower case."""
    table = {"columns": {}, **run.profile_tables}
    return [spelled(table, [name]) for name in columns]


def _original(finding: ImportFinding, columns: list[str]) -> list[str]:
    """A refused row as it came; of a row that was taken, what the remark is about, in the column in which it stood."""
    if finding.fields is not None and columns:
        return [str(finding.fields.get(name, "")) for name in columns]
    own = column_name(finding.column)
    if not finding.record and own in columns:
        return [finding.raw if name == own else "" for name in columns]
    return [finding.record or finding.raw]
