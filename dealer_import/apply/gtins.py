"""GTINs that move further than from one known part to another: given up by parts out of the range, got by new ones."""

from __future__ import annotations

from typing import Any

from oscar.core.loading import get_model

from dealer_import.gtins import out_of_range
from dealer_import.scope import Scope
from dealer_import.staging import analyze
from shopflow.parts.models import PartRecord
from shopflow.parts.services import Stage
from shopflow.parts.services.sql import execute

RECORD = PartRecord._meta.db_table


class Givers:
    """The parts out of the range whose GTIN a delivered part gets: ``table`` has their ``part_id`` and ``product_id``.

    To be found before anything is written but new products, which do without such a GTIN until then.
    """

    def __init__(self, stage: Stage, scope: Scope) -> None:
        self.table, product = f"{stage.plan}_givers", _product()
        execute(f"DROP TABLE IF EXISTS {self.table}")
        execute(
            f"""CREATE TEMPORARY TABLE {self.table} AS SELECT o.id AS part_id, o.product_id FROM {stage.rows} q
                JOIN {product} p ON p.upc = q.gtin AND p.id <> q.product_id JOIN {RECORD} o ON o.product_id = p.id
                WHERE q.gtin <> '' AND {out_of_range(stage, scope)}"""
        )
        analyze(self.table)

    def give_up(self, *, run_id: int | None, at: Any) -> None:
        """Free their GTINs, and forget who they were. Those that go missing by this run are marked when they do."""
        run = "NULL" if run_id is None else str(int(run_id))
        mine = f"SELECT {{}} FROM {self.table}".format
        execute(f"UPDATE {_product()} SET upc = NULL, date_updated = %s WHERE id IN ({mine('product_id')})", [at])
        execute(f"UPDATE {RECORD} SET changed_by_run = {run} WHERE missing AND id IN ({mine('part_id')})")
        execute(f"DROP TABLE {self.table}")


def or_later(gtin: str) -> str:
    """SQL: the GTIN, or nothing as long as another product has it."""
    return f"CASE WHEN EXISTS (SELECT 1 FROM {_product()} h WHERE h.upc = {gtin}) THEN NULL ELSE {gtin} END"


def give_to_new(stage: Stage, *, at: Any) -> None:
    """Give the new products of a run the GTINs that they had to wait for."""
    execute(
        f"""UPDATE {_product()} AS p SET upc = s.gtin, date_updated = %s FROM {stage.rows} s
            WHERE s.kind = 'new' AND s.adopted = 0 AND s.gtin <> '' AND p.id = s.product_id AND p.upc IS NULL""",
        [at],
    )


def _product() -> str:
    return str(get_model("catalogue", "Product")._meta.db_table)
