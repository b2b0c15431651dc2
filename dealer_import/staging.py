"""Staging tables: temporary, of one connection, gone with it. PostgreSQL fills them by COPY, SQLite by executemany.

``parts`` holds one row per part that is new or may have changed; ``kind`` becomes ``new``, ``changed`` or ``same``.
The other tables hang on its ``line``. ``missing`` holds the parts that a full delivery no longer names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection

from dealer_import.canonical import Part
from dealer_import.profiles import Profile
from dealer_import.reading import Accepted
from dealer_import.texts import german_slug
from shopflow.parts.services import Stage

BATCH = 2000

PART_COLUMNS: dict[str, str] = {
    "line": "bigint",
    "brand_code": "text",
    "brand_name": "text",
    "number_rule": "text",
    "number_key": "text",
    "number_display": "text",
    "sku": "text",
    "title": "text",
    "slug": "text",
    "description": "text",
    "category": "text",
    "gtin": "text",
    "unit": "text",
    "pack_qty": "integer",
    "price_per": "integer",
    "sales_qty": "integer",
    "list_price_cents": "integer",
    "sale_cents": "integer",
    "cost_cents": "integer",
    "discount_group": "text",
    "tax_code": "text",
    "core_deposit_cents": "integer",
    "battery_deposit_gross_cents": "integer",
    "stock": "integer",
    "un_number": "text",
    "weight_g": "integer",
    "length_mm": "integer",
    "width_mm": "integer",
    "height_mm": "integer",
    "customs_no": "text",
    "origin": "text",
    "status": "text",
    "lead_days": "integer",
    "valid_from": "date",
    "image_name": "text",
    "document_name": "text",
    "attributes": "text",
    "imported_title": "text",
    "imported_description": "text",
    "raw_hash": "bigint",
    "row_hash": "bigint",
}
FOUND_COLUMNS = {
    "kind": "text NOT NULL DEFAULT 'new'",
    "part_id": "bigint",
    "product_id": "bigint",
    "category_id": "bigint",
}
REFERENCE_COLUMNS = {
    "line": "bigint",
    "kind": "text",
    "brand_code": "text",
    "number_key": "text",
    "number_display": "text",
}
FITMENT_COLUMNS = {
    "line": "bigint",
    "hsn": "text",
    "tsn": "text",
    "model": "text",
    "year_from": "integer",
    "year_to": "integer",
}
SUCCESSION_COLUMNS = {"line": "bigint", "successor_key": "text", "position": "integer", "kind": "text"}
MISSING_COLUMNS = {"part_id": "bigint"}
MAX_STOCK = 2_000_000_000

TABLES = Stage(
    parts="shopflow_stage_part",
    references="shopflow_stage_reference",
    fitments="shopflow_stage_fitment",
    successions="shopflow_stage_succession",
    missing="shopflow_stage_missing",
)


@dataclass(slots=True)
class Succession:
    """A part's successors as delivered, checked once all parts of the file are known."""

    line: int
    brand_code: str
    number_key: str
    targets: tuple[str, ...]
    kind: str


class Staging:
    """The filled staging tables of one run."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.tables = TABLES
        self.rows = 0
        self.successions: list[Succession] = []

    def put(self, accepted: Iterable[Accepted], progress: Callable[[], None]) -> None:
        """Stage all parts, streaming; ``progress`` is called after each batch."""
        stream = iter(accepted)
        while batch := list(islice(stream, BATCH)):
            with _quick_writes():
                self._put(batch)
            progress()
        self._finish()

    def _put(self, batch: Sequence[Accepted]) -> None:
        rows, references, fitments = [], [], []
        for part, raw_hash, row_hash in batch:
            rows.append(part_row(part, raw_hash, row_hash, self.profile))
            references += [(part.line, r.kind, r.brand_code, r.key, r.display) for r in part.references]
            fitments += [(part.line, *fitment) for fitment in part.fitments]
            if part.successors:
                self.successions.append(
                    Succession(part.line, part.brand_code, part.number_key, part.successors, part.succession_kind)
                )
        self.rows += len(rows)
        fill(self.tables.parts, PART_COLUMNS, rows)
        fill(self.tables.references, REFERENCE_COLUMNS, references)
        fill(self.tables.fitments, FITMENT_COLUMNS, fitments)

    def _finish(self) -> None:
        with _quick_writes(), connection.cursor() as cursor:
            for table in (self.tables.parts, self.tables.references, self.tables.fitments):
                cursor.execute(f"CREATE INDEX {table}_line ON {table} (line)")
        for table in (self.tables.parts, self.tables.references, self.tables.fitments):
            analyze(table)

    def put_successions(self, rows: Iterable[tuple[int, str, int, str]]) -> None:
        """Stage the checked successions: line, key of the successor, position, kind."""
        with _quick_writes():
            fill(self.tables.successions, SUCCESSION_COLUMNS, list(rows))

    def put_missing(self, part_ids: Iterable[int]) -> None:
        """Stage the parts that the delivery no longer names."""
        with _quick_writes():
            fill(self.tables.missing, MISSING_COLUMNS, [(part_id,) for part_id in part_ids])


@contextmanager
def staging(profile: Profile) -> Iterator[Staging]:
    """Empty staging tables for the length of the block."""
    _drop()
    tables = {
        TABLES.parts: {**PART_COLUMNS, **FOUND_COLUMNS},
        TABLES.references: REFERENCE_COLUMNS,
        TABLES.fitments: FITMENT_COLUMNS,
        TABLES.successions: SUCCESSION_COLUMNS,
        TABLES.missing: MISSING_COLUMNS,
    }
    with connection.cursor() as cursor:
        for table, columns in tables.items():
            body = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            cursor.execute(f"CREATE TEMPORARY TABLE {table} ({body})")
    try:
        yield Staging(profile)
    finally:
        if not connection.needs_rollback:
            _drop()


def _drop() -> None:
    scope = "temp." if connection.vendor == "sqlite" else "pg_temp." if connection.vendor == "postgresql" else ""
    names = (TABLES.parts, TABLES.references, TABLES.fitments, TABLES.successions, TABLES.missing)
    with connection.cursor() as cursor:
        for table in names:
            cursor.execute(f"DROP TABLE IF EXISTS {scope}{table}")


@contextmanager
def _quick_writes() -> Iterator[None]:
    """One transaction around a batch of temporary rows on SQLite: deferred, so that it never locks the shop's file."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")


def fill(table: str, columns: dict[str, str], rows: Sequence[Sequence[Any]]) -> None:
    """Add ``rows`` to a temporary table by the quickest way that the database has."""
    if not rows:
        return
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def analyze(table: str) -> None:
    """Tell PostgreSQL what a temporary table holds now; it does not look by itself, and would loop row by row."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {table}")


def part_row(part: Part, raw_hash: int | None, row_hash: int, profile: Profile) -> tuple[Any, ...]:
    """The staged row of ``part``, in the order of ``PART_COLUMNS``."""
    length, width, height = part.dimensions_mm or (None, None, None)
    valid_from = part.valid_from
    return (
        part.line,
        part.brand_code,
        part.brand_name,
        profile.number_rules.get(part.brand_name, ""),
        part.number_key,
        part.number_display,
        f"{part.brand_code}:{part.number_key}",
        part.title,
        german_slug(part.title),
        part.description,
        "\x1f".join(part.category),
        part.gtin,
        part.unit,
        part.pack_qty,
        part.price_per,
        part.sales_qty,
        part.list_price_cents,
        part.sale_price_cents,
        part.cost_cents,
        part.discount_group,
        part.tax_code,
        part.core_deposit_cents,
        part.battery_deposit_cents,
        sellable_stock(part, profile.stock_counts),
        part.un_number,
        part.weight_g,
        length,
        width,
        height,
        part.customs_no,
        part.origin,
        part.status,
        part.lead_days,
        valid_from.isoformat() if valid_from else None,
        part.image,
        part.document,
        json.dumps(part.attributes, sort_keys=True),
        part.title,
        part.description,
        raw_hash,
        row_hash,
    )


def sellable_stock(part: Part, counts: str) -> int:
    """How many sales the stock is good for: the sum of all locations, rounded down, minus what is reserved.

    ``counts`` is the profile's ``stock_counts``: ``pieces`` are divided by the pack that is sold, ``sellable`` are not.
    """
    milli = sum(stock.milli for stock in part.stock)
    pieces = milli // 1000 - -(-part.reserved_milli // 1000)
    if counts == "pieces":
        pieces //= part.sales_qty
    return min(max(pieces, 0), MAX_STOCK)
