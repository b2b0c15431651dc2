"""A canonical part as a row of the staging table."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from dealer_import.canonical import Part
from dealer_import.pricing import PricePlan, PriceRule, price_plan
from dealer_import.profiles import Profile
from dealer_import.stage_tables import AS_THEY_ARE
from dealer_import.texts import german_slug

MAX_STOCK = 2_000_000_000
SEPARATOR = "\x1f"
"""Between the names of a category's path."""
_NO_SIZE = (None, None, None)

_as_they_are = itemgetter(*(Part._fields.index(field) for field, _kind in AS_THEY_ARE.values()))
slug_of = lru_cache(maxsize=20_000)(german_slug)


class RowMaker:
    """Makes rows in the order of ``PART_COLUMNS`` and remembers the brands and categories that they name."""

    def __init__(self, profile: Profile, rule: PriceRule, today: date) -> None:
        self._rules, self.counts = profile.number_rules, profile.stock_counts
        self._keeps_locations = "stock" in profile.columns and len(profile.columns["stock"].sources) > 1
        self._rule, self._today = rule, today
        self._is_plain = rule.is_plain
        self._brands: dict[str, tuple[str, str]] = {}
        self._categories: dict[tuple[str, ...], int] = {}

    def brands(self) -> list[tuple[str, str, str]]:
        """Code, name and number rule of every brand so far."""
        return [(code, name, rule) for code, (name, rule) in self._brands.items()]

    def categories(self) -> list[tuple[int, str, None]]:
        """Number, path and the still unknown key of every category so far."""
        return [(number, SEPARATOR.join(path), None) for path, number in self._categories.items()]

    def row(self, part: Part, raw_hash: int | None, row_hash: int) -> tuple[tuple[Any, ...], PricePlan]:
        """The staged row of ``part`` and its prices."""
        code = part.brand_code
        if code not in self._brands:
            self._brands[code] = (part.brand_name, self._rules.get(part.brand_name, ""))
        prices = self._prices(part)
        length, width, height = part.dimensions_mm or _NO_SIZE
        category = part.category
        return (
            *_as_they_are(part),
            f"{code}:{part.number_key}",
            slug_of(part.title),
            self._categories.setdefault(category, len(self._categories)) if category else None,
            part.sales_qty,
            prices.sale_cents,
            prices.offer_cents,
            1 if prices.waits else 0,
            sellable_stock(part, self.counts),
            _locations(part.stock) if self._keeps_locations else "{}",
            length,
            width,
            height,
            part.valid_from.isoformat() if part.valid_from else None,
            json.dumps(part.attributes, sort_keys=True) if part.attributes else "{}",
            raw_hash,
            row_hash,
        ), prices

    def _prices(self, part: Part) -> PricePlan:
        if not part.list_price_cents:
            return PricePlan(None, False, ())
        begins = part.valid_from
        if self._is_plain and part.offer_price_cents is None and (begins is None or begins <= self._today):
            return PricePlan(part.sale_price_cents, False, ())
        return price_plan(part, self._rule, self._today)


@lru_cache(maxsize=20_000)
def _locations(stock: tuple[tuple[str, int], ...]) -> str:
    return json.dumps({location: milli // 1000 for location, milli in stock}, ensure_ascii=False, sort_keys=True)


def sellable_stock(part: Part, counts: str) -> int:
    """How many sales the stock is good for: the sum of all locations, rounded down, minus what is reserved.

    ``counts`` is the profile's ``stock_counts``: ``pieces`` are divided by the pack that is sold, ``sellable`` are not.
    """
    stock = part.stock
    pieces = (stock[0].milli if len(stock) == 1 else sum([place.milli for place in stock])) // 1000
    if part.reserved_milli:
        pieces -= -(-part.reserved_milli // 1000)
    if counts == "pieces":
        pieces //= part.sales_qty
    return min(max(pieces, 0), MAX_STOCK)
