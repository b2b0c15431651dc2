"""Many parts at once: from staging tables into the parts' tables, in a fixed number of SQL statements.

The caller fills staging tables on the same connection (``dealer_import.staging`` documents their columns) and runs
these verbs in one transaction. A statement touches only rows that differ, so that what has not changed is not written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from shopflow.contracts.types import Scalar
from shopflow.parts.models import Brand, PartFitment, PartRecord, PartReference, PartSuccession, PriceHistory

RECORD, BRAND = PartRecord._meta.db_table, Brand._meta.db_table
REFERENCE, FITMENT = PartReference._meta.db_table, PartFitment._meta.db_table
SUCCESSION, PRICES = PartSuccession._meta.db_table, PriceHistory._meta.db_table

COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("number_display",),
    "unit": ("unit",),
    "pack_qty": ("pack_qty",),
    "price_per": ("price_per", "sales_qty"),
    "list_price": ("list_price_cents",),
    "cost": ("cost_cents",),
    "discount_group": ("discount_group",),
    "tax": ("tax_code",),
    "core_deposit": ("core_deposit_cents",),
    "battery_deposit": ("battery_deposit_gross_cents",),
    "un_number": ("un_number",),
    "weight": ("weight_g",),
    "dimensions": ("length_mm", "width_mm", "height_mm"),
    "customs_no": ("customs_no",),
    "origin": ("origin",),
    "status": ("status",),
    "lead_days": ("lead_days",),
    "valid_from": ("valid_from",),
    "image": ("image_name",),
    "document": ("document_name",),
    "tyre_label": ("attributes",),
    "title": ("imported_title",),
    "description": ("imported_description",),
}
"""Columns of the part data by the canonical field that fills them; the staging table uses the same names."""


@dataclass(frozen=True)
class Stage:
    """Names of the filled staging tables."""

    parts: str
    references: str
    fitments: str
    successions: str
    missing: str


def execute(sql: str, params: Sequence[Scalar | object] = ()) -> int:
    """Run one statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return max(cursor.rowcount, 0)


def differs(left: str, right: str) -> str:
    """SQL that is true when two values differ, empty ones included."""
    return f"{left} IS DISTINCT FROM {right}" if connection.vendor == "postgresql" else f"{left} IS NOT {right}"


def _staged(column: str) -> str:
    is_json = column == "attributes" and connection.vendor == "postgresql"
    return "CAST(s.attributes AS jsonb)" if is_json else f"s.{column}"


def add_brands(*, stage: Stage) -> int:
    """Add the brands that the staged new parts name and the shop does not know."""
    return execute(
        f"""INSERT INTO {BRAND} (code, name, number_rule)
            SELECT s.brand_code, MIN(s.brand_name), MIN(s.number_rule) FROM {stage.parts} s
            WHERE s.kind = 'new' AND NOT EXISTS (SELECT 1 FROM {BRAND} b WHERE b.code = s.brand_code)
            GROUP BY s.brand_code"""
    )


def insert_records(*, stage: Stage, source: str, run_id: int | None) -> int:
    """Add the part data of staged new parts; their ``product_id`` must be known by now. Fills ``part_id``."""
    names = [name for group in COLUMNS.values() for name in group]
    added = execute(
        f"""INSERT INTO {RECORD} (product_id, brand_id, number_key, {", ".join(names)}, source, raw_hash, row_hash,
                imported_category_id, missing, hidden_by_import, changed_by_run)
            SELECT s.product_id, b.id, s.number_key, {", ".join(_staged(name) for name in names)}, %s, s.raw_hash,
                s.row_hash, s.category_id, FALSE, FALSE, {_integer(run_id)}
            FROM {stage.parts} s JOIN {BRAND} b ON b.code = s.brand_code WHERE s.kind = 'new' ORDER BY s.line""",
        [source],
    )
    execute(
        f"""UPDATE {stage.parts} AS s SET part_id = r.id FROM {RECORD} r
            WHERE s.kind = 'new' AND r.product_id = s.product_id"""
    )
    return added


def update_records(*, stage: Stage, provided: Iterable[str], source: str, run_id: int | None) -> int:
    """Bring the part data of staged changed parts up to date, in the ``provided`` canonical fields only."""
    fields = set(provided)
    names = [name for field, group in COLUMNS.items() if field in fields for name in group]
    if "category" in fields:
        names.append("imported_category_id")
    sets = [f"{name} = {_staged(name.replace('imported_category_id', 'category_id'))}" for name in names]
    sets += ["raw_hash = s.raw_hash", "row_hash = s.row_hash", "missing = FALSE", "hidden_by_import = FALSE"]
    sets += ["source = %s", f"changed_by_run = {_integer(run_id)}"]
    return execute(
        f"""UPDATE {RECORD} AS r SET {", ".join(sets)} FROM {stage.parts} s
            WHERE s.kind = 'changed' AND r.id = s.part_id""",
        [source],
    )


def remember_unchanged(*, stage: Stage) -> int:
    """Note the new raw hash of parts whose row is written differently but means the same."""
    return execute(
        f"""UPDATE {RECORD} AS r SET raw_hash = s.raw_hash FROM {stage.parts} s
            WHERE s.kind = 'same' AND r.id = s.part_id AND {differs("r.raw_hash", "s.raw_hash")}"""
    )


def record_price_changes(*, stage: Stage, old_cents: str, joins: str, at: object, run_id: int | None) -> int:
    """Write the price history of staged changed parts. ``old_cents`` and ``joins`` are SQL for the current price."""
    return execute(
        f"""INSERT INTO {PRICES} (part_id, old_net_cents, new_net_cents, valid_from, run_id)
            SELECT s.part_id, {old_cents}, s.sale_cents, %s, {_integer(run_id)} FROM {stage.parts} s {joins}
            WHERE s.kind = 'changed' AND {old_cents} <> s.sale_cents""",
        [at],
    )


def merge_references(*, stage: Stage, kind: str) -> int:
    """Make the references of one kind of the staged new and changed parts what the staging table says."""
    identity = ("part_id", "kind", "brand_code", "number_key")
    same = " AND ".join(f"t.{name} = {REFERENCE}.{name}" for name in identity)
    wanted = f"""SELECT s.part_id, x.kind, x.brand_code, x.number_key, x.number_display
                 FROM {stage.references} x JOIN {stage.parts} s ON s.line = x.line
                 WHERE s.kind IN ('new', 'changed')"""
    removed = execute(
        f"""DELETE FROM {REFERENCE} WHERE kind = %s
            AND part_id IN (SELECT part_id FROM {stage.parts} WHERE kind = 'changed')
            AND NOT EXISTS (SELECT 1 FROM ({wanted}) t WHERE {same})""",
        [kind],
    )
    added = execute(
        f"""INSERT INTO {REFERENCE} (part_id, kind, brand_code, number_key, number_display)
            SELECT part_id, kind, brand_code, number_key, number_display FROM ({wanted}) w WHERE TRUE
            ON CONFLICT (part_id, kind, brand_code, number_key) DO NOTHING"""
    )
    return removed + added


def merge_fitments(*, stage: Stage) -> int:
    """Make the fitments of the staged new and changed parts what the staging table says."""
    names = ("hsn", "tsn", "model", "year_from", "year_to")
    wanted = f"""SELECT s.part_id, {", ".join(f"x.{name}" for name in names)} FROM {stage.fitments} x
                 JOIN {stage.parts} s ON s.line = x.line WHERE s.kind IN ('new', 'changed')"""
    same = " AND ".join(f"t.{name} = {FITMENT}.{name}" for name in ("part_id", *names))
    removed = execute(
        f"""DELETE FROM {FITMENT} WHERE part_id IN (SELECT part_id FROM {stage.parts} WHERE kind = 'changed')
            AND NOT EXISTS (SELECT 1 FROM ({wanted}) t WHERE {same})"""
    )
    added = execute(
        f"""INSERT INTO {FITMENT} (part_id, {", ".join(names)})
            SELECT part_id, {", ".join(names)} FROM ({wanted}) w WHERE TRUE
            ON CONFLICT (part_id, {", ".join(names)}) DO NOTHING"""
    )
    return removed + added


def merge_successions(*, stage: Stage) -> int:
    """Make the successions of every staged part, unchanged ones included, what the staging table says."""
    wanted = f"""SELECT s.part_id, r.id AS successor_id, x.position, x.kind FROM {stage.successions} x
                 JOIN {stage.parts} s ON s.line = x.line JOIN {BRAND} b ON b.code = s.brand_code
                 JOIN {RECORD} r ON r.brand_id = b.id AND r.number_key = x.successor_key
                 WHERE r.id <> s.part_id"""
    same = f"t.part_id = {SUCCESSION}.part_id AND t.successor_id = {SUCCESSION}.successor_id"
    touched = execute(
        f"""DELETE FROM {SUCCESSION} WHERE part_id IN (SELECT part_id FROM {stage.parts} WHERE part_id IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM ({wanted}) t WHERE {same})"""
    )
    touched += execute(
        f"""UPDATE {SUCCESSION} SET position = t.position, kind = t.kind FROM ({wanted}) t
            WHERE {same} AND ({SUCCESSION}.position <> t.position OR {SUCCESSION}.kind <> t.kind)"""
    )
    return touched + execute(
        f"""INSERT INTO {SUCCESSION} (part_id, successor_id, position, kind)
            SELECT part_id, successor_id, position, kind FROM ({wanted}) w WHERE TRUE
            ON CONFLICT (part_id, successor_id) DO NOTHING"""
    )


def mark_missing(*, stage: Stage, hidden: str, run_id: int | None) -> int:
    """Mark the parts of the table ``stage.missing``; ``hidden`` is SQL that says whether ``r`` was visible so far."""
    return execute(
        f"""UPDATE {RECORD} AS r SET missing = TRUE, hidden_by_import = ({hidden}), raw_hash = NULL, row_hash = NULL,
                changed_by_run = {_integer(run_id)}
            FROM {stage.missing} m WHERE m.part_id = r.id"""
    )


def _integer(value: int | None) -> str:
    return "NULL" if value is None else str(int(value))
