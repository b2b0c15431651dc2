"""What a run really wrote: changed and hidden parts before and after, compared field by field inside the database."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.models import UndoEntry
from shopflow.parts.extra_fields import SCALARS
from shopflow.parts.models import PartFitment, PartRecord, PartReference, PartSuccession
from shopflow.parts.services import ROWS, ROWS_OF, Stage
from shopflow.parts.services.merging import COLUMNS
from shopflow.parts.services.sql import differs, execute

UNDO, RECORD = UndoEntry._meta.db_table, PartRecord._meta.db_table
PRODUCT_FIELDS = ("title", "description", "upc", "is_public")
BOOKKEEPING = ("missing", "hidden_by_import", "missed_runs", "source")
EXTRA_FIELDS = (
    *dict.fromkeys(name for group in SCALARS.values() for name in group),
    "manufacturer_id",
    "imported_extras",
)
PART_FIELDS = (*dict.fromkeys(name for group in COLUMNS.values() for name in group), *BOOKKEEPING, *EXTRA_FIELDS)


class Before:
    """The parts that a run is about to change, as they are. Does nothing for a run that is not written down."""

    def __init__(self, stage: Stage, *, partner_id: int, run_id: int | None) -> None:
        self.stage, self.partner_id, self.run_id = stage, int(partner_id), run_id
        self.table, self.after = f"{stage.plan}_before", f"{stage.plan}_after"
        self.links = f"{stage.plan}_links"

    def keep(self, provided: Iterable[str], extras: Iterable[str] = ()) -> None:
        """Copy the parts that will change or be hidden; ``extras`` are the extra fields that differ for any part."""
        if self.run_id is None:
            return
        self._drop()
        execute(f"CREATE TEMPORARY TABLE {self.table} AS {self._state(provided, extras)}")
        execute(f"CREATE TEMPORARY TABLE {self.links} (part_id bigint, field text, old text)")
        for field, (rows, whose) in self._relations(provided, extras).items():
            execute(
                f"""INSERT INTO {self.links} (part_id, field, old) SELECT r.id, '{field}', {rows} FROM {RECORD} r
                    WHERE r.id IN ({whose})"""
            )

    def log_changes(self, provided: Iterable[str], extras: Iterable[str] = ()) -> None:
        """Write one undo entry per field that differs now."""
        if self.run_id is None:
            return
        execute(f"CREATE TEMPORARY TABLE {self.after} AS {self._state(provided, extras)}")
        if connection.vendor == "postgresql":
            execute(f"ANALYZE {self.table} (part_id)")
            execute(f"ANALYZE {self.after} (part_id)")
        for name in self._changed_fields(provided, extras):
            execute(
                f"""INSERT INTO {UNDO} (run_id, part_id, field, old, new)
                    SELECT {int(self.run_id)}, b.part_id, '{name}', CAST(b.{name} AS text), CAST(n.{name} AS text)
                    FROM {self._pairs()} WHERE {differs(f"b.{name}", f"n.{name}")}"""
            )
        for field, (rows, _whose) in self._relations(provided, extras).items():
            execute(
                f"""INSERT INTO {UNDO} (run_id, part_id, field, old, new)
                    SELECT {int(self.run_id)}, w.id, w.field, w.old, w.new FROM (
                        SELECT r.id, l.field, l.old, {rows} AS new FROM {self.links} l
                        JOIN {RECORD} r ON r.id = l.part_id WHERE l.field = '{field}') w
                    WHERE {differs("w.old", "w.new")}"""
            )
        self._drop()

    def _drop(self) -> None:
        for table in (self.table, self.after, self.links):
            execute(f"DROP TABLE IF EXISTS {table}")

    def _pairs(self) -> str:
        """Both states of the same parts; SQLite finds them at the same place, because both are written in one order."""
        same = "n.part_id = b.part_id" if connection.vendor == "postgresql" else "n.rowid = b.rowid"
        return f"{self.table} b JOIN {self.after} n ON {same}"

    def _changed_fields(self, provided: Iterable[str], extras: Iterable[str]) -> list[str]:
        """Fields that differ for any part, found in one pass; most runs change few of them."""
        names = [name for name, _sql in _columns(provided, extras)]
        sums = ", ".join(f"MAX(CASE WHEN {differs(f'b.{name}', f'n.{name}')} THEN 1 ELSE 0 END)" for name in names)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {sums} FROM {self._pairs()}")
            return [name for name, any_differs in zip(names, cursor.fetchone(), strict=True) if any_differs]

    def _state(self, provided: Iterable[str], extras: Iterable[str]) -> str:
        columns = ", ".join(f"{sql} AS {name}" for name, sql in _columns(provided, extras))
        product = get_model("catalogue", "Product")._meta.db_table
        stock = get_model("partner", "StockRecord")._meta.db_table
        return f"""SELECT r.id AS part_id, {columns} FROM {RECORD} r JOIN {product} p ON p.id = r.product_id
                   LEFT JOIN {stock} k ON k.product_id = p.id AND k.partner_id = {self.partner_id}
                   WHERE r.id IN (SELECT part_id FROM {self.stage.plan} WHERE kind = 'changed'
                                  UNION ALL SELECT part_id FROM {self.stage.missing} WHERE hides = 1)
                   ORDER BY r.id"""

    def _relations(self, provided: Iterable[str], extras: Iterable[str]) -> dict[str, tuple[str, str]]:
        """By field: SQL for a part's rows as JSON, and for the ids of the parts whose rows may change."""
        fields, plan = set(provided), self.stage.plan
        relinked = f"SELECT part_id FROM {plan} WHERE kind = 'changed' AND relinked = 1"
        found = {}
        if fields & {"oe_numbers", "supplier_numbers", "trade_numbers", "former_numbers"}:
            found["reference_rows"] = (references_of("r.id"), relinked)
        if "fitment" in fields:
            found["fitment_rows"] = (fitments_of("r.id"), relinked)
        if "successor" in fields:
            linked = f"""SELECT q.part_id FROM {plan} q WHERE q.kind IN ('changed', 'same') AND (
                q.line IN (SELECT line FROM {self.stage.successions})
                OR q.part_id IN (SELECT part_id FROM {PartSuccession._meta.db_table}))
                UNION SELECT part_id FROM {self.stage.unlinked}"""
            found["succession_rows"] = (successions_of("r.id"), linked)
        if "category" in fields:
            moved = f"""SELECT q.part_id FROM {self.stage.rows} q JOIN {RECORD} m ON m.id = q.part_id
                WHERE q.kind = 'changed' AND {differs("m.imported_category_id", "q.category_id")}"""
            found["category_ids"] = (categories_of("r.product_id"), moved)
        differing = f"SELECT e.part_id FROM {plan}_extra e JOIN {plan} q ON q.line = e.line WHERE q.kind = 'changed'"
        for name in dict.fromkeys(ROWS_OF[field] for field in extras if field in ROWS_OF):
            found[name] = (rows_of(name, "r.id"), differing)
        return found


def _columns(provided: Iterable[str], extras: Iterable[str]) -> list[tuple[str, str]]:
    """Name and SQL of every value that a delivery of these fields may change."""
    fields = set(provided)
    columns = [(name, f"p.{name}") for name in PRODUCT_FIELDS]
    names = dict.fromkeys(name for field, group in COLUMNS.items() if field in fields for name in group)
    columns += [(name, f"r.{name}") for name in names]
    columns += [(name, f"r.{name}") for name in _extra_columns(extras)]
    columns += [(name, f"r.{name}") for name in BOOKKEEPING]
    return [*columns, ("price", "CAST(ROUND(k.price * 100) AS integer)"), ("num_in_stock", "k.num_in_stock")]


def _extra_columns(extras: Iterable[str]) -> list[str]:
    """Columns of the part data that these extra fields may change."""
    fields = set(extras)
    if not fields:
        return []
    columns = dict.fromkeys(name for field, group in SCALARS.items() if field in fields for name in group)
    return [*columns, *(["manufacturer_id"] if "manufacturer" in fields else []), "imported_extras"]


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


def rows_of(name: str, part: str) -> str:
    """SQL for a part's rows of one of the tables of ``parts.services.ROWS`` as JSON."""
    model, columns = ROWS[name]
    return _rows_as_json(model._meta.db_table, columns, f"x.part_id = {part}", ", ".join(columns))


def categories_of(product: str) -> str:
    """SQL for the keys of a product's categories as JSON."""
    link = get_model("catalogue", "ProductCategory")._meta.db_table
    return _rows_as_json(link, ("category_id",), f"x.product_id = {product}", "category_id")
