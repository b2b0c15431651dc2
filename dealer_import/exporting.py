"""Findings as a CSV file that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from dealer_import.models import ImportFinding

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
COLUMNS = ("line", "severity", "code", "column", "raw", "hint")


def harmless(text: str) -> str:
    """``text`` with an apostrophe before what a spreadsheet would take for a formula, also behind blanks."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(DANGEROUS) else text


def findings_csv(rows: Iterable[ImportFinding]) -> Iterator[bytes]:
    """The file in pieces: a byte order mark, a header, one line per finding, separated by semicolons."""
    yield "\ufeff".encode()
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([harmless(str(getattr(row, name))) for name in COLUMNS])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()
