# ruff: noqa: S608 - the SQL is put together from table names, column names and integers only
"""Category pages: filters, sorting, keyset paging and capped counts over ``ListingEntry``.

No query counts a whole shelf or skips rows, so a page costs the same at ten thousand and at a million products.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.types import Label
from shopflow.parts.queries import fitting_products
from shopflow.parts.vehicle_keys import Vehicle
from shopflow.storefront.models import WHOLE_CATALOGUE, ListingEntry

PAGE_SIZE = 24
COUNT_CAP = 1000
FACET_SCAN = 5000
"""How many rows of a filtered shelf are looked at to count its brands."""
FACET_SECONDS = 120
MAX_BRANDS = 60


@dataclass(frozen=True)
class Sorting:
    """A way to sort; ``field`` is the leading key, the product's id decides between equals."""

    code: str
    label: Label
    field: str
    descending: bool = False


SORTINGS = {
    sorting.code: sorting
    for sorting in (
        Sorting("neu", _("Newest first"), "newest", descending=True),
        Sorting("preis", _("Price, lowest first"), "price_cents"),
        Sorting("preis-ab", _("Price, highest first"), "price_cents", descending=True),
        Sorting("name", _("Name"), "title_key"),
    )
}
DEFAULT_SORTING = SORTINGS["neu"]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a visitor narrowed the shelf to; prices in cents including VAT. ``vehicle`` is what parts must fit."""

    brands: tuple[str, ...] = ()
    available: bool = False
    price_from: int | None = None
    price_to: int | None = None
    vehicle: Vehicle | None = None

    def __bool__(self) -> bool:
        return self != Filters()

    def apply(self, entries: QuerySet[ListingEntry]) -> QuerySet[ListingEntry]:
        if self.brands:
            entries = entries.filter(brand__in=self.brands)
        if self.available:
            entries = entries.filter(is_available=True)
        if self.price_from is not None:
            entries = entries.filter(price_cents__gte=self.price_from)
        if self.price_to is not None:
            entries = entries.filter(price_cents__lte=self.price_to)
        if self.vehicle:
            entries = entries.filter(product_id__in=fitting_products(self.vehicle))
        return entries


@dataclass(frozen=True)
class Page:
    """One page of product ids. ``next_cursor`` is empty on the last page."""

    product_ids: tuple[int, ...]
    next_cursor: str


@dataclass(frozen=True)
class CappedCount:
    """A count up to a cap: ``str()`` is “17” or “1000+”."""

    value: int
    cap: int = COUNT_CAP

    @property
    def is_capped(self) -> bool:
        return self.value > self.cap

    def __str__(self) -> str:
        return f"{self.cap}+" if self.is_capped else str(self.value)


@dataclass(frozen=True)
class BrandCount:
    """A brand on the shelf with how many parts it has there; None where that is not known cheaply."""

    brand: str
    count: CappedCount | None = None


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A shelf as a visitor looks at it. ``shelf`` is a category's primary key or 0 for everything."""

    shelf: int = WHOLE_CATALOGUE
    filters: Filters = field(default_factory=Filters)
    sorting: Sorting = DEFAULT_SORTING

    def entries(self) -> QuerySet[ListingEntry]:
        return self.filters.apply(ListingEntry.objects.filter(shelf=self.shelf))

    def page(self, cursor: str = "", *, size: int = PAGE_SIZE) -> Page:
        """The page after ``cursor``; the first one for an empty or unreadable cursor. One query."""
        by = self.sorting
        entries = self.entries()
        after = read_cursor(cursor, by)
        if after is not None:
            beyond = TupleLessThan if by.descending else TupleGreaterThan
            entries = entries.filter(beyond(Tuple(F(by.field), F("product_id")), after))
        sign = "-" if by.descending else ""
        rows = list(
            entries.order_by(f"{sign}{by.field}", f"{sign}product_id").values_list(by.field, "product_id")[: size + 1]
        )
        more = len(rows) > size
        rows = rows[:size]
        return Page(tuple(pk for _key, pk in rows), write_cursor(*rows[-1]) if more else "")

    def newest(self, count: int) -> QuerySet[ListingEntry, int]:
        """Ids of the newest products, to be read alone or inside another query."""
        return self._newest_entries().values_list("product_id", flat=True)[:count]

    def _newest_entries(self) -> QuerySet[ListingEntry]:
        """In an order that an index has: a planner that may take any rows up to a limit reads the whole table."""
        return self.entries().order_by(f"-{DEFAULT_SORTING.field}", "-product_id")

    def count(self) -> CappedCount:
        """How many products there are, counted up to the cap. At most one query; none for a shelf counted lately."""
        key = f"shopflow:storefront:count:{_version()}:{self.shelf}"
        known = None if self.filters else cache.get(key)
        if known is None:
            known = self._newest_entries()[: COUNT_CAP + 1].count()
            if not self.filters:
                cache.set(key, known, FACET_SECONDS)
        return CappedCount(known)

    def brands(self) -> list[BrandCount]:
        """The brands on this shelf under all filters but the brand's own. At most one query."""
        others = replace(self.filters, brands=())
        if not others:
            return _brands_of_shelf(self.shelf)
        looked_at = replace(self, filters=others)._newest_entries().values("brand")[: FACET_SCAN + 1]
        sql, parameters = looked_at.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT brand, COUNT(*) FROM ({sql}) looked_at GROUP BY brand", parameters)
            counted = sorted(cursor.fetchall(), key=lambda row: row[0].casefold())
        complete = sum(number for _, number in counted) <= FACET_SCAN
        found = [BrandCount(brand, CappedCount(number) if complete else None) for brand, number in counted if brand]
        return found[:MAX_BRANDS]


def forget_facets() -> None:
    """Count shelves and brands anew; called after every refresh but those of the stock alone."""
    cache.set("shopflow:storefront:facets", _version() + 1, None)


def _version() -> int:
    return int(cache.get("shopflow:storefront:facets", 0))


def _brands_of_shelf(shelf: int) -> list[BrandCount]:
    """Hop through the brand index instead of grouping the shelf: a few rows per brand, whatever the shelf holds."""
    key = f"shopflow:storefront:brands:{_version()}:{shelf}"
    known: list[BrandCount] | None = cache.get(key)
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(_BRANDS_SQL, {"shelf": shelf, "limit": MAX_BRANDS, "cap": COUNT_CAP + 1})
            known = [BrandCount(brand, CappedCount(number)) for brand, number in cursor.fetchall()]
        known.sort(key=lambda item: item.brand.casefold())
        cache.set(key, known, FACET_SECONDS)
    return known


_TABLE = ListingEntry._meta.db_table
_BRANDS_SQL = f"""
    WITH RECURSIVE hop(brand) AS (
        SELECT MIN(brand) FROM {_TABLE} WHERE shelf = %(shelf)s AND brand > ''
        UNION ALL
        SELECT (SELECT MIN(e.brand) FROM {_TABLE} e WHERE e.shelf = %(shelf)s AND e.brand > hop.brand)
        FROM hop WHERE hop.brand IS NOT NULL
    ), brands AS (SELECT brand FROM hop WHERE brand IS NOT NULL LIMIT %(limit)s)
    SELECT b.brand, (SELECT COUNT(*) FROM (SELECT 1 FROM {_TABLE} e
        WHERE e.shelf = %(shelf)s AND e.brand = b.brand LIMIT %(cap)s) AS few)
    FROM brands b
"""


def write_cursor(key: Any, product_id: int) -> str:
    """The place behind this row, as it stands in a list's address."""
    value = key.isoformat() if isinstance(key, datetime) else key
    return base64.urlsafe_b64encode(json.dumps([value, product_id]).encode()).decode().rstrip("=")


def read_cursor(cursor: str, sorting: Sorting) -> tuple[Any, int] | None:
    """The position in ``cursor``, or None when it is empty, damaged or from another sorting."""
    if not cursor or len(cursor) > 300:
        return None
    try:
        value, product_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        key = ListingEntry._meta.get_field(sorting.field).to_python(value)
        if isinstance(key, str):
            return key.replace("\0", ""), _whole(product_id)
        return (_whole(key) if isinstance(key, int) else key), _whole(product_id)
    except (ValueError, TypeError, OverflowError, binascii.Error, ValidationError):
        return None


def _whole(number: Any) -> int:
    """``number`` as an int that the database can hold; raises ValueError."""
    if not 0 <= int(number) < 2**63:
        raise ValueError(number)
    return int(number)


def newest_ids(count: int) -> tuple[int, ...]:
    """The newest goods that are sent or fetched (no digital ones) and can be bought at once. One query."""
    goods = Listing(filters=Filters(available=True)).entries().filter(product__product_class__requires_shipping=True)
    return tuple(goods.order_by("-newest", "-product_id").values_list("product_id", flat=True)[:count])
