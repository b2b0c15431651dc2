# ruff: noqa: S608 - the SQL is put together from table names, column names and integers only
"""Bring the derived tables up to date: set-based, and touching only rows that differ."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from oscar.core.loading import get_model

from shopflow.storefront.models import SEARCH_TERMS, SearchDocument, SearchWord
from shopflow.storefront.queries.categories import forget_category_tree
from shopflow.storefront.queries.listing import forget_facets
from shopflow.storefront.services import source_sql
from shopflow.storefront.services.derived import DERIVED, DOCUMENTS, Derived, stale_products
from shopflow.storefront.services.rebuild import CannotRebuild, can_rebuild, rebuild

logger = logging.getLogger("shopflow.storefront")

WORDS = SearchWord._meta.db_table
BATCH = 500
"""Products per transaction: small enough that an edit in the dashboard never waits long."""
REBUILD_FROM = 20_000
"""From so many wrong products on, if they are a quarter of all, new tables are quicker than changed ones."""
LOCK = 0x5F_11_57
"""Key of the advisory lock under which PostgreSQL refreshes one batch at a time; SQLite has one writer anyway."""


def refresh_products(product_ids: Iterable[int], *, stock_only: bool = False) -> None:
    """Recompute listing and search for these products; a variant's id stands for its parent.

    Products that are gone or hidden lose their rows. Safe to repeat; rows that are right already stay untouched.
    ``stock_only`` says that no more than their stock has changed, so that what is counted of the shelves stays true.
    """
    wanted = sorted(set(product_ids))
    if len(wanted) > BATCH:
        _analyze(source_sql.source_tables())
    _refresh_in_batches(wanted)
    if not stock_only:
        forget_facets()


def refresh_all() -> None:
    """Recompute listing and search for the whole catalogue, and the vocabulary with it.

    Looks for what differs without a lock and mends only that. Where most of it does, on PostgreSQL and outside a
    transaction, the tables are made anew beside the old ones; what was edited meanwhile is then mended as ever.
    """
    _analyze(source_sql.source_tables())
    if _lacks_most():
        _rebuild()
    stale = stale_products()
    if len(stale) >= max(REBUILD_FROM, SearchDocument.objects.count() // 4) and _rebuild():
        stale = stale_products()
    _refresh_in_batches(stale)
    with transaction.atomic():
        _lock()
        _refresh_words()
    forget_facets()
    forget_category_tree()


def _lacks_most() -> bool:
    """Whether the catalogue is large and most of it is not listed yet, as after its first import."""
    wanted = get_model("catalogue", "Product").objects.filter(is_public=True, parent=None).count()
    return wanted >= REBUILD_FROM and SearchDocument.objects.count() < wanted // 2


def _rebuild() -> bool:
    """Make the tables anew where that is possible, and say whether it was done."""
    if not can_rebuild():
        return False
    try:
        rebuild()
    except CannotRebuild as problem:
        logger.warning("The listing is refreshed row by row, because new tables could not be made: %s", problem)
        return False
    return True


def _refresh_in_batches(product_ids: Sequence[int]) -> None:
    for start in range(0, len(product_ids), BATCH):
        batch = _with_parents(product_ids[start : start + BATCH])
        with transaction.atomic():
            _refresh(f"IN ({', '.join(str(int(pk)) for pk in batch)})")
            _add_words(batch)


def _with_parents(product_ids: Sequence[int]) -> list[int]:
    parents = (
        get_model("catalogue", "Product")
        .objects.filter(pk__in=product_ids, parent__isnull=False)
        .values_list("parent_id", flat=True)
    )
    return sorted({*product_ids, *parents})


def _analyze(tables: Iterable[str]) -> None:
    """Tell PostgreSQL how full the tables are: right after an import its planner still believes them empty.

    When autovacuum looks while the import's transaction is open, it even notes that they are full pages of nothing,
    and the joins over them would loop row by row for minutes.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")


def _lock() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock({LOCK})")


def _refresh(ids: str) -> None:
    """Refresh the products whose id fulfils the condition ``ids``, such as ``IN (4, 7)``."""
    _lock()
    with connection.cursor() as cursor:
        for derived in DERIVED:
            cursor.execute(_delete(derived, ids))
            cursor.execute(_upsert(derived.table, derived.rows_sql(ids), keys=derived.keys, values=derived.values))


def _delete(derived: Derived, ids: str) -> str:
    same = " AND ".join(f"source.{key} = {derived.table}.{key}" for key in derived.keys)
    return f"""WITH source AS MATERIALIZED ({derived.keys_sql(ids)})
        DELETE FROM {derived.table} WHERE product_id {ids} AND NOT EXISTS (SELECT 1 FROM source WHERE {same})"""


def _upsert(table: str, source: str, *, keys: Sequence[str], values: Sequence[str]) -> str:
    """INSERT … SELECT of the rows that are missing or differ; PostgreSQL would lock unchanged rows otherwise."""
    columns = ", ".join([*keys, *values])
    changes = ", ".join(f"{column} = excluded.{column}" for column in values)
    same = " AND ".join(f"kept.{column} = source.{column}" for column in [*keys, *values])
    return f"""INSERT INTO {table} ({columns}) SELECT {columns} FROM ({source}) source
        WHERE NOT EXISTS (SELECT 1 FROM {table} kept WHERE {same})
        ON CONFLICT ({", ".join(keys)}) DO UPDATE SET {changes}"""


def _add_words(product_ids: list[int]) -> None:
    """New words become known at once; how often each occurs is counted by ``refresh_all``."""
    titles = SearchDocument.objects.filter(pk__in=product_ids).values_list("title", flat=True)
    words = {word for title in titles for word in title.split() if _is_word(word)}
    SearchWord.objects.bulk_create(
        [SearchWord(word=word, documents=1) for word in sorted(words)], ignore_conflicts=True
    )


def _is_word(word: str) -> bool:
    return word.isascii() and word.isalpha() and 3 <= len(word) <= 40


def _refresh_words() -> None:
    if connection.vendor == "postgresql":
        counted = f"""SELECT word, ndoc AS documents FROM ts_stat(
            $$SELECT ts_filter(vector, '{{a}}') FROM {DOCUMENTS}$$) WHERE word ~ '^[a-z]{{3,40}}$'"""
    else:
        counted = f"""SELECT term AS word, doc AS documents FROM {SEARCH_TERMS}
            WHERE col = 'title' AND length(term) BETWEEN 3 AND 40 AND term NOT GLOB '*[^a-z]*'"""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {WORDS} WHERE word NOT IN (SELECT word FROM ({counted}) counted)")
        cursor.execute(_upsert(WORDS, counted, keys=["word"], values=["documents"]))
