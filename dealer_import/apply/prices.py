"""Prices of staged parts over time: what changed now goes into the history, what holds later waits for its day."""

from __future__ import annotations

from typing import Any

from django.db import connection

from dealer_import.apply.laying_out import LaidOut
from dealer_import.apply.owners import HIGHER, held
from dealer_import.models import ScheduledPrice
from dealer_import.scope import Scope
from dealer_import.staging import Staging
from shopflow.parts import services as parts
from shopflow.parts.services import Stage
from shopflow.parts.services.merging import CHANGED, TOUCHED
from shopflow.parts.services.sql import execute

LATER = ScheduledPrice._meta.db_table


def hold(stage: Stage) -> None:
    """Keep the prices that wait for their day in changed parts from being put into force while the run writes.

    Those that are being put into force this moment are waited for: the run must see what they have changed.
    """
    if connection.vendor == "postgresql" and ScheduledPrice.objects.filter(switched_at=None).exists():
        execute(
            f"""SELECT x.id FROM {LATER} x WHERE x.switched_at IS NULL
                AND x.part_id IN (SELECT s.part_id FROM {stage.plan} s WHERE s.{CHANGED}) ORDER BY x.id FOR UPDATE"""
        )


def hold_those_of(run_id: int) -> None:
    """The same of the prices that a run has delivered, while it is taken back."""
    waiting = ScheduledPrice.objects.filter(run_id=run_id, switched_at=None).order_by("pk")
    list(waiting.select_for_update().values_list("pk", flat=True))


def record(laid_out: LaidOut, *, at: Any, run_id: int | None) -> int:
    """One row of history per price that is about to change, see :class:`~dealer_import.apply.laying_out.LaidOut`."""
    rows = f"{laid_out.name} s WHERE s.old_price > 0"
    return parts.record_price_changes(rows=rows, old_cents="s.old_price", new_cents="s.new_price", at=at, run_id=run_id)


def schedule(staging: Staging, scope: Scope, *, run_id: int | None) -> None:
    """The delivered later prices take the place of those that were waiting for the same parts.

    Not those of parts whose price is not this source's to write. One that staff have locked waits, and stays if it is
    still locked on its day.
    """
    stage, others = staging.tables, f"s.{CHANGED} AND {_of_another(scope)}"
    if ScheduledPrice.objects.filter(switched_at=None).exists():
        execute(
            f"""DELETE FROM {LATER} WHERE switched_at IS NULL
                AND part_id IN (SELECT s.part_id FROM {stage.plan} s WHERE s.{CHANGED} AND NOT ({others}))"""
        )
    if staging.has_later_prices:
        run = "NULL" if run_id is None else str(int(run_id))
        execute(
            f"""INSERT INTO {LATER} (part_id, valid_from, list_price_cents, price_per, sale_cents, run_id)
                SELECT s.part_id, x.valid_from, x.list_price_cents, x.price_per, x.sale_cents, {run}
                FROM {stage.later_prices} x JOIN {stage.plan} s ON s.line = x.line
                WHERE s.{TOUCHED} AND NOT ({others})"""
        )


def _of_another(scope: Scope) -> str:
    """SQL: the price of the part ``s``, which the shop has, belongs to another source, or is closed by the profile."""
    owner = scope.owner("list_price")
    higher = tuple(name for name in HIGHER[owner] if name != "locked")
    return "1 = 1" if owner == "locked" else held("list_price", higher, scope.source) if higher else "1 = 0"
