"""Oscar's stock records of staged parts: net price per sale and what is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from oscar.core.loading import get_model

from dealer_import.apply.laying_out import LaidOut
from shopflow.parts.services import Stage
from shopflow.parts.services.merging import CHANGED
from shopflow.parts.services.sql import differs, execute


def partner(code: str) -> Any:
    """The partner that the parts are sold by."""
    model = get_model("partner", "Partner")
    found, _created = model.objects.get_or_create(code=code, defaults={"name": settings.OSCAR_SHOP_NAME})
    return found


def table() -> str:
    return str(get_model("partner", "StockRecord")._meta.db_table)


def euros(cents: str) -> str:
    """SQL for an amount in cents as the decimal that Oscar keeps."""
    return f"{cents} * 0.01" if connection.vendor == "postgresql" else f"{cents} / 100.0"


def insert(stage: Stage, *, partner_id: int, at: Any, kind: str = "new") -> int:
    """Add the stock records of new parts, and of adopted products that have none.

    With ``kind`` ``changed`` those of known parts whose stock record somebody has deleted.
    """
    is_there = f"SELECT 1 FROM {table()} k WHERE k.product_id = s.product_id AND k.partner_id = %s"
    may_have, kinds, sku = "s.adopted = 1", "s.kind = 'new'", "s.sku"
    if kind == "changed":
        product = get_model("catalogue", "Product")._meta.db_table
        may_have, kinds = "1 = 1", f"s.{CHANGED}"
        sku = f"CASE s.kind WHEN 'trade' THEN (SELECT p.code FROM {product} p WHERE p.id = s.product_id) ELSE s.sku END"
    return execute(
        f"""INSERT INTO {table()}
                (product_id, partner_id, partner_sku, price_currency, price, num_in_stock, date_created, date_updated)
            SELECT s.product_id, %s, {sku}, %s, {euros("s.sale_cents")}, s.stock, %s, %s FROM {stage.rows} s
            WHERE {kinds} AND NOT ({may_have} AND EXISTS ({is_there}))""",
        [partner_id, settings.OSCAR_DEFAULT_CURRENCY, at, at, partner_id],
    )


def update(laid_out: LaidOut, *, fields: Collection[str], at: Any) -> None:
    """Update ``price`` and ``num_in_stock`` where they differ; ``fields`` says which of the two do for any part."""
    sets, changed = [], []
    for field, new in {"price": euros("s.new_price"), "num_in_stock": "s.new_num_in_stock"}.items():
        if field in fields:
            changed.append(differs(f"s.old_{field}", f"s.new_{field}"))
            sets.append(f"{field} = CASE WHEN {changed[-1]} THEN {new} ELSE k.{field} END")
    if not sets:
        return
    any_differs = f"({' OR '.join(changed)})"
    write = f"""UPDATE {table()} AS k SET {", ".join(sets)}, date_updated = %s FROM {laid_out.name} s
                WHERE k.id = s.record_id AND {any_differs}"""
    if not laid_out.since_planning:
        execute(write, [at])
        return
    wrote = execute(f"{write} AND k.xmin = s.record_version", [at])
    if _has_moved(laid_out.name, any_differs, wrote):
        moved = f"""SELECT s.line FROM {laid_out.name} s LEFT JOIN {table()} k ON k.id = s.record_id
            WHERE s.record_id IS NOT NULL AND CASE WHEN {any_differs} THEN {differs("k.date_updated", "%s")}
                ELSE {differs("k.xmin", "s.record_version")} END"""
        laid_out.records_again(f"q.line IN ({moved})", [at])
        execute(f"{write} AND k.date_updated <> %s", [at, at])


def _has_moved(rows: str, differs_sql: str, wrote: int) -> bool:
    """Whether anybody has written a stock record of ``rows`` since they were laid out; ``wrote`` had not moved."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT COUNT(*) FILTER (WHERE {differs_sql}), COUNT(*) FILTER (WHERE NOT {differs_sql})
                FROM {rows} s WHERE s.record_id IS NOT NULL"""
        )
        wanted, others = cursor.fetchone()
        if wrote != wanted or not others:
            return bool(wrote != wanted)
        cursor.execute(
            f"""SELECT COUNT(*) FROM {rows} s JOIN {table()} k ON k.id = s.record_id
                WHERE k.xmin = s.record_version AND NOT {differs_sql}"""
        )
        return bool(cursor.fetchone()[0] != others)


def allocated(stage: Stage, *, partner_id: int) -> list[int]:
    """Stock records with orders on them of which the delivery has another stock than the shop counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT k.id FROM {stage.rows} s JOIN {table()} k ON k.product_id = s.product_id
                WHERE s.{CHANGED} AND k.partner_id = %s AND k.num_allocated > 0
                    AND {differs("k.num_in_stock", "s.stock")} ORDER BY k.id""",
            [partner_id],
        )
        return [row[0] for row in cursor.fetchall()]


def settle_allocations(records: Iterable[int], *, stamp: datetime) -> None:
    """Pieces of the shop's orders that the delivered stock leaves out already are not held back a second time.

    ``records`` are those where the delivered stock is another one than the shop counts. Orders from before the export's
    ``stamp`` are settled. Younger ones stay allocated, and so do all of them when the file does not say when it was
    made, or when the dealer's system has not moved the stock: it has not seen the order then.
    """
    line, record = get_model("order", "Line"), get_model("partner", "StockRecord")
    for pk in records:
        settled = line.objects.filter(stockrecord_id=pk, num_allocated__gt=0, order__date_placed__lte=stamp)
        pieces = sum(settled.values_list("num_allocated", flat=True))
        if pieces:
            record.objects.filter(pk=pk).update(num_allocated=Greatest(Coalesce(F("num_allocated"), 0) - pieces, 0))
            settled.update(num_allocated=0)
