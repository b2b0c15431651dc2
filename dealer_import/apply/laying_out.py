"""Price and stock of changed parts as they were and as they will be: a narrow table, from which statements write.

What belongs to somebody else is decided once, here: such a value will be what it was. Where most parts are told by
price and stock alone, PostgreSQL has laid them out while it compared them. Whoever writes finds out what has been
written by others since then, and lays that out again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.laid_out import (
    HASHES,
    LAID_OUT,
    any_is_kept,
    old,
    planned,
    planned_of_part,
    planned_of_record,
    unless_kept,
)
from dealer_import.staging import Staging, analyze
from dealer_import.unchanged import NO_STOCK
from shopflow.parts.models import PartRecord
from shopflow.parts.services import Stage
from shopflow.parts.services.merging import CHANGED
from shopflow.parts.services.sql import execute

RECORD = PartRecord._meta.db_table


@dataclass(frozen=True)
class LaidOut:
    """``name`` is a table of the changed parts with ``part_id``, ``kind``, ``record_id`` of the stock record, both
    hashes, and ``old_`` and ``new_`` of each field.

    ``since_planning`` if it is a view of the plan: then ``part_version`` and ``record_version`` tell whether anybody
    has written the part or its stock record since they were compared.
    """

    name: str
    stage: Stage
    partner_id: int
    since_planning: bool = False

    def drop(self) -> None:
        execute(f"DROP {'VIEW' if self.since_planning else 'TABLE'} IF EXISTS {self.name}")

    def count(self, which: str) -> int:
        """How many parts are laid out of which SQL is true."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {self.name} WHERE {which}")
            return int(cursor.fetchone()[0])

    def records_again(self, which: str, params: Sequence[object] = ()) -> None:
        """Lay out once more what the stock records have of parts ``q`` of the plan; ``which`` is SQL that is true."""
        self._again(planned_of_record(), which, params)

    def parts_again(self, which: str) -> None:
        """The same of the parts' data. A part that has gone is no longer among those that change."""
        self._again({**planned_of_part(), "kind": "CASE WHEN r.id IS NULL THEN 'gone' ELSE q.kind END"}, which)

    def all_again(self, which: str) -> None:
        self._again(planned(), which)

    def _again(self, columns: Mapping[str, str], which: str, params: Sequence[object] = ()) -> None:
        plan, stock = self.stage.plan, get_model("partner", "StockRecord")._meta.db_table
        listed = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
        execute(
            f"""UPDATE {plan} AS z SET {", ".join(f"{name} = w.{name}" for name in columns)}
                FROM (SELECT q.line, {listed} FROM {plan} q JOIN {self.stage.parts} s ON s.line = q.line
                    LEFT JOIN {RECORD} r ON r.id = q.part_id
                    LEFT JOIN {stock} k ON k.product_id = q.product_id AND k.partner_id = {self.partner_id}
                    WHERE {which}) w
                WHERE w.line = z.line""",
            params,
        )


def lay_out(staging: Staging, *, partner_id: int, fields: Collection[str], kept: Mapping[str, str]) -> LaidOut:
    """Lay out the changed parts, or what of them was not laid out while they were compared.

    ``fields`` differ for any part. ``kept`` is SQL by canonical field, true for the parts ``s`` that keep theirs.
    """
    stage, partner_id = staging.tables, int(partner_id)
    name = f"{stage.plan}_laid_out"
    if connection.vendor == "postgresql" and staging.trade_rows * 2 > staging.rows and not any_is_kept(kept):
        laid_out = LaidOut(name, stage, partner_id, since_planning=True)
        execute(f"CREATE TEMPORARY VIEW {name} AS SELECT * FROM {stage.plan} WHERE {CHANGED}")
        laid_out.all_again("q.kind = 'changed'")
        if NO_STOCK in fields:
            laid_out.records_again("q.kind = 'trade' AND q.record_id IS NULL")
        return laid_out
    laid_out = LaidOut(name, stage, partner_id)
    laid_out.drop()
    stock = get_model("partner", "StockRecord")._meta.db_table
    columns = "".join(f", s.{told}" for told in ("kind", *HASHES))
    columns += "".join(
        f", {old(field)} AS old_{field}, {unless_kept(field, kept)} AS new_{field}"
        for field in LAID_OUT
        if field in fields
    )
    part = f"JOIN {RECORD} r ON r.id = s.part_id" if " r." in columns else ""
    execute(
        f"""CREATE TEMPORARY TABLE {name} AS SELECT s.part_id, k.id AS record_id{columns} FROM {stage.rows} s {part}
            LEFT JOIN {stock} k ON k.product_id = s.product_id AND k.partner_id = {partner_id}
            WHERE s.{CHANGED}"""
    )
    analyze(name, "part_id", "record_id", "kind")
    return laid_out


def any_price_comes_or_goes(laid_out: LaidOut, fields: Collection[str]) -> bool:
    """Whether any part has no price, or none in its list, that had one before, or the other way round."""
    others = [
        f"(COALESCE(old_{field}, 0) > 0) <> (COALESCE(new_{field}, 0) > 0)"
        for field in ("price", "list_price_cents")
        if field in fields
    ]
    if not others:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {laid_out.name} WHERE {' OR '.join(others)} LIMIT 1")
        return cursor.fetchone() is not None
