"""What a run really wrote: changed and hidden parts before and after, compared field by field inside the database."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.models import UndoEntry
from shopflow.parts.models import PartFitment, PartRecord, PartReference, PartSuccession
from shopflow.parts.services import Stage
from shopflow.parts.services.merging import COLUMNS
from shopflow.parts.services.sql import differs, execute

UNDO, RECORD = UndoEntry._meta.db_table, PartRecord._meta.db_table
PRODUCT_FIELDS = ("title", "description", "upc", "is_public")
PART_FIELDS = (
    *(name for group in COLUMNS.values() for name in group),
    "missing",
    "hidden_by_import",
    "missed_runs",
    "source",
)


def _tables() -> tuple[str, str, str]:
    return (
        get_model("catalogue", "Product")._meta.db_table,
        get_model("partner", "StockRecord")._meta.db_table,
        get_model("catalogue", "ProductCategory")._meta.db_table,
    )


class Before:
    """The parts that a run is about to change, as they are."""

    def __init__(self, stage: Stage, *, partner_id: int, run_id: int | None) -> None:
        self.stage, self.partner_id, self.run_id = stage, int(partner_id), run_id
        self.table = f"{stage.plan}_before"

    def keep(self, provided: Iterable[str]) -> None:
        """Copy the parts that will change or be hidden. Does nothing for a run that is not written down."""
        if self.run_id is None:
            return
        execute(f"DROP TABLE IF EXISTS {self.table}")
        execute(f"CREATE TEMPORARY TABLE {self.table} AS {self._state(provided)}")

    def log_changes(self, provided: Iterable[str]) -> None:
        """Write one undo entry per field that differs now."""
        if self.run_id is None:
            return
        fields = [name for name, _sql in self._columns(provided)]
        now = self._state(provided)
        if connection.vendor == "postgresql":
            self._log_at_once(fields, now)
        else:
            self._log_each(fields, now)
        execute(f"DROP TABLE {self.table}")

    def _log_at_once(self, fields: list[str], now: str) -> None:
        values = ", ".join(f"('{name}', CAST(b.{name} AS text), CAST(n.{name} AS text))" for name in fields)
        differing = " OR ".join(differs(f"b.{name}", f"n.{name}") for name in fields)
        execute(
            f"""INSERT INTO {UNDO} (run_id, part_id, field, old, new)
                SELECT {int(self.run_id or 0)}, b.part_id, v.field, v.old, v.new
                FROM {self.table} b JOIN ({now}) n ON n.part_id = b.part_id
                CROSS JOIN LATERAL (VALUES {values}) v(field, old, new)
                WHERE ({differing}) AND v.old IS DISTINCT FROM v.new"""
        )

    def _log_each(self, fields: list[str], now: str) -> None:
        after = f"{self.stage.plan}_after"
        execute(f"DROP TABLE IF EXISTS {after}")
        execute(f"CREATE TEMPORARY TABLE {after} AS {now}")
        for name in fields:
            execute(
                f"""INSERT INTO {UNDO} (run_id, part_id, field, old, new)
                    SELECT {int(self.run_id or 0)}, b.part_id, '{name}', CAST(b.{name} AS text), CAST(n.{name} AS text)
                    FROM {self.table} b JOIN {after} n ON n.rowid = b.rowid
                    WHERE {differs(f"b.{name}", f"n.{name}")}"""
            )
        execute(f"DROP TABLE {after}")

    def _state(self, provided: Iterable[str]) -> str:
        product, stock, _link = _tables()
        columns = ", ".join(f"{sql} AS {name}" for name, sql in self._columns(provided))
        return f"""SELECT r.id AS part_id, {columns} FROM {RECORD} r JOIN {product} p ON p.id = r.product_id
                   LEFT JOIN {stock} k ON k.product_id = p.id AND k.partner_id = {self.partner_id}
                   WHERE r.id IN (SELECT part_id FROM {self.stage.plan} WHERE kind = 'changed'
                                  UNION ALL SELECT part_id FROM {self.stage.missing} WHERE hides = 1)
                   ORDER BY r.id"""

    def _columns(self, provided: Iterable[str]) -> list[tuple[str, str]]:
        fields = set(provided)
        columns = [(name, f"p.{name}") for name in PRODUCT_FIELDS]
        columns += [(name, f"r.{name}") for name in PART_FIELDS]
        columns += [("price", "CAST(ROUND(k.price * 100) AS integer)"), ("num_in_stock", "k.num_in_stock")]
        if fields & {"oe_numbers", "supplier_numbers", "trade_numbers", "former_numbers"}:
            columns.append(("reference_rows", f"CASE WHEN {self._relinked()} THEN {references_of('r.id')} END"))
        if "fitment" in fields:
            columns.append(("fitment_rows", f"CASE WHEN {self._relinked()} THEN {fitments_of('r.id')} END"))
        if "successor" in fields:
            columns.append(("succession_rows", successions_of("r.id")))
        if "category" in fields:
            columns.append(("category_ids", categories_of("p.id")))
        return columns

    def _relinked(self) -> str:
        return f"EXISTS (SELECT 1 FROM {self.stage.plan} q WHERE q.part_id = r.id AND q.relinked = 1)"


def _rows_as_json(table: str, columns: tuple[str, ...], where: str, order: str) -> str:
    if connection.vendor == "postgresql":
        listed = ", ".join(f"x.{name}" for name in columns)
        ordered = ", ".join(f"x.{name}" for name in order.split(", "))
        rows = f"jsonb_agg(jsonb_build_array({listed}) ORDER BY {ordered})"
        return f"(SELECT CAST({rows} AS text) FROM {table} x WHERE {where})"
    listed = ", ".join(f"y.{name}" for name in columns)
    return f"""(SELECT CASE WHEN COUNT(*) > 0 THEN json_group_array(json_array({listed})) END
                FROM (SELECT * FROM {table} x WHERE {where} ORDER BY {order}) y)"""


REFERENCE_FIELDS = ("kind", "brand_code", "number_key", "number_display")
FITMENT_FIELDS = ("hsn", "tsn", "model", "year_from", "year_to")
SUCCESSION_FIELDS = ("successor_id", "position", "kind")


def references_of(part: str) -> str:
    """SQL for the references of a part as JSON, null if there are none."""
    table = PartReference._meta.db_table
    return _rows_as_json(table, REFERENCE_FIELDS, f"x.part_id = {part}", "kind, brand_code, number_key")


def fitments_of(part: str) -> str:
    """SQL for the vehicles of a part as JSON."""
    return _rows_as_json(
        PartFitment._meta.db_table, FITMENT_FIELDS, f"x.part_id = {part}", "hsn, tsn, model, year_from, year_to"
    )


def successions_of(part: str) -> str:
    """SQL for the successors of a part as JSON."""
    return _rows_as_json(PartSuccession._meta.db_table, SUCCESSION_FIELDS, f"x.part_id = {part}", "successor_id")


def categories_of(product: str) -> str:
    """SQL for the keys of a product's categories as JSON."""
    link = get_model("catalogue", "ProductCategory")._meta.db_table
    return _rows_as_json(link, ("category_id",), f"x.product_id = {product}", "category_id")
