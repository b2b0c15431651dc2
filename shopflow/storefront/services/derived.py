# ruff: noqa: S608 - the SQL is put together from table names and column names only
"""The derived tables: which there are, which rows they should hold, and which products' rows differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from shopflow.storefront.models import ListingEntry, SearchDocument, SearchNumber
from shopflow.storefront.services import source_sql

DOCUMENTS = SearchDocument._meta.db_table
SORT_MEMORY = "64MB"
"""What one sort or join over the whole catalogue may use of PostgreSQL's memory before it goes to disk."""


@dataclass(frozen=True)
class Derived:
    """A table, the columns that identify its rows, the others, and the SQL of its rows and of its identifiers."""

    table: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    rows_sql: Callable[[str], str]
    keys_sql: Callable[[str], str]

    @property
    def columns(self) -> str:
        return ", ".join([*self.keys, *self.values])


DERIVED = (
    Derived(
        ListingEntry._meta.db_table,
        ("shelf", "product_id"),
        ("newest", "title_key", "price_cents", "is_available", "brand"),
        source_sql.entries_sql,
        source_sql.members_sql,
    ),
    Derived(DOCUMENTS, ("product_id",), ("title", "body"), source_sql.documents_sql, source_sql.browsable_sql),
    Derived(
        SearchNumber._meta.db_table, ("product_id", "key"), ("kind",), source_sql.numbers_sql, source_sql.numbers_sql
    ),
)


def stale_products() -> list[int]:
    """Ids of the products of which some row is missing, too much or wrong, in one pass over each table.

    A row that is right stands once in what should be and once in what is; only reads, and locks nothing.
    """
    found: set[int] = set()
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET LOCAL work_mem = '{SORT_MEMORY}'")
        for derived in DERIVED:
            cursor.execute(
                f"""SELECT DISTINCT product_id FROM (
                    SELECT {derived.columns} FROM ({derived.rows_sql("")}) wanted
                    UNION ALL SELECT {derived.columns} FROM {derived.table}
                ) rows GROUP BY {derived.columns} HAVING COUNT(*) = 1"""
            )
            found.update(product_id for (product_id,) in cursor.fetchall())
    return sorted(found)
