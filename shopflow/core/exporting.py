"""Tables as CSV files that a German spreadsheet opens at once, without running anything in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.http import StreamingHttpResponse

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def harmless(text: str) -> str:
    """``text`` with an apostrophe before what a spreadsheet would take for a formula, also behind blanks."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(DANGEROUS) else text


def _cell(value: object) -> str:
    """Numbers as numbers with a decimal comma, everything else as harmless text."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value).replace(".", ",")
    return harmless("" if value is None else str(value))


def csv_rows(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """The file in pieces: a byte order mark, a header, one line per row, separated by semicolons."""
    yield "\ufeff".encode()
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(list(header))
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def csv_response(filename: str, header: Iterable[str], rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    """The file as a download that is written while it is read; ``filename`` without its ending."""
    response = StreamingHttpResponse(csv_rows(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response
