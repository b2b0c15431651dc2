"""Price and stock of changed parts as they were and as they will be: what is laid out of them, and how it is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from shopflow.parts.services.merging import staged
from shopflow.parts.services.sql import cents

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
HASHES = ("raw_hash", "row_hash")
"""What else is written of parts that are told by price and stock alone."""
PLANNED_COLUMNS = {
    "record_id": "bigint",
    **dict.fromkeys(HASHES, "bigint"),
    **{
        f"{time}_{field}": {"valid_from": "date", "stock_by_location": "jsonb"}.get(field, "integer")
        for field in LAID_OUT
        for time in ("old", "new")
    },
    "part_version": "xid",
    "record_version": "xid",
}
"""Columns of the plan in which PostgreSQL lays out such parts while it compares them.

The versions tell whether anybody has written the part's data ``r`` or its stock record ``k`` since then.
"""


def old(field: str) -> str:
    """SQL for the shop's value, a price in cents."""
    column, _owned = LAID_OUT[field]
    return cents(column) if field == "price" else column


def new(field: str) -> str:
    """SQL for the delivered value."""
    return SOLD.get(field) or staged(field)


def planned() -> dict[str, str]:
    """SQL by column for all that is laid out of a staged part ``s``, its data ``r`` and its stock record ``k``."""
    return planned_of_record() | planned_of_part()


def planned_of_record() -> dict[str, str]:
    """What of :func:`planned` is about the stock record."""
    return {"record_id": "k.id", **_pairs("k."), "record_version": "k.xmin"}


def planned_of_part() -> dict[str, str]:
    """What of :func:`planned` is about the part's data."""
    return {**{name: f"s.{name}" for name in HASHES}, **_pairs("r."), "part_version": "r.xmin"}


def _pairs(table: str) -> dict[str, str]:
    fields = [field for field, (column, _owned) in LAID_OUT.items() if column.startswith(table)]
    return {f"old_{field}": old(field) for field in fields} | {f"new_{field}": new(field) for field in fields}


def any_is_kept(kept: Collection[str]) -> bool:
    """Whether any of what is laid out belongs to somebody else for some part; ``kept`` are fields or columns."""
    return not {*LAID_OUT, *(owned for _column, owned in LAID_OUT.values())}.isdisjoint(kept)


def unless_kept(field: str, kept: Mapping[str, str]) -> str:
    """SQL for the value that will be: ``kept`` is SQL by field or column, true for the parts ``s`` that keep theirs."""
    stays = kept.get(field) or kept.get(LAID_OUT[field][1])
    return f"CASE WHEN {stays} THEN {old(field)} ELSE {new(field)} END" if stays else new(field)
