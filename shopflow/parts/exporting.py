"""What is missing, as a CSV file that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def harmless(text: str) -> str:
    """``text`` with an apostrophe before what a spreadsheet would take for a formula, also behind blanks."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(DANGEROUS) else text


def csv_rows(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """The file in pieces: a byte order mark, a header, one line per row, separated by semicolons."""
    yield "\ufeff".encode()
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(list(header))
    for row in rows:
        writer.writerow([harmless(str(value)) for value in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()
