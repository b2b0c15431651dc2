"""What a run would do, for people: examples of new and changed parts, big price jumps, parts that it hides or moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.apply import stock
from dealer_import.diff import BRAND, RECORD
from dealer_import.scope import Scope
from dealer_import.staging import Staging
from dealer_import.unchanged import list_price_jumps, partner_id, price_jumps
from shopflow.parts.services.merging import CHANGED
from shopflow.parts.services.sql import literal

EXAMPLES = 20
ALL = 10_000
"""More price jumps or hidden parts than this are not a matter of looking at each."""


def samples_of(staging: Staging, scope: Scope) -> dict[str, list[dict[str, Any]]]:
    """``created``, ``changed``, ``price_jumps`` and ``hidden``: parts with ``number``, ``brand`` and ``title``; and
    ``moves``: how many parts (``number``) of which other ``source`` would belong to this one.

    ``changed`` and ``price_jumps`` also hold ``old_cents`` and ``new_cents``, the list price of ``price_per`` units;
    a jump that the list price does not show has the shop's price of one sale. ``changed`` alone has ``old_stock`` and
    ``new_stock``, what the shop can sell, None where that is not told.
    """
    rows = staging.tables.rows
    part = "s.number_display, s.brand_code, s.title"
    known = _of_known_parts()
    prices = f"{known}, r.list_price_cents, s.list_price_cents, s.price_per, s.line"
    joined = f"{rows} s JOIN {RECORD} r ON r.id = s.part_id"
    sold = f"LEFT JOIN {stock.table()} k ON k.product_id = s.product_id AND k.partner_id = {partner_id(scope)}"
    added = f"SELECT {part}, s.list_price_cents, s.line FROM {rows} s WHERE s.kind = 'new' ORDER BY s.line"
    pieces = "k.num_in_stock, s.stock" if "stock" in scope.provided else "NULL, NULL"
    changed = f"SELECT {prices}, {pieces} FROM {joined} {sold} WHERE s.{CHANGED} ORDER BY s.line"
    found = {
        "created": _listed(added, ("number", "brand", "title", "new_cents", "line"), EXAMPLES),
        "changed": _listed(changed, (*PRICES, "old_stock", "new_stock"), EXAMPLES),
        "price_jumps": [],
        "hidden": _hidden(staging),
        "moves": _moves(joined, scope),
    }
    if "list_price" in scope.provided:
        found["price_jumps"] = _listed(_jumps(f"{joined} {sold}", known, scope), PRICES, ALL)
    return found


def _of_known_parts() -> str:
    """SQL for number, brand and title as delivered now, or last where only price and stock are told."""
    told = {"s.number_display": "r.number_display", "s.title": "r.imported_title"}
    told["s.brand_code"] = f"(SELECT b.code FROM {BRAND} b WHERE b.id = r.brand_id)"
    names = ("s.number_display", "s.brand_code", "s.title")
    return ", ".join(f"CASE s.kind WHEN 'trade' THEN {told[name]} ELSE {name} END" for name in names)


PAID = "CAST(ROUND(k.price * 100) AS integer)"
PRICES = ("number", "brand", "title", "old_cents", "new_cents", "price_per", "line")


def _jumps(joined: str, part: str, scope: Scope) -> str:
    by_list = list_price_jumps(scope)
    listed = "CAST(r.list_price_cents AS bigint) * s.price_per / r.price_per"
    old = f"CASE WHEN {by_list} THEN {listed} ELSE {PAID} END"
    new = f"CASE WHEN {by_list} THEN s.list_price_cents ELSE s.sale_cents END"
    each = f"CASE WHEN {by_list} THEN s.price_per ELSE 1 END"
    return f"""SELECT {part}, {old}, {new}, {each}, s.line FROM {joined}
               WHERE s.{CHANGED} AND {price_jumps(scope)} ORDER BY s.line"""


def _moves(joined: str, scope: Scope) -> list[dict[str, Any]]:
    """Only a whole catalogue takes parts over from another source."""
    if not scope.hides_missing:
        return []
    return _listed(
        f"""SELECT r.source, COUNT(*) FROM {joined} WHERE s.kind = 'changed' AND r.source <> ''
            AND r.source <> {literal(scope.source)} GROUP BY r.source ORDER BY r.source""",
        ("source", "number"),
        ALL,
    )


def _hidden(staging: Staging) -> list[dict[str, Any]]:
    product = get_model("catalogue", "Product")._meta.db_table
    return _listed(
        f"""SELECT r.number_display, b.code, p.title FROM {staging.tables.missing} m JOIN {RECORD} r ON r.id = m.part_id
            JOIN {BRAND} b ON b.id = r.brand_id JOIN {product} p ON p.id = r.product_id
            WHERE m.hides = 1 ORDER BY b.code, r.number_key""",
        ("number", "brand", "title"),
        ALL,
    )


def _listed(sql: str, names: Sequence[str], limit: int) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {limit}")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
