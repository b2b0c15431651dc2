"""What a run really wrote: changed and hidden parts before and after, compared inside the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.apply.differing import SHOWN
from dealer_import.apply.entries import Pair, is_number, write
from dealer_import.apply.laying_out import LaidOut
from dealer_import.laid_out import LAID_OUT
from dealer_import.models import ScheduledPrice
from dealer_import.staging import Staging, analyze
from shopflow.parts.extra_fields import SCALARS
from shopflow.parts.models import PartFitment, PartRecord, PartReference, PartSuccession
from shopflow.parts.services import ROWS, ROWS_OF, Stage
from shopflow.parts.services.merging import CHANGED, COLUMNS
from shopflow.parts.services.sql import differs, execute

RECORD, LATER = PartRecord._meta.db_table, ScheduledPrice._meta.db_table
PRODUCT_FIELDS = ("title", "description", "upc", "is_public")
BOOKKEEPING = ("missing", "hidden_by_import", "missed_runs", "source")
EXTRA_FIELDS = (
    *dict.fromkeys(name for group in SCALARS.values() for name in group),
    "manufacturer_id",
    "imported_extras",
)
PART_FIELDS = (*dict.fromkeys(name for group in COLUMNS.values() for name in group), *BOOKKEEPING, *EXTRA_FIELDS)


class Before:
    """The values that a run is about to write over, as they are. Does nothing for a run that is not written down.

    ``columns`` maps the fields that the run may write to what their values are in SQL, see :func:`columns_of`. If all
    of them are laid out for other statements anyhow (``laid_out`` names them), they need not be kept and compared here.
    """

    def __init__(self, stage: Stage, *, partner_id: int, run_id: int | None, columns: Mapping[str, str]) -> None:
        self.stage, self.partner_id, self.run_id = stage, int(partner_id), run_id
        told = run_id is not None and columns.keys() <= LAID_OUT.keys()
        self.laid_out = frozenset(columns) if told else frozenset()
        self.columns = {} if told else dict(columns)
        self.table, self.links = f"{stage.plan}_before", f"{stage.plan}_links"

    def keep(self, relations: Mapping[str, tuple[str, str]], more: str = "") -> None:
        """Copy what will change of the parts that will change or be hidden.

        ``more`` is a table with the ``part_id`` of others, of which some may be hidden, too.
        """
        if self.run_id is None:
            return
        self._drop()
        if self.columns:
            listed = ", ".join(f"{sql} AS {name}" for name, sql in self.columns.items())
            hidden = f"SELECT part_id FROM {self.stage.missing} WHERE hides = 1"
            others = f"SELECT q.part_id, {listed} FROM {more} q {self._now()} WHERE q.part_id NOT IN ({hidden})"
            execute(
                f"""CREATE TEMPORARY TABLE {self.table} AS
                    SELECT q.part_id, {listed} FROM {self.stage.plan} q {self._now()} WHERE q.{CHANGED}
                    UNION ALL
                    SELECT q.part_id, {listed} FROM {self.stage.missing} q {self._now()} WHERE q.hides = 1
                    {f"UNION ALL {others}" if more else ""}"""
            )
            analyze(self.table, "part_id")
        execute(f"CREATE TEMPORARY TABLE {self.links} (part_id bigint, field text, old text)")
        for field, (rows, whose) in relations.items():
            execute(
                f"""INSERT INTO {self.links} (part_id, field, old) SELECT r.id, '{field}', {rows} FROM {RECORD} r
                    WHERE r.id IN ({whose})"""
            )

    def log_laid_out(self, laid_out: LaidOut) -> None:
        """Write one undo entry per part that is laid out, if nothing else differs."""
        if self.run_id is not None and self.laid_out:
            pairs = {field: Pair(f"q.old_{field}", f"q.new_{field}") for field in sorted(self.laid_out)}
            write(self.run_id, pairs, f"FROM {laid_out.name} q")

    def log_changes(self, relations: Mapping[str, tuple[str, str]]) -> None:
        """Write one undo entry per part of which anything differs now: all its fields in one look at it."""
        if self.run_id is None:
            return
        if self.columns:
            pairs = {name: Pair(f"q.{name}", sql, quoted=not is_number(name)) for name, sql in self.columns.items()}
            write(self.run_id, pairs, f"FROM {self.table} q {self._now()}")
        for field, (rows, _whose) in relations.items():
            current = f"""FROM (SELECT l.part_id, l.old, {rows} AS new FROM {self.links} l
                          JOIN {RECORD} r ON r.id = l.part_id WHERE l.field = '{field}') q"""
            write(self.run_id, {field: Pair("q.old", "q.new")}, current, more=True)
        self._drop()

    def _drop(self) -> None:
        for table in (self.table, self.links):
            execute(f"DROP TABLE IF EXISTS {table}")

    def _now(self) -> str:
        """SQL: the part data ``r`` of ``q``, with its product ``p`` and stock record ``k`` if a column needs them."""
        joins = f"JOIN {RECORD} r ON r.id = q.part_id"
        told = " ".join(self.columns.values())
        if "p." in told:
            joins += f" JOIN {get_model('catalogue', 'Product')._meta.db_table} p ON p.id = r.product_id"
        if "k." in told:
            stock = get_model("partner", "StockRecord")._meta.db_table
            joins += f" LEFT JOIN {stock} k ON k.product_id = r.product_id AND k.partner_id = {self.partner_id}"
        return joins


def log_missed(stage: Stage, run_id: int | None) -> None:
    """Note that the delivery counts for parts that it leaves out and that stay for now."""
    if run_id is not None:
        counted = f"""FROM (SELECT m.part_id, r.missed_runs AS old, r.missed_runs + 1 AS new FROM {stage.missing} m
                      JOIN {RECORD} r ON r.id = m.part_id WHERE m.hides = 0) q"""
        write(run_id, {"missed_runs": Pair("q.old", "q.new", quoted=False)}, counted, more=True)


def relations_of(
    staging: Staging, provided: Iterable[str], differing: Iterable[str], extras: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """By field: SQL for a part's rows as JSON, and for the ids of the parts whose rows may change.

    ``differing`` is what :func:`dealer_import.apply.differing.what_differs` says; ``extras`` are the extra fields that
    differ for any part.
    """
    stage, fields, plan = staging.tables, set(provided), staging.tables.plan
    relinked = f"SELECT part_id FROM {plan} WHERE kind = 'changed' AND relinked = 1"
    found = {}
    if fields & {"oe_numbers", "supplier_numbers", "trade_numbers", "former_numbers"}:
        found["reference_rows"] = (references_of("r.id"), relinked)
    if "fitment" in fields:
        found["fitment_rows"] = (fitments_of("r.id"), relinked)
    if "successor" in fields:
        linked = f"""SELECT q.part_id FROM {plan} q WHERE q.kind IN ('changed', 'same') AND (
            q.line IN (SELECT line FROM {stage.successions})
            OR q.part_id IN (SELECT part_id FROM {PartSuccession._meta.db_table}))
            UNION SELECT part_id FROM {stage.unlinked}"""
        found["succession_rows"] = (successions_of("r.id"), linked)
    if "category" in set(differing):
        moved = f"""SELECT q.part_id FROM {stage.rows} q JOIN {RECORD} m ON m.id = q.part_id
            WHERE q.kind = 'changed' AND {differs("m.imported_category_id", "q.category_id")}"""
        found["category_ids"] = (categories_of("r.product_id"), moved)
    if "list_price" in fields and (staging.has_later_prices or any_waits()):
        waiting = f"SELECT part_id FROM {LATER} WHERE switched_at IS NULL"
        told = f"SELECT line FROM {stage.later_prices}"
        found["waiting_prices"] = (
            waiting_of("r.id"),
            f"SELECT part_id FROM {plan} WHERE {CHANGED} AND (part_id IN ({waiting}) OR line IN ({told}))",
        )
    changed = f"SELECT e.part_id FROM {plan}_extra e JOIN {plan} q ON q.line = e.line WHERE q.kind = 'changed'"
    for name in dict.fromkeys(ROWS_OF[field] for field in extras if field in ROWS_OF):
        found[name] = (rows_of(name, "r.id"), changed)
    return found


def columns_of(
    told: frozenset[str], differing: frozenset[str], extras: Iterable[str], *, hides: bool
) -> dict[str, str]:
    """Name and SQL of every value that a run may write: of the part data ``r``, product ``p``, stock record ``k``.

    ``told`` is what the comparison has found, ``differing`` what of it still holds inside the transaction; ``hides``
    says whether parts go that the delivery leaves out.
    """
    products = {"title": "title", "description": "description", "upc": "gtin"}
    columns = {name: f"p.{name}" for name, field in products.items() if field in differing}
    if hides or SHOWN in differing:
        columns["is_public"] = "p.is_public"
    names = dict.fromkeys(name for group in COLUMNS.values() for name in group)
    columns |= {name: f"r.{name}" for name in names if name in told}
    if "new category" in told:
        columns["imported_category_id"] = "r.imported_category_id"
    columns |= {name: f"r.{name}" for name in _extra_columns(extras)}
    if hides or told & set(BOOKKEEPING):
        columns |= {name: f"r.{name}" for name in BOOKKEEPING}
    if "price" in told:
        columns["price"] = "CAST(ROUND(k.price * 100) AS integer)"
    if hides or "num_in_stock" in told:
        columns["num_in_stock"] = "k.num_in_stock"
    return columns


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
WAITING_FIELDS = ("valid_from", "list_price_cents", "price_per", "sale_cents", "run_id")
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


def any_waits() -> bool:
    """Whether any price waits for its day."""
    return ScheduledPrice.objects.filter(switched_at=None).exists()


def waiting_of(part: str, more: str = "FALSE") -> str:
    """SQL for the prices of a part that wait for their day as JSON; also for those of which ``more`` is true."""
    where = f"x.part_id = {part} AND (x.switched_at IS NULL OR {more})"
    return _rows_as_json(LATER, WAITING_FIELDS, where, "valid_from, run_id")


def categories_of(product: str) -> str:
    """SQL for the keys of a product's categories as JSON."""
    link = get_model("catalogue", "ProductCategory")._meta.db_table
    return _rows_as_json(link, ("category_id",), f"x.product_id = {product}", "category_id")
