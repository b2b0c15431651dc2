"""Prices of staged parts over time: what changed now goes into the history, what holds later waits for its day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dealer_import.apply import stock
from dealer_import.models import ScheduledPrice
from dealer_import.staging import Staging
from shopflow.parts import services as parts
from shopflow.parts.services import Stage
from shopflow.parts.services.sql import execute

LATER = ScheduledPrice._meta.db_table
CURRENT = "CAST(ROUND(k.price * 100) AS integer)"
"""SQL for the current price of a stock record ``k`` in cents."""


def record(stage: Stage, *, partner_id: int, kept: Mapping[str, str], at: Any, run_id: int | None) -> int:
    """One row of history per price that is about to change."""
    join = f"JOIN {stock.table()} k ON k.product_id = s.product_id AND k.partner_id = {int(partner_id)} AND k.price > 0"
    stays = kept.get("list_price")
    new = f"CASE WHEN {stays} THEN {CURRENT} ELSE s.sale_cents END" if stays else "s.sale_cents"
    return parts.record_price_changes(stage=stage, old_cents=CURRENT, new_cents=new, joins=join, at=at, run_id=run_id)


def schedule(staging: Staging, *, run_id: int | None) -> None:
    """The delivered later prices take the place of those that were waiting for the same parts."""
    stage = staging.tables
    if ScheduledPrice.objects.filter(switched_at=None).exists():
        execute(
            f"""DELETE FROM {LATER} WHERE switched_at IS NULL
                AND part_id IN (SELECT part_id FROM {stage.plan} WHERE kind = 'changed')"""
        )
    if staging.has_later_prices:
        run = "NULL" if run_id is None else str(int(run_id))
        execute(
            f"""INSERT INTO {LATER} (part_id, valid_from, list_price_cents, price_per, sale_cents, run_id)
                SELECT s.part_id, x.valid_from, x.list_price_cents, x.price_per, x.sale_cents, {run}
                FROM {stage.later_prices} x JOIN {stage.plan} s ON s.line = x.line
                WHERE s.kind IN ('new', 'changed')"""
        )
