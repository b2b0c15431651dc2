"""Oscar's stock records of staged parts: net price per sale and what is there. Allocations are never touched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection
from oscar.core.loading import get_model

from shopflow.parts.services import Stage
from shopflow.parts.services.merging import differs, execute

PARTNER_CODE = "dms"


def partner(code: str = "") -> Any:
    """The partner that the parts are sold by: the profile's, or the shop's one warehouse."""
    model = get_model("partner", "Partner")
    found, _created = model.objects.get_or_create(
        code=code or PARTNER_CODE, defaults={"name": settings.OSCAR_SHOP_NAME}
    )
    return found


def _table() -> str:
    return str(get_model("partner", "StockRecord")._meta.db_table)


def _price() -> str:
    return "CAST(s.sale_cents AS numeric) / 100" if connection.vendor == "postgresql" else "s.sale_cents / 100.0"


def current_price(partner_id: int) -> tuple[str, str]:
    """SQL for the current price in cents of the staged part ``s``, and the join that it needs."""
    join = f"JOIN {_table()} r ON r.product_id = s.product_id AND r.partner_id = {int(partner_id)} AND r.price > 0"
    return "CAST(ROUND(r.price * 100) AS integer)", join


def merge(stage: Stage, *, partner_id: int, provided: Iterable[str], at: Any) -> int:
    """Update price and stock where they differ and add the records that are missing; returns how many it wrote."""
    fields = set(provided)
    values = {"partner_sku": "s.sku"}
    if "list_price" in fields:
        values["price"] = _price()
    if "stock" in fields:
        values["num_in_stock"] = "s.stock"
    sets = ", ".join(f"{name} = {value}" for name, value in values.items())
    changed = " OR ".join(f"({differs(f'r.{name}', value)})" for name, value in values.items())
    updated = execute(
        f"""UPDATE {_table()} AS r SET {sets}, date_updated = %s FROM {stage.parts} s
            WHERE s.kind IN ('new', 'changed') AND r.product_id = s.product_id AND r.partner_id = %s AND ({changed})""",
        [at, partner_id],
    )
    return updated + execute(
        f"""INSERT INTO {_table()}
                (product_id, partner_id, partner_sku, price_currency, price, num_in_stock, date_created, date_updated)
            SELECT s.product_id, %s, s.sku, %s, {_price()}, s.stock, %s, %s FROM {stage.parts} s
            WHERE s.kind IN ('new', 'changed') AND NOT EXISTS (
                SELECT 1 FROM {_table()} r WHERE r.product_id = s.product_id AND r.partner_id = %s)
            ORDER BY s.line""",
        [partner_id, settings.OSCAR_DEFAULT_CURRENCY, at, at, partner_id],
    )
