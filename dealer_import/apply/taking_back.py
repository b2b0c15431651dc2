"""Taking a run back: its undo entries, field by field, where the value is still the run's; in a few statements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.apply import entries, relations, stock, undo
from dealer_import.apply.entries import VALUES
from dealer_import.models import FieldOwner, ScheduledPrice
from dealer_import.staging import analyze
from shopflow.parts.models import PartRecord, PriceHistory
from shopflow.parts.services.sql import execute

RECORD, OWNER = PartRecord._meta.db_table, FieldOwner._meta.db_table

PAIRS = (("content_milli", "content_unit"), ("season_from", "season_to"))
"""Columns that only make sense together, as the tables demand."""


@dataclass(frozen=True)
class Counts:
    """How many parts got values back, how many added parts were hidden, and how many are touched in all."""

    changed: int
    hidden: int
    touched: int


def take_back(*, run_id: int, undoing_id: int, partner_id: int, at: Any) -> Counts:
    """Give back what run ``run_id`` has written, in the name of run ``undoing_id``.

    Price and stock are those of the partner ``partner_id`` alone: others may sell the same product.
    """
    fields = entries.unpack(run_id)
    changed = _mark(undoing_id, fields)
    if "price" in fields:
        _price(undoing_id, int(partner_id), at)
    if "num_in_stock" in fields:
        _stock(int(partner_id), at)
    if "upc" in fields:
        _gtins(run_id, at)
    for name in undo.PRODUCT_FIELDS:
        if name in fields and name != "upc":
            _product(name, at)
    for name in undo.PART_FIELDS:
        if name in fields and not any(name in pair for pair in PAIRS):
            _part(name)
    for pair in PAIRS:
        if fields & set(pair):
            _pair(*pair)
    relations.take_back(fields, run_id=run_id)
    ScheduledPrice.objects.filter(run_id=run_id, switched_at=None).delete()
    entries.forget_unpacked()
    hidden = _hide_added(run_id, undoing_id, at)
    touched = PartRecord.objects.filter(changed_by_run=undoing_id).count()
    return Counts(changed, hidden, touched)


def _mark(undoing_id: int, fields: set[str]) -> int:
    """The parts with entries are read again by the next import, whatever their row says."""
    if not fields:
        return 0
    return execute(
        f"""UPDATE {RECORD} SET changed_by_run = %s, raw_hash = NULL, row_hash = NULL, relations_hash = NULL
            WHERE id IN (SELECT part_id FROM {VALUES})""",
        [undoing_id],
    )


def _entries() -> str:
    return f"{VALUES} u JOIN {RECORD} r ON r.id = u.part_id"


def _product(name: str, at: Any) -> None:
    product = get_model("catalogue", "Product")
    table, kind = product._meta.db_table, _type(product, name)
    execute(
        f"""UPDATE {table} AS p SET {name} = {kind("u.old")}, date_updated = %s FROM {_entries()}
            WHERE u.field = '{name}' AND p.id = r.product_id AND {_still(f"p.{name}")}""",
        [at],
    )


def _gtins(run_id: int, at: Any) -> None:
    """Give GTINs back all at once, because they are unique and may have changed places.

    One that somebody else has by now stays there. A part that the run has added is hidden, and gives up what it has of
    others; a part that the run has given the GTIN of another does without one, if its own is somebody else's by now.
    """
    table, back = get_model("catalogue", "Product")._meta.db_table, f"{VALUES}_upc"
    locked = f"SELECT 1 FROM {OWNER} f WHERE f.part_id = c.id AND f.field = 'gtin' AND f.owner = 'locked'"
    added = f"""EXISTS (SELECT 1 FROM {RECORD} c WHERE c.product_id = o.id AND c.created_by_run = {int(run_id)}
        AND NOT EXISTS ({locked}))"""
    execute(f"DROP TABLE IF EXISTS {back}")
    execute(
        f"""CREATE TEMPORARY TABLE {back} AS SELECT p.id, u.old, 1 AS free FROM {_entries()}
            JOIN {table} p ON p.id = r.product_id WHERE u.field = 'upc' AND {_still("p.upc")}"""
    )
    analyze(back)
    released = f"o.id IN (SELECT id FROM {back}) OR {added}"
    execute(
        f"""UPDATE {back} SET free = 0 WHERE old IN (
                SELECT t.old FROM {back} t JOIN {table} o ON o.upc = t.old WHERE NOT ({released}))"""
    )
    execute(
        f"""UPDATE {table} SET upc = NULL, date_updated = %s WHERE upc IS NOT NULL AND id IN (
                SELECT id FROM {back} WHERE free = 1 UNION
                SELECT o.id FROM {back} t JOIN {table} o ON o.upc = t.old WHERE t.free = 1 AND ({released}))""",
        [at],
    )
    execute(
        f"""UPDATE {table} AS p SET upc = t.old, date_updated = %s FROM {back} t
            WHERE t.free = 1 AND t.old IS NOT NULL AND p.id = t.id""",
        [at],
    )
    execute(f"DROP TABLE {back}")


def _part(name: str) -> None:
    kind = _type(PartRecord, name.removesuffix("_id"))
    execute(
        f"""UPDATE {RECORD} AS r SET {name} = {kind("u.old")} FROM {VALUES} u
            WHERE u.field = '{name}' AND r.id = u.part_id AND {_still(f"r.{name}")}"""
    )


def _pair(first: str, second: str) -> None:
    """Two columns of which one means nothing without the other: both go back, or neither."""
    sides = {name: f"MAX(CASE WHEN field = '{name}' THEN {{}} END)" for name in (first, second)}
    told = ", ".join(
        f"{side.format('1')} AS has_{name}, {side.format('old')} AS old_{name}, {side.format('new')} AS new_{name}"
        for name, side in sides.items()
    )
    kinds = {name: _type(PartRecord, name) for name in sides}
    sets = ", ".join(
        f"{name} = CASE WHEN u.has_{name} = 1 THEN {kind(f'u.old_{name}')} ELSE r.{name} END"
        for name, kind in kinds.items()
    )
    still = " AND ".join(f"(u.has_{name} IS NULL OR {_still(f'r.{name}', f'u.new_{name}')})" for name in sides)
    execute(
        f"""UPDATE {RECORD} AS r SET {sets} FROM (
                SELECT part_id, {told} FROM {VALUES} WHERE field IN ('{first}', '{second}')
                GROUP BY part_id) u
            WHERE r.id = u.part_id AND {still}"""
    )


def _price(undoing_id: int, partner_id: int, at: Any) -> None:
    current = "CAST(ROUND(k.price * 100) AS integer)"
    mine = f"""{_entries()} JOIN {stock.table()} k ON k.product_id = r.product_id
               AND k.partner_id = {partner_id} WHERE u.field = 'price' AND {_still(current)}"""
    execute(
        f"""INSERT INTO {PriceHistory._meta.db_table} (part_id, old_net_cents, new_net_cents, valid_from, run_id)
            SELECT r.id, {current}, CAST(u.old AS integer), %s, {int(undoing_id)} FROM {mine}
            AND CAST(u.old AS integer) > 0 AND {current} > 0""",
        [at],
    )
    execute(
        f"""UPDATE {stock.table()} AS k SET price = {stock.euros("CAST(u.old AS integer)")}, date_updated = %s
            FROM {_entries()} WHERE u.field = 'price' AND k.product_id = r.product_id
            AND k.partner_id = {partner_id} AND {_still(current)}""",
        [at],
    )


def _stock(partner_id: int, at: Any) -> None:
    execute(
        f"""UPDATE {stock.table()} AS k SET num_in_stock = CAST(u.old AS integer), date_updated = %s
            FROM {_entries()} WHERE u.field = 'num_in_stock'
            AND k.product_id = r.product_id AND k.partner_id = {partner_id} AND {_still("k.num_in_stock")}""",
        [at],
    )


def _hide_added(run_id: int, undoing_id: int, at: Any) -> int:
    product = get_model("catalogue", "Product")._meta.db_table
    visible = f"EXISTS (SELECT 1 FROM {product} p WHERE p.id = product_id AND p.is_public)"
    added = "created_by_run = %s AND NOT missing"
    hidden = execute(
        f"""UPDATE {product} SET is_public = FALSE, date_updated = %s
            WHERE is_public AND id IN (SELECT product_id FROM {RECORD} WHERE {added})""",
        [at, run_id],
    )
    execute(
        f"""UPDATE {RECORD} SET missing = TRUE, hidden_by_import = TRUE, raw_hash = NULL, row_hash = NULL,
                changed_by_run = %s WHERE {added} AND NOT {visible}""",
        [undoing_id, run_id],
    )
    return hidden


def _still(column: str, new: str = "u.new") -> str:
    """SQL: the value is still what the run has written."""
    if connection.vendor == "postgresql":
        return f"CAST({column} AS text) IS NOT DISTINCT FROM {new}"
    return f"CAST({column} AS text) IS {new}"


def _type(model: Any, name: str) -> Callable[[str], str]:
    """SQL that brings a noted text back to the type of its column."""
    field = model._meta.get_field(name)
    if connection.vendor == "postgresql":
        kind = (field.target_field if field.is_relation else field).db_type(connection)
        kind = "bigint" if field.is_relation else str(kind)
        return lambda value: f"CAST({value} AS {kind})"
    numeric = field.is_relation or "Integer" in field.get_internal_type() or "Boolean" in field.get_internal_type()
    return lambda value: f"CAST({value} AS integer)" if numeric else value
