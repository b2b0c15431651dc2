# ruff: noqa: S608 - the SQL is put together from table names, column names and integers only
"""Bring the derived tables up to date: set-based, and touching only rows that differ."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice, pairwise

from django.db import connection, transaction
from oscar.core.loading import get_model

from shopflow.storefront.models import SEARCH_TERMS, ListingEntry, SearchDocument, SearchNumber, SearchWord
from shopflow.storefront.queries.categories import forget_category_tree
from shopflow.storefront.queries.listing import forget_facets
from shopflow.storefront.services import source_sql

ENTRIES, DOCUMENTS = ListingEntry._meta.db_table, SearchDocument._meta.db_table
NUMBERS, WORDS = SearchNumber._meta.db_table, SearchWord._meta.db_table
BATCH = 500
RANGE = 20_000
"""Products per transaction of a full refresh: small enough that an edit in the dashboard never waits long."""
LOCK = 0x5F_11_57
"""Key of the advisory lock under which PostgreSQL refreshes one batch at a time; SQLite has one writer anyway."""


def refresh_products(product_ids: Iterable[int]) -> None:
    """Recompute listing and search for these products; a variant's id stands for its parent.

    Products that are gone or hidden lose their rows. Safe to repeat; rows that are right already stay untouched.
    """
    wanted = sorted(set(product_ids))
    if len(wanted) > BATCH:
        _analyze(source_sql.source_tables())
    for start in range(0, len(wanted), BATCH):
        batch = _with_parents(wanted[start : start + BATCH])
        with transaction.atomic():
            _refresh(f"IN ({', '.join(str(int(pk)) for pk in batch)})")
            _add_words(batch)
    forget_facets()


def refresh_all() -> None:
    """Recompute listing and search for the whole catalogue, batch by batch, and the vocabulary with it."""
    _analyze(source_sql.source_tables())
    for number, condition in enumerate(_ranges()):
        with transaction.atomic():
            _refresh(condition)
        if number == 0:
            _analyze((ENTRIES, DOCUMENTS, NUMBERS))
    with transaction.atomic():
        _lock()
        _refresh_words()
    forget_facets()
    forget_category_tree()


def _ranges() -> list[str]:
    """Conditions that together cover every id, also ids of rows whose product is gone."""
    ids = get_model("catalogue", "Product").objects.order_by("pk").values_list("pk", flat=True).iterator()
    edges = list(islice(ids, RANGE, None, RANGE))
    if not edges:
        return ["> 0"]
    middle = [f"BETWEEN {low} AND {high - 1}" for low, high in pairwise(edges)]
    return [f"< {edges[0]}", *middle, f">= {edges[-1]}"]


def _with_parents(product_ids: list[int]) -> list[int]:
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
    only, scope = f"p.id {ids}", f"product_id {ids}"
    with connection.cursor() as cursor:
        for statement in (
            _delete(ENTRIES, source_sql.members_sql(only), scope, keys=["shelf", "product_id"]),
            _upsert(
                ENTRIES,
                source_sql.entries_sql(only),
                keys=["shelf", "product_id"],
                values=["newest", "title_key", "price_cents", "is_available", "brand"],
            ),
            _delete(DOCUMENTS, source_sql.documents_sql(only), scope, keys=["product_id"]),
            _upsert(DOCUMENTS, source_sql.documents_sql(only), keys=["product_id"], values=["title", "body"]),
            _delete(NUMBERS, source_sql.numbers_sql(only), scope, keys=["product_id", "key"]),
            _upsert(NUMBERS, source_sql.numbers_sql(only), keys=["product_id", "key"], values=["kind"]),
        ):
            cursor.execute(statement)


def _delete(table: str, source: str, scope: str, *, keys: list[str]) -> str:
    same = " AND ".join(f"source.{key} = {table}.{key}" for key in keys)
    return f"""WITH source AS MATERIALIZED ({source})
        DELETE FROM {table} WHERE {scope} AND NOT EXISTS (SELECT 1 FROM source WHERE {same})"""


def _upsert(table: str, source: str, *, keys: list[str], values: list[str]) -> str:
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
