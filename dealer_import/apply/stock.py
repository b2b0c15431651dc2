"""Oscar's stock records of staged parts: net price per sale and what is there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from oscar.core.loading import get_model

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


def update(laid_out: str, *, fields: Collection[str], at: Any) -> int:
    """Update ``price`` and ``num_in_stock`` where they differ; ``fields`` says which of the two do for any part.

    ``laid_out`` is the table that :func:`dealer_import.apply.laying_out.lay_out` has made.
    """
    sets, changed = [], []
    for field, new in {"price": euros("s.new_price"), "num_in_stock": "s.new_num_in_stock"}.items():
        if field in fields:
            changed.append(differs(f"s.old_{field}", f"s.new_{field}"))
            sets.append(f"{field} = CASE WHEN {changed[-1]} THEN {new} ELSE k.{field} END")
    if not sets:
        return 0
    return execute(
        f"""UPDATE {table()} AS k SET {", ".join(sets)}, date_updated = %s FROM {laid_out} s
            WHERE k.id = s.record_id AND ({" OR ".join(changed)})""",
        [at],
    )


def settle_allocations(stage: Stage, *, partner_id: int, stamp: datetime | None) -> None:
    """Pieces of the shop's orders that the delivered stock leaves out already are not held back a second time.

    These are the orders from before the export's ``stamp``, where the delivered stock is another one than the shop
    counts. Younger orders stay allocated, and so do all of them when the file does not say when it was made, or when
    the dealer's system has not moved the stock: it has not seen the order then.
    """
    if stamp is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT k.id, s.stock FROM {stage.rows} s JOIN {table()} k ON k.product_id = s.product_id
                WHERE s.{CHANGED} AND k.partner_id = %s AND k.num_allocated > 0
                    AND {differs("k.num_in_stock", "s.stock")} ORDER BY k.id""",
            [partner_id],
        )
        records = [row[0] for row in cursor.fetchall()]
    line, record = get_model("order", "Line"), get_model("partner", "StockRecord")
    for pk in records:
        settled = line.objects.filter(stockrecord_id=pk, num_allocated__gt=0, order__date_placed__lte=stamp)
        pieces = sum(settled.values_list("num_allocated", flat=True))
        if pieces:
            record.objects.filter(pk=pk).update(num_allocated=Greatest(Coalesce(F("num_allocated"), 0) - pieces, 0))
            settled.update(num_allocated=0)
