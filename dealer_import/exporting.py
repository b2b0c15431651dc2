"""Findings as a CSV file that a spreadsheet opens without running anything in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dealer_import.exports.escaping import DANGEROUS, harmless
from dealer_import.exports.tables import csv_file
from dealer_import.models import ImportFinding

__all__ = ["DANGEROUS", "findings_csv", "harmless"]

COLUMNS = ("line", "severity", "code", "column", "raw", "hint")


def findings_csv(rows: Iterable[ImportFinding]) -> Iterator[bytes]:
    """The file in pieces: a byte order mark, a header, one line per finding, separated by semicolons."""
    return csv_file(COLUMNS, ([getattr(row, name) for name in COLUMNS] for row in rows))
