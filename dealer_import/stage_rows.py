"""Canonical parts as columns of the staging table. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from dealer_import.canonical import Stock
from dealer_import.doubts import Memo
from dealer_import.part_columns import PartColumns, Same, Taken, TradeTaken
from dealer_import.pricing import PricePlan, PriceRule, price_plan
from dealer_import.profiles import Profile
from dealer_import.slots import KEPT
from dealer_import.stage_tables import AS_THEY_ARE, TRADE_COLUMNS
from dealer_import.texts import german_slug

MAX_STOCK = 2_000_000_000
SEPARATOR = "\x1f"
"""Between the names of a category's path."""
_NO_SIZE = (None, None, None)

slug_of = lru_cache(maxsize=20_000)(german_slug)
Columns = dict[str, Sequence[Any]]


class Numbers(dict[tuple[str, ...], "int | None"]):
    """The number of every path so far, in the order in which they came; no path has none."""

    def __init__(self) -> None:
        super().__init__({(): None})

    def __missing__(self, path: tuple[str, ...]) -> int:
        number = self[path] = len(self) - 1
        return number


class ColumnMaker:
    """Makes the columns of ``PART_COLUMNS`` and remembers the brands and categories that they name."""

    def __init__(self, profile: Profile, rule: PriceRule, today: date) -> None:
        self._rules, self.counts = profile.number_rules, profile.stock_counts
        self._keeps_locations = "stock" in profile.columns and len(profile.columns["stock"].sources) > 1
        self._rule, self._today = rule, today
        self._brands: dict[str, tuple[str, str]] = {}
        self._categories = Numbers()
        self._pieces, self._by_location = Memo(_pieces, KEPT), Memo(_locations, KEPT)
        self._days = Memo(lambda day: day and day.isoformat(), KEPT)

    def brands(self) -> list[tuple[str, str, str]]:
        """Code, name and number rule of every brand so far."""
        return [(code, name, rule) for code, (name, rule) in self._brands.items()]

    def categories(self) -> list[tuple[int, str, None]]:
        """Number, path and the still unknown key of every category so far."""
        return [(number, SEPARATOR.join(path), None) for path, number in self._categories.items() if number is not None]

    def columns(self, taken: Taken) -> tuple[Columns, dict[int, PricePlan]]:
        """The staged columns of what was taken, and the prices of those parts that have any to come, by their places.

        A column of one value for all is a :class:`Same`.
        """
        parts, count = taken.columns, len(taken.columns)

        def column(field: str) -> Sequence[Any]:
            made = parts.made.get(field)
            return Same([parts.shared[field]] * count) if made is None else made

        codes, names = column("brand_code"), column("brand_name")
        self._meet(codes, names)
        lengths, widths, heights = _sizes(column("dimensions_mm"))
        trade, plans = self._trade(parts, column)
        return {
            **{name: column(field) for name, field in _AS_THEY_ARE},
            "sku": [f"{code}:{key}" for code, key in zip(codes, parts.made["number_key"], strict=True)],
            "slug": _each(slug_of, column("title")),
            "category_no": _each(self._categories.__getitem__, column("category")),
            **trade,
            "length_mm": lengths,
            "width_mm": widths,
            "height_mm": heights,
            "attributes": _each(_told, column("attributes")),
            "raw_hash": taken.raw_hashes,
            "row_hash": taken.row_hashes,
            "rest_text_hash": taken.rest_texts or Same([None] * count),
            "rest_hash": taken.rests or Same([None] * count),
            "known_part": Same([None] * count),
        }, plans

    def trade_columns(self, taken: TradeTaken) -> tuple[Columns, dict[int, PricePlan]]:
        """:meth:`columns` of known parts of which nothing is told but price and stock."""
        parts, count = taken.columns, len(taken.columns)

        def column(field: str) -> Sequence[Any]:
            made = parts.made.get(field)
            return Same([parts.shared[field]] * count) if made is None else made

        trade, plans = self._trade(parts, column)
        return {
            **{name: column(field) for name, field in _AS_THEY_ARE if name in TRADE_COLUMNS},
            **trade,
            "raw_hash": taken.raw_hashes,
            "row_hash": taken.row_hashes,
            "known_part": taken.part_ids,
        }, plans

    def _trade(
        self, parts: PartColumns, column: Callable[[str], Sequence[Any]]
    ) -> tuple[Columns, dict[int, PricePlan]]:
        quantities = sales_quantities(column("pack_qty"), column("price_per"))
        prices, plans = self._prices(parts, column, quantities)
        return {
            "sales_qty": quantities,
            **prices,
            "stock": self._sellable(column("stock"), column("reserved_milli"), quantities),
            "stock_by_location": _each(self._by_location.__getitem__, column("stock"))
            if self._keeps_locations
            else Same(["{}"] * len(parts)),
            "valid_from": _each(self._days.__getitem__, column("valid_from")),
        }, plans

    def _meet(self, codes: Sequence[str], names: Sequence[str]) -> None:
        """Remember brands in the order in which they come, each by the name that came first."""
        if self._brands.keys() >= set(codes):
            return
        for code, name in zip(codes, names, strict=True):
            if code not in self._brands:
                self._brands[code] = (name, self._rules.get(name, ""))

    def _prices(
        self, parts: PartColumns, column: Callable[[str], Sequence[Any]], quantities: Sequence[int]
    ) -> tuple[Columns, dict[int, PricePlan]]:
        """The prices of one sale today. Only offers and prices of a later day are looked at part by part."""
        told, per, count = column("list_price_cents"), column("price_per"), len(parts)
        if not self._rule.is_plain:
            groups = column("discount_group")
            sales: Sequence[int | None] = list(map(self._rule.reckoned, groups, told, quantities, per))
        elif isinstance(per, Same) and per[0] == 1:
            sales = told
        else:
            sales = [
                (2 * cents * quantity + units) // (2 * units) or 1
                for cents, quantity, units in zip(told, quantities, per, strict=True)
            ]
        if 0 in told:
            sales = [sale if cents else None for cents, sale in zip(told, sales, strict=True)]
        apart = self._apart(told, column("offer_price_cents"), column("valid_from"))
        if not apart:
            return {"sale_cents": sales, "offer_cents": Same([None] * count), "price_waits": Same([0] * count)}, {}
        plans = {place: price_plan(parts.part(place), self._rule, self._today) for place in apart}
        made: dict[str, list[int | None]] = {"sale_cents": [*sales]}
        made |= {"offer_cents": [None] * count, "price_waits": [0] * count}
        for place, plan in plans.items():
            made["sale_cents"][place], made["offer_cents"][place] = plan.sale_cents, plan.offer_cents
            made["price_waits"][place] = 1 if plan.waits else 0
        return {**made}, {place: plan for place, plan in plans.items() if plan.later}

    def _apart(self, told: Sequence[int], offers: Sequence[int | None], days: Sequence[date | None]) -> Sequence[int]:
        """Places of the parts with a price that has an offer or a later day beside it."""
        today = self._today
        latest = days[0] if isinstance(days, Same) else max(filter(None, days), default=None)
        has_offers = offers[0] is not None if isinstance(offers, Same) else offers.count(None) < len(offers)
        if not has_offers and (latest is None or latest <= today):
            return ()
        return [
            place
            for place, (cents, offer, day) in enumerate(zip(told, offers, days, strict=True))
            if cents and (offer is not None or (day is not None and day > today))
        ]

    def _sellable(
        self, stocks: Sequence[tuple[Stock, ...]], reserved: Sequence[int], quantities: Sequence[int]
    ) -> Sequence[int]:
        """How many sales the stock is good for: all locations together, rounded down, minus what is reserved.

        ``counts`` is the profile's ``stock_counts``: ``pieces`` are divided by the pack that is sold, ``sellable`` are
        not.
        """
        left = _each(self._pieces.__getitem__, stocks)
        if not (isinstance(reserved, Same) and not reserved[0]):
            left = [pieces - -(-milli // 1000) for pieces, milli in zip(left, reserved, strict=True)]
        if self.counts == "pieces" and not (isinstance(quantities, Same) and quantities[0] == 1):
            left = [pieces // quantity for pieces, quantity in zip(left, quantities, strict=True)]
        if min(left) >= 0 and max(left) <= MAX_STOCK:
            return left
        return [min(max(pieces, 0), MAX_STOCK) for pieces in left]


_AS_THEY_ARE = [(name, field) for name, (field, _kind) in AS_THEY_ARE.items()]


def sales_quantities(packs: Sequence[int], per: Sequence[int]) -> Sequence[int]:
    """Units in one sale of each part; see :class:`dealer_import.canonical.Part`."""
    if isinstance(per, Same) and per[0] == 1:
        return Same([1] * len(per))
    return [pack if units > 1 else 1 for pack, units in zip(packs, per, strict=True)]


def _each(function: Callable[[Any], Any], column: Sequence[Any]) -> Sequence[Any]:
    """What ``function`` gives for each value; asked once for a column of one value."""
    return Same([function(column[0])] * len(column)) if isinstance(column, Same) else list(map(function, column))


def _sizes(sizes: Sequence[tuple[int, int, int] | None]) -> Sequence[Sequence[int | None]]:
    """Lengths, widths and heights."""
    if isinstance(sizes, Same):
        return [Same([measure] * len(sizes)) for measure in sizes[0] or _NO_SIZE]
    return list(zip(*[size or _NO_SIZE for size in sizes], strict=True))


def _told(attributes: Mapping[str, Any]) -> str:
    return json.dumps(attributes, sort_keys=True) if attributes else "{}"


def _pieces(stock: tuple[Stock, ...]) -> int:
    return sum(place.milli for place in stock) // 1000


def _locations(stock: tuple[Stock, ...]) -> str:
    return json.dumps({location: milli // 1000 for location, milli in stock}, ensure_ascii=False, sort_keys=True)
