"""Price and stock of changed parts as they were and as they will be: a narrow table that several statements write from.

What belongs to somebody else is decided once, here: such a value will be what it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.staging import analyze
from shopflow.parts.models import PartRecord
from shopflow.parts.services import Stage
from shopflow.parts.services.merging import CHANGED, staged
from shopflow.parts.services.sql import cents, execute

RECORD = PartRecord._meta.db_table
TOLD_ALONE = ("kind", "raw_hash", "row_hash")
"""What else is written of parts that are told by price and stock alone."""
LAID_OUT = {
    "price": ("k.price", "list_price"),
    "num_in_stock": ("k.num_in_stock", "stock"),
    "list_price_cents": ("r.list_price_cents", "list_price"),
    "cost_cents": ("r.cost_cents", "cost"),
    "valid_from": ("r.valid_from", "valid_from"),
    "stock_by_location": ("r.stock_by_location", "stock"),
}
"""By field: SQL for the shop's value (a price in euros), and the canonical field that it belongs to."""
SOLD = {"price": "s.sale_cents", "num_in_stock": "s.stock"}
"""SQL for the delivered values of a stock record; those of the part data have the names of their columns."""


def lay_out(stage: Stage, *, partner_id: int, fields: Collection[str], kept: Mapping[str, str]) -> str:
    """Make the table with ``part_id``, ``record_id`` of the stock record, and ``old_`` and ``new_`` of the ``fields``.

    It has the columns ``TOLD_ALONE``, too. ``kept`` is SQL by canonical field, true for the parts ``s`` that keep
    theirs. Returns the table's name.
    """
    name, stock = f"{stage.plan}_laid_out", get_model("partner", "StockRecord")._meta.db_table
    columns = "".join(f", s.{told}" for told in TOLD_ALONE)
    columns += "".join(_columns(field, kept) for field in LAID_OUT if field in fields)
    part = f"JOIN {RECORD} r ON r.id = s.part_id" if " r." in columns else ""
    execute(f"DROP TABLE IF EXISTS {name}")
    execute(
        f"""CREATE TEMPORARY TABLE {name} AS SELECT s.part_id, k.id AS record_id{columns} FROM {stage.rows} s {part}
            LEFT JOIN {stock} k ON k.product_id = s.product_id AND k.partner_id = {int(partner_id)}
            WHERE s.{CHANGED}"""
    )
    analyze(name, "part_id", "record_id", "kind")
    return name


def _columns(field: str, kept: Mapping[str, str]) -> str:
    column, owned = LAID_OUT[field]
    old = cents(column) if field == "price" else column
    new, stays = SOLD.get(field) or staged(field), kept.get(owned)
    if stays:
        new = f"CASE WHEN {stays} THEN {old} ELSE {new} END"
    return f", {old} AS old_{field}, {new} AS new_{field}"


def any_price_comes_or_goes(laid_out: str, fields: Collection[str]) -> bool:
    """Whether any part has no price, or none in its list, that had one before, or the other way round."""
    others = [
        f"(COALESCE(old_{field}, 0) > 0) <> (COALESCE(new_{field}, 0) > 0)"
        for field in ("price", "list_price_cents")
        if field in fields
    ]
    if not others:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {laid_out} WHERE {' OR '.join(others)} LIMIT 1")
        return cursor.fetchone() is not None
