# ruff: noqa: S608 - the SQL is put together from table names and fixed words only; what people type is a parameter
"""The search: first as a number, then as words with endings, compounds and typing errors forgiven.

Every document's title says what the product is, so all hits are equally good and the newest come first; that order is
the primary key's, which both databases walk backwards without sorting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from shopflow.contracts.parts import number_rules
from shopflow.parts.queries import fitting_sql
from shopflow.parts.vehicle_keys import Vehicle
from shopflow.storefront.models import SEARCH_TEXT, SearchDocument, SearchNumber, SearchWord
from shopflow.storefront.queries.listing import COUNT_CAP, PAGE_SIZE, CappedCount
from shopflow.storefront.queries.words import spellings, stem, words_of

DOCUMENTS = SearchDocument._meta.db_table
MAX_WORDS = 6
MAX_QUERY = 120
MAX_NUMBER_HITS = 48
FORMS_PER_WORD = 40
"""How many words of the vocabulary one typed word may stand for (filter: Ölfilter, Luftfilter …)."""
CANDIDATES = 3000
SIMILAR_ENOUGH = 0.72
COMMON = 5_000
"""From so many documents on, a single word is looked for by walking the products instead of the index."""


@dataclass(frozen=True)
class Hits:
    """A page of search results. ``reasons`` says by which kind of number a product was found.

    ``corrected`` maps a typed word to the word that was searched instead.
    """

    product_ids: tuple[int, ...] = ()
    next_cursor: str = ""
    total: CappedCount = field(default_factory=lambda: CappedCount(0))
    reasons: Mapping[int, str] = field(default_factory=dict)
    corrected: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Term:
    """One typed word as what it may stand for: beginnings and whole words, joined by OR."""

    beginnings: tuple[str, ...]
    wholes: tuple[str, ...] = ()
    documents: int = 0


def search(text: str, *, cursor: str = "", size: int = PAGE_SIZE, vehicle: Vehicle | None = None) -> Hits:
    """Products for what was typed. ``cursor`` is the last product's id of the page before.

    ``vehicle`` narrows words to what fits it; a number is found whatever it fits.
    """
    text = text.replace("\0", "").strip()[:MAX_QUERY]
    if not text:
        return Hits()
    if not cursor:
        numbers = find_number(text)
        if numbers.product_ids:
            return numbers
    before = int(cursor) if cursor.isdecimal() and len(cursor) < 19 else None
    return _find_words(text, before=before, size=size, vehicle=vehicle)


def find_number(text: str, *, prefix: bool = True, limit: int = MAX_NUMBER_HITS) -> Hits:
    """Products with this number, however it is spelled; failing that, with numbers that begin so."""
    keys = {rule.key(text) for rule in number_rules}
    keys = {key[:80] for key in keys if len(key) >= 3 and any(sign.isdigit() for sign in key)}
    if not keys:
        return Hits()
    rows = _numbers(SearchNumber.objects.filter(key__in=keys), limit)
    if not rows and prefix:
        longest = max(keys, key=len)
        if len(longest) >= 4:
            rows = _numbers(SearchNumber.objects.filter(_begins("key", longest)), limit)
    reasons: dict[int, str] = {}
    for product_id, kind in rows:
        reasons.setdefault(product_id, kind)
    return Hits(product_ids=tuple(reasons), total=CappedCount(len(reasons)), reasons=reasons)


def _numbers(found: QuerySet[SearchNumber], limit: int) -> list[tuple[int, str]]:
    own_first = Case(When(kind="own", then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(found.order_by(own_first, "-product_id").values_list("product_id", "kind")[:limit])


def _begins(name: str, beginning: str) -> Q:
    """A condition that uses the index: PostgreSQL's pattern index knows LIKE, SQLite's knows ranges."""
    if connection.vendor == "postgresql":
        return Q(**{f"{name}__startswith": beginning})
    return Q(**{f"{name}__gte": beginning, f"{name}__lt": f"{beginning}\U0010ffff"})


def _find_words(text: str, *, before: int | None, size: int, vehicle: Vehicle | None) -> Hits:
    corrected: dict[str, str] = {}
    terms = [_term(word, corrected) for word in words_of(text)[:MAX_WORDS]]
    if not terms:
        return Hits()
    for titles_only in (True, False):
        ids, total = _match(terms, titles_only=titles_only, before=before, size=size, vehicle=vehicle)
        if ids or before is not None:
            break
    more = len(ids) > size
    ids = ids[:size]
    return Hits(
        product_ids=tuple(ids),
        next_cursor=str(ids[-1]) if more else "",
        total=total,
        corrected=corrected if ids else {},
    )


def _term(word: str, corrected: dict[str, str]) -> _Term:
    """What ``word`` may stand for. One query, two when it is misspelled; none for words with digits."""
    if not word.isalpha() or len(word) < 3:
        return _Term(beginnings=(word,)) if len(word) > 1 else _Term(beginnings=(), wholes=(word,))
    beginnings = tuple(dict.fromkeys(stem(spelling) for spelling in spellings(word)))
    known = _known_forms(beginnings)
    if not known:
        instead = _similar_word(word)
        if instead:
            corrected[word] = instead
            beginnings = (stem(instead),)
            known = _known_forms(beginnings)
    compounds = tuple(form for form, _ in known if not form.startswith(beginnings))
    return _Term(beginnings, compounds, sum(documents for _, documents in known))


def _known_forms(parts: tuple[str, ...]) -> list[tuple[str, int]]:
    inside = Q()
    for part in parts:
        inside |= Q(word__contains=part) if len(part) >= 4 else _begins("word", part)
    found = SearchWord.objects.filter(inside).order_by("-documents", "word")
    return list(found.values_list("word", "documents")[:FORMS_PER_WORD])


def _similar_word(word: str) -> str:
    """The known word that ``word`` was probably meant to be, or an empty text. Compares a bounded number of words."""
    near = Q(word__startswith=word[:2]) | Q(word__endswith=word[-3:]) | Q(word__contains=word[1:4])
    candidates = SearchWord.objects.filter(near).order_by("-documents").values_list("word", "documents")[:CANDIDATES]
    matcher = SequenceMatcher(b=word, autojunk=False)
    best, best_score = "", (SIMILAR_ENOUGH, 0)
    for candidate, documents in candidates:
        if abs(len(candidate) - len(word)) > 2:
            continue
        matcher.set_seq1(candidate)
        if matcher.real_quick_ratio() < best_score[0] or matcher.quick_ratio() < best_score[0]:
            continue
        score = (matcher.ratio(), documents)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _match(
    terms: list[_Term], *, titles_only: bool, before: int | None, size: int, vehicle: Vehicle | None
) -> tuple[list[int], CappedCount]:
    fitting, params = fitting_sql(vehicle) if vehicle else ("", {})
    match = _match_postgresql if connection.vendor == "postgresql" else _match_sqlite
    sql, parameters = match(terms, titles_only=titles_only, before=before, fitting=fitting)
    return _run(sql, parameters | params | {"limit": size + 1, "many": COUNT_CAP + 1})


def _match_postgresql(
    terms: list[_Term], *, titles_only: bool, before: int | None, fitting: str
) -> tuple[str, dict[str, object]]:
    """Rare words: all hits from the index first. One common word: walk the products, the next hit is never far."""
    weight = "A" if titles_only else ""
    query = " & ".join(
        "("
        + " | ".join(
            [f"{part}:*{weight}" for part in term.beginnings] + [f"{whole}:{weight or 'AD'}" for whole in term.wholes]
        )
        + ")"
        for term in terms
    )
    common = titles_only and len(terms) == 1 and terms[0].documents >= COMMON and not fitting
    fits = f"AND product_id IN ({fitting})" if fitting else ""
    upto = "product_id < %(before)s" if before is not None else "TRUE"
    if common:
        sql = f"""SELECT product_id, %(many)s FROM {DOCUMENTS}
            WHERE vector @@ to_tsquery('pg_catalog.simple', %(query)s) AND {upto}
            ORDER BY product_id DESC LIMIT %(limit)s"""
    else:
        sql = f"""WITH hits AS MATERIALIZED (
                SELECT product_id FROM {DOCUMENTS}
                WHERE vector @@ to_tsquery('pg_catalog.simple', %(query)s) {fits})
            SELECT product_id, (SELECT COUNT(*) FROM (SELECT 1 FROM hits LIMIT %(many)s) capped) FROM hits
            WHERE {upto} ORDER BY product_id DESC LIMIT %(limit)s"""
    return sql, {"query": query, "before": before}


def _match_sqlite(
    terms: list[_Term], *, titles_only: bool, before: int | None, fitting: str
) -> tuple[str, dict[str, object]]:
    query = " AND ".join(
        "(" + " OR ".join([f"{part}*" for part in term.beginnings] + list(term.wholes)) + ")" for term in terms
    )
    if titles_only:
        query = f"{{title}} : ({query})"
    upto = "AND rowid < %(before)s" if before is not None else ""
    fits = f"AND rowid IN ({fitting})" if fitting else ""
    sql = f"""SELECT rowid, (SELECT COUNT(*) FROM (
            SELECT 1 FROM {SEARCH_TEXT} WHERE {SEARCH_TEXT} MATCH %(query)s {fits} LIMIT %(many)s))
        FROM {SEARCH_TEXT} WHERE {SEARCH_TEXT} MATCH %(query)s {fits} {upto} ORDER BY rowid DESC LIMIT %(limit)s"""
    return sql, {"query": query} | ({"before": before} if before is not None else {})


def _run(sql: str, parameters: Mapping[str, object]) -> tuple[list[int], CappedCount]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    return [pk for pk, _ in rows], CappedCount(rows[0][1] if rows else 0)
