"""The search: first as a number, then as words with endings, compounds and typing errors forgiven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from shopflow.contracts.parts import number_rules
from shopflow.parts.vehicle_keys import Vehicle
from shopflow.storefront.models import WHOLE_CATALOGUE, ListingEntry, SearchNumber, SearchWord
from shopflow.storefront.queries.listing import PAGE_SIZE, CappedCount
from shopflow.storefront.queries.matching import Place, Term, match, read_place
from shopflow.storefront.queries.words import spellings, stem, words_of

MAX_WORDS = 6
MAX_QUERY = 120
MAX_NUMBER_HITS = 48
NUMBER_CANDIDATES = 500
"""How many numbers are looked at when only their beginning was typed."""
FORMS_PER_WORD = 40
"""How many words of the vocabulary one typed word may stand for (filter: Ölfilter, Luftfilter …)."""
CANDIDATES = 3000
SIMILAR_ENOUGH = 0.72


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


def search(text: str, *, cursor: str = "", size: int = PAGE_SIZE, vehicle: Vehicle | None = None) -> Hits:
    """Products for what was typed. ``cursor`` is the ``next_cursor`` of the page before.

    ``vehicle`` narrows words to what fits it; a number is found whatever it fits.
    """
    text = text.replace("\0", "").strip()[:MAX_QUERY]
    if not text:
        return Hits()
    if not cursor:
        numbers = find_number(text)
        if numbers.product_ids:
            return numbers
    return _find_words(text, after=read_place(cursor), size=size, vehicle=vehicle)


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
            some = SearchNumber.objects.filter(_begins("key", longest)).values("pk")[:NUMBER_CANDIDATES]
            rows = _numbers(SearchNumber.objects.filter(pk__in=some), limit)
    reasons: dict[int, str] = {}
    for product_id, kind in rows:
        reasons.setdefault(product_id, kind)
    if "former" in reasons.values():
        last = _sold_out_and_replaced(reasons)
        reasons = dict(sorted(reasons.items(), key=lambda item: item[0] in last))
    return Hits(product_ids=tuple(reasons), total=CappedCount(len(reasons)), reasons=reasons)


def _sold_out_and_replaced(product_ids: Iterable[int]) -> set[int]:
    """Old parts without stock among these: what is sold today comes before them. One query."""
    sold_out = ListingEntry.objects.filter(shelf=WHOLE_CATALOGUE, product_id__in=list(product_ids), is_available=False)
    replaced = sold_out.filter(product__part_record__current_parts__isnull=False)
    return set(replaced.values_list("product_id", flat=True))


def _numbers(found: QuerySet[SearchNumber], limit: int) -> list[tuple[int, str]]:
    own_first = Case(When(kind="own", then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(found.order_by(own_first, "-product_id").values_list("product_id", "kind")[:limit])


def _begins(name: str, beginning: str) -> Q:
    """A condition that uses the index: PostgreSQL's pattern index knows LIKE, SQLite's knows ranges."""
    if connection.vendor == "postgresql":
        return Q(**{f"{name}__startswith": beginning})
    return Q(**{f"{name}__gte": beginning, f"{name}__lt": f"{beginning}\U0010ffff"})


def _find_words(text: str, *, after: Place | None, size: int, vehicle: Vehicle | None) -> Hits:
    corrected: dict[str, str] = {}
    terms = [_term(word, corrected) for word in words_of(text)[:MAX_WORDS]]
    if not terms:
        return Hits()
    for titles_only in (True, False):
        found = match(terms, text, titles_only=titles_only, after=after, size=size, vehicle=vehicle)
        if found.product_ids or after is not None:
            break
    return Hits(
        product_ids=found.product_ids,
        next_cursor=str(found.next_place) if found.next_place else "",
        total=found.total,
        corrected=corrected if found.product_ids else {},
    )


def _term(word: str, corrected: dict[str, str]) -> Term:
    """What ``word`` may stand for. One query, two when it is misspelled; none for words with digits."""
    if not word.isalpha() or len(word) < 3:
        return Term(beginnings=(word,)) if len(word) > 1 else Term(beginnings=(), wholes=(word,))
    beginnings = tuple(dict.fromkeys(stem(spelling) for spelling in spellings(word)))
    known = _known_forms(beginnings)
    if not known:
        instead = _similar_word(word)
        if instead:
            corrected[word] = instead
            beginnings = (stem(instead),)
            known = _known_forms(beginnings)
    forms = tuple(form for form, _ in known)
    return Term(
        beginnings,
        wholes=tuple(form for form in forms if not form.startswith(beginnings)),
        forms=forms if len(forms) < FORMS_PER_WORD else (),
        documents=sum(documents for _, documents in known),
    )


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
