"""TecCom's ``article.csv``: one line per number under which an article is known, several lines per article."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy

from dealer_import.findings import printable
from dealer_import.sentences import say as _
from dealer_import.sources.csv import CsvSource
from shopflow.contracts.imports import FileEvidence, ImportSource, RawRecord, RecordProblem

SEPARATOR = "\x1f"
BATCH = 5_000
QUALIFIERS = {
    "": "",
    "alias": "alias",
    "ean": "gtin",
    "tecdoc": "tecdoc",
    "pies": "pies",
    "tradenumber": "trade_numbers",
    "oenumber": "oe_numbers",
}
COLUMNS = ("article_number", "brand", "identifier_qualifier", "identifier_number", "identifier_brand")


class TecComSource(ImportSource):
    """Numbers of articles that the shop has already; the lines of an article need not stand together."""

    code = "teccom"
    label = gettext_lazy("TecCom article.csv")
    extensions = (".csv",)
    defaults = {
        "delimiter": "|",
        "encoding": "utf-8",
        "mode": "numbers",
        "ignore": list(COLUMNS),
        "columns": {
            "number": {"from": "article_number", "required": True},
            "brand": {"from": "brand", "required": True},
            "gtin": {"from": "gtin", "type": "gtin"},
            "oe_numbers": {"from": "oe_numbers", "split": SEPARATOR},
            "trade_numbers": {"from": "trade_numbers", "split": SEPARATOR},
            "supplier_numbers": {"from": "alias", "split": SEPARATOR},
        },
    }

    def inspect(self, stream: BinaryIO, profile: Mapping[str, Any]) -> FileEvidence:
        return CsvSource().inspect(stream, _as_csv(profile))

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[RawRecord | RecordProblem]:
        connection = sqlite3.connect("", isolation_level=None)
        try:
            connection.executescript(
                """PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16384;
                   CREATE TABLE line (at INTEGER, number TEXT, brand TEXT, field TEXT, value TEXT);"""
            )
            connection.execute("BEGIN")
            yield from _kept(connection, CsvSource().records(stream, _as_csv(profile)))
            connection.execute("CREATE INDEX line_article ON line (number, brand, at)")
            yield from _articles(connection)
        finally:
            connection.close()


def _as_csv(profile: Mapping[str, Any]) -> dict[str, Any]:
    """The profile for the lines of the file, whose columns are always the same."""
    return {**profile, "columns": {name: {"from": name, "required": name in COLUMNS[:2]} for name in COLUMNS}}


def _kept(connection: sqlite3.Connection, records: Iterator[RawRecord | RecordProblem]) -> Iterator[RecordProblem]:
    rows: list[tuple[int, str, str, str, str]] = []
    for record in records:
        if isinstance(record, RecordProblem):
            yield record
            continue
        number, brand, qualifier, value, _brand = (record.fields.get(name, "").strip() for name in COLUMNS)
        field = QUALIFIERS.get(qualifier.casefold())
        if field is None or bool(field) != bool(value):
            hint = _("The line needs a known qualifier and a number, or neither. Correct it in the system.")
            yield RecordProblem(record.line, "columns", printable(str(record.raw)), hint, "identifier_qualifier")
            continue
        rows.append((record.line, number, brand, field, value))
        if len(rows) >= BATCH:
            connection.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?)", rows)
            rows.clear()
    connection.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?)", rows)


def _articles(connection: sqlite3.Connection) -> Iterator[RawRecord]:
    """Every article once, in the order in which the articles come first."""
    firsts = connection.execute("SELECT MIN(at), number, brand FROM line GROUP BY number, brand ORDER BY 1")
    for line, number, brand in firsts:
        fields = {"article_number": number, "brand": brand}
        lists: dict[str, dict[str, None]] = {field: {} for field in QUALIFIERS.values() if field}
        query = "SELECT field, value FROM line WHERE number = ? AND brand = ? ORDER BY at"
        for field, value in connection.execute(query, (number, brand)):
            if field:
                lists[field][value] = None
        fields.update({field: SEPARATOR.join(values) for field, values in lists.items()})
        fields["gtin"] = next(iter(lists["gtin"]), "")
        yield RawRecord(line, fields, "\x1e".join(fields.values()))
