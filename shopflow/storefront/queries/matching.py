# ruff: noqa: S608 - the SQL is put together from table names and fixed words only; what people type is a parameter
"""Which products hold the searched words, a page at a time, in a time that does not grow with the catalogue.

Few hits: all of them from the full-text index, those first whose title begins with what was typed, then the newest.
Many hits: a walk from the newest product backwards, because the next hit is never far; the index would have to name
them all. A page remembers which of both its list was made by, so that no product is shown twice or left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from django.core.cache import cache
from django.db import connection

from shopflow.parts.queries import fitting_sql
from shopflow.parts.vehicle_keys import Vehicle
from shopflow.storefront.models import SEARCH_TEXT, SearchDocument
from shopflow.storefront.queries.listing import COUNT_CAP, CappedCount
from shopflow.storefront.queries.words import fold

DOCUMENTS = SearchDocument._meta.db_table
MANY = 2 * COUNT_CAP
"""From so many expected hits on, the products are walked: then even half of them is still “1000+”."""
WINDOW = 20_000
"""How many products a walk looks at before it leaves the search to the index: a few milliseconds."""
COUNT_SECONDS = 300
TITLE_VECTOR = "to_tsvector('pg_catalog.simple', title)"
"""Indexed as such: without weights the index alone decides, and no row is read in vain."""


@dataclass(frozen=True)
class Term:
    """One typed word as what it may stand for, joined by OR.

    ``forms`` are all words of the titles that it stands for, if they are known and not too many; otherwise
    ``beginnings`` and ``wholes`` decide. ``documents`` is how many titles hold one of them, 0 if that is not known.
    """

    beginnings: tuple[str, ...]
    wholes: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    documents: int = 0

    def as_tsquery(self, *, titles_only: bool, weight: str) -> str:
        if titles_only and self.forms:
            return " | ".join(f"{form}:{weight}" if weight else form for form in self.forms)
        whole = f":{weight}" if weight else ""
        return " | ".join([*(f"{part}:*{weight}" for part in self.beginnings), *(word + whole for word in self.wholes)])


@dataclass(frozen=True)
class Place:
    """Behind which product a page begins; ``rank`` only in lists that are ranked."""

    product_id: int
    rank: int | None = None

    def __str__(self) -> str:
        return str(self.product_id) if self.rank is None else f"{self.rank}-{self.product_id}"


@dataclass(frozen=True)
class Matches:
    """A page of product ids, the place behind it (None on the last page), and how many hits there are."""

    product_ids: tuple[int, ...]
    next_place: Place | None
    total: CappedCount


def read_place(cursor: str) -> Place | None:
    """The place that ``str(place)`` wrote into an address; None for anything else."""
    rank, dash, product_id = cursor.rpartition("-")
    if not product_id.isdecimal() or len(product_id) > 18 or (dash and rank not in {"0", "1"}):
        return None
    return Place(int(product_id), int(rank) if dash else None)


def match(
    terms: Sequence[Term], text: str, *, titles_only: bool, after: Place | None, size: int, vehicle: Vehicle | None
) -> Matches:
    """Products that hold every term, in the title or anywhere. ``text`` is what was typed."""
    is_postgresql = connection.vendor == "postgresql"
    if is_postgresql and vehicle is None and (after is None or after.rank is None):
        window = _window(terms, titles_only=titles_only, size=size)
        found = _walk(terms, titles_only=titles_only, after=after, size=size, window=window) if window else []
        if len(found) > size:
            return Matches(tuple(found[:size]), Place(found[size - 1]), CappedCount(COUNT_CAP + 1))
    ranked = after.rank is not None if after else (is_postgresql or _expected(terms) < MANY)
    sql = _hits_postgresql if is_postgresql else _hits_sqlite
    fitting, parameters = fitting_sql(vehicle) if vehicle else ("", {})
    hits, query = sql(terms, titles_only=titles_only, fitting=fitting, ranked=ranked)
    begins = fold(text)
    parameters |= {"query": query, "begins": begins, "beyond": f"{begins}\U0010ffff"}
    return _page(hits, parameters, after=after, size=size, ranked=ranked)


def _page(hits: str, parameters: dict[str, object], *, after: Place | None, size: int, ranked: bool) -> Matches:
    """Sort and cut the rows ``(product_id, nearness)`` of the SQL ``hits``."""
    beyond = ""
    if after is not None:
        beyond = "WHERE (nearness, product_id) < (%(rank)s, %(before)s)" if ranked else "WHERE product_id < %(before)s"
        parameters |= {"rank": after.rank, "before": after.product_id}
    sql = f"""WITH hits AS MATERIALIZED ({hits})
        SELECT product_id, nearness, (SELECT COUNT(*) FROM (SELECT 1 FROM hits LIMIT %(many)s) capped) FROM hits
        {beyond} ORDER BY {"nearness DESC, " if ranked else ""}product_id DESC LIMIT %(limit)s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters | {"limit": size + 1, "many": COUNT_CAP + 1})
        rows = cursor.fetchall()
    shown, more = rows[:size], len(rows) > size
    place = Place(shown[-1][0], int(shown[-1][1]) if ranked else None) if more else None
    return Matches(tuple(row[0] for row in shown), place, CappedCount(rows[0][2] if rows else 0))


def _hits_postgresql(terms: Sequence[Term], *, titles_only: bool, fitting: str, ranked: bool) -> tuple[str, str]:
    vector = TITLE_VECTOR if titles_only else "vector"
    begins = """title COLLATE "C" >= %(begins)s AND title COLLATE "C" < %(beyond)s"""
    nearness = f"CASE WHEN {begins} THEN 1 ELSE 0 END" if ranked else "0"
    fits = f"AND product_id IN ({fitting})" if fitting else ""
    sql = f"""SELECT product_id, {nearness} AS nearness FROM {DOCUMENTS}
        WHERE {vector} @@ to_tsquery('pg_catalog.simple', %(query)s) {fits}"""
    return sql, _tsquery(terms, titles_only=titles_only)


def _hits_sqlite(terms: Sequence[Term], *, titles_only: bool, fitting: str, ranked: bool) -> tuple[str, str]:
    query = " AND ".join(f"({' OR '.join([*(f'{part}*' for part in t.beginnings), *t.wholes])})" for t in terms)
    nearness = "title >= %(begins)s AND title < %(beyond)s" if ranked else "0"
    fits = f"AND rowid IN ({fitting})" if fitting else ""
    sql = f"""SELECT rowid AS product_id, {nearness} AS nearness FROM {SEARCH_TEXT}
        WHERE {SEARCH_TEXT} MATCH %(query)s {fits}"""
    return sql, f"{{title}} : ({query})" if titles_only else query


def _tsquery(terms: Sequence[Term], *, titles_only: bool, weight: str = "") -> str:
    return " & ".join(f"({term.as_tsquery(titles_only=titles_only, weight=weight)})" for term in terms)


def _walk(terms: Sequence[Term], *, titles_only: bool, after: Place | None, size: int, window: int) -> list[int]:
    """The next hits among the next ``window`` products, newest first; one more than a page if there are so many."""
    upto = "WHERE product_id < %(before)s" if after is not None else ""
    sql = f"""SELECT product_id FROM (
            SELECT product_id, vector FROM {DOCUMENTS} {upto} ORDER BY product_id DESC LIMIT %(window)s) newest
        WHERE vector @@ to_tsquery('pg_catalog.simple', %(query)s) ORDER BY product_id DESC LIMIT %(limit)s"""
    query = _tsquery(terms, titles_only=titles_only, weight="A" if titles_only else "")
    before = after.product_id if after is not None else None
    with connection.cursor() as cursor:
        cursor.execute(sql, {"query": query, "before": before, "window": window, "limit": size + 1})
        return [product_id for (product_id,) in cursor.fetchall()]


def _window(terms: Sequence[Term], *, titles_only: bool, size: int) -> int:
    """How many products to walk, so few that a full page of hits among them means many; 0 where hits are rare."""
    known = any(term.documents for term in terms)
    if titles_only and known and _expected(terms) < MANY:
        return 0
    return min(WINDOW, size * document_count() // MANY)


def _expected(terms: Sequence[Term]) -> float:
    """In how many titles all the terms would stand if they had nothing to do with each other."""
    every = max(document_count(), 1)
    return every * prod(min(1.0, term.documents / every) for term in terms if term.documents)


def document_count() -> int:
    """About how many products can be found. Cached; PostgreSQL's own estimate, since counting reads them all."""
    key = "shopflow:storefront:documents"
    known: int | None = cache.get(key)
    if known is None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE oid = %s::regclass", [DOCUMENTS])
                known = max(0, cursor.fetchone()[0])
        else:
            known = SearchDocument.objects.count()
        cache.set(key, known, COUNT_SECONDS)
    return known
