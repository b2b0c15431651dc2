"""Primary keys of new products and parts, given out before they are written: no row is written twice for its key."""

from __future__ import annotations

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.staging import analyze
from shopflow.parts.models import PartRecord
from shopflow.parts.services import Stage
from shopflow.parts.services.sql import execute


def give_out(stage: Stage) -> None:
    """Fill ``part_id`` and, unless a product is adopted, ``product_id`` of the new rows of the plan.

    PostgreSQL is told what the plan has become: the narrow plan is to be hashed, not the wide rows that it is about.
    """
    product, part = get_model("catalogue", "Product")._meta.db_table, PartRecord._meta.db_table
    execute(
        f"""UPDATE {stage.plan} SET part_id = {_next(part)}, product_id = COALESCE(product_id, {_next(product)})
            WHERE kind = 'new'"""
    )
    analyze(stage.plan, "line", "part_id", "product_id")


def _next(table: str) -> str:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
            return f"nextval('{cursor.fetchone()[0]}')"
    return f"{_last(table)} + rowid"


def _last(table: str) -> int:
    """The highest key that SQLite has ever given out; the transaction keeps others from writing."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
        highest = int(cursor.fetchone()[0])
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        return max(highest, int(cursor.fetchone()[0]))
