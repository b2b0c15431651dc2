"""What the planner believes of the tables: brought up to date at once when an import has filled them."""

from __future__ import annotations

from django.db import connection
from oscar.core.loading import get_model

from shopflow.parts.models import PartFitment, PartRecord, PartReference
from shopflow.parts.services import Moved, any_asked
from shopflow.parts.services.sql import execute

GROWTH = 5
"""A run that adds or changes every fifth part or more makes the old statistics worthless."""
SAMPLE = 30
"""Statistics target for the moment; autovacuum comes minutes later and looks at more."""
ROWS_OF_AN_INDEX = 1000
"""How much SQLite looks at of each index: enough to tell one that finds a row from one that finds them all."""


def refresh_statistics(*, created: int, touched: int, unchanged: int, moved: Moved) -> None:
    """Look at the columns that are joined and searched, of tables that a large run has written.

    A run that adds nothing leaves Oscar's tables with as many rows, found by the same values as before. One that has
    changed nothing but prices and stocks moves a single column that anything is found by, which matters where parts
    are judged by what has ``moved``.
    """
    if touched * GROWTH < unchanged + 1000:
        return
    if moved in (Moved.AMOUNTS, Moved.TRADE):
        if any_asked(moved):
            _look_at_runs()
        return
    if connection.vendor == "sqlite":
        _look_at_indexes(adds=bool(created))
        return
    execute(f"SET LOCAL default_statistics_target = {SAMPLE}")
    for table, names in _searched(adds=bool(created)).items():
        execute(f"ANALYZE {table} ({', '.join(names)})")
    execute("SET LOCAL default_statistics_target TO DEFAULT")


def _look_at_runs() -> None:
    """Which run has changed a part: SQLite has no index on it, and looks at indexes alone."""
    if connection.vendor == "postgresql":
        execute(f"SET LOCAL default_statistics_target = {SAMPLE}")
        execute(f"ANALYZE {PartRecord._meta.db_table} (changed_by_run)")
        execute("SET LOCAL default_statistics_target TO DEFAULT")


def _look_at_indexes(*, adds: bool) -> None:
    """SQLite otherwise takes any index for as good as another, and all stock records of a shop for those of a part."""
    execute(f"PRAGMA analysis_limit = {ROWS_OF_AN_INDEX}")
    for table in _searched(adds=adds):
        execute(f"ANALYZE {table}")


def _searched(*, adds: bool) -> dict[str, tuple[str, ...]]:
    product, link = get_model("catalogue", "Product"), get_model("catalogue", "ProductCategory")
    stock = get_model("partner", "StockRecord")
    marks = ("missing", "hidden_by_import", "hidden_by_gate", "changed_by_run", "source", "manufacturer_id")
    oscar: dict[str, tuple[str, ...]] = {
        product._meta.db_table: ("id", "upc", "code", "is_public", "structure", "product_class_id", "date_created"),
        link._meta.db_table: ("product_id", "category_id"),
        stock._meta.db_table: ("product_id", "partner_id", "partner_sku", "num_allocated"),
    }
    own = {
        PartRecord._meta.db_table: ("id", "product_id", "brand_id", "number_key", "identity", "un_number", *marks),
        PartFitment._meta.db_table: ("part_id", "hsn", "tsn"),
        PartReference._meta.db_table: ("part_id", "kind", "number_key"),
    }
    return {**oscar, **own} if adds else own
