"""The one shape that every format is brought to. Money and quantities are integers, nothing is a float."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain, repeat
from operator import itemgetter, rshift, xor
from typing import Any, NamedTuple

from xxhash import xxh3_64_intdigest

_NO_ATTRIBUTES: Mapping[str, Mapping[str, str | int | bool]] = {}


class Reference(NamedTuple):
    """A cross reference number: kind as in ``parts.PartReference.Kind``."""

    kind: str
    brand_code: str
    key: str
    display: str


class Fitment(NamedTuple):
    """A vehicle by its type keys; years are 0 when open."""

    hsn: str
    tsn: str
    model: str
    year_from: int
    year_to: int


class Stock(NamedTuple):
    """Stock at one location in thousandths of the unit."""

    location: str
    milli: int


class Part(NamedTuple):
    """One part as delivered. Cents are net except ``battery_deposit_cents``, which includes VAT.

    A list price of 0 means that it is told on request. ``extras`` is what few parts have, see
    :mod:`shopflow.parts.extra_fields`; None for a part that has nothing of it.

    A special offer's price is for ``price_per`` units like the list price, and holds from ``offer_from`` to
    ``offer_until``, both days included; an absent day is an open end. ``identity`` is the hash of brand code and key,
    ``relations`` that of the references and vehicles, 0 without any: equal parts need no look at the tables of either.
    """

    line: int
    identity: int
    brand_code: str
    brand_name: str
    number_display: str
    number_key: str
    title: str
    list_price_cents: int
    description: str = ""
    category: tuple[str, ...] = ()
    gtin: str = ""
    unit: str = "C62"
    pack_qty: int = 1
    price_per: int = 1
    cost_cents: int | None = None
    discount_group: str = ""
    tax_code: str = "standard"
    core_deposit_cents: int | None = None
    battery_deposit_cents: int | None = None
    stock: tuple[Stock, ...] = ()
    reserved_milli: int = 0
    lead_days: int | None = None
    valid_from: date | None = None
    offer_price_cents: int | None = None
    offer_from: date | None = None
    offer_until: date | None = None
    status: str = "active"
    successors: tuple[str, ...] = ()
    succession_kind: str = ""
    references: tuple[Reference, ...] = ()
    fitments: tuple[Fitment, ...] = ()
    un_number: str = ""
    weight_g: int | None = None
    dimensions_mm: tuple[int, int, int] | None = None
    customs_no: str = ""
    origin: str = ""
    image: str = ""
    document: str = ""
    attributes: Mapping[str, Mapping[str, str | int | bool]] = _NO_ATTRIBUTES
    extras: dict[str, Any] | None = None
    relations: int = 0

    @property
    def sales_qty(self) -> int:
        """Units in one sale: goods priced per 10, 100 or 1000 are sold by the pack, all others one by one."""
        return self.pack_qty if self.price_per > 1 else 1

    @property
    def sale_price_cents(self) -> int:
        """Net price of one sale, rounded half up to the cent, at least one cent; zero for a price on request."""
        return self._per_sale(self.list_price_cents) or min(1, self.list_price_cents)

    @property
    def offer_cents_per_sale(self) -> int:
        """Net price of one sale at the special offer's price; at least one cent."""
        return max(1, self._per_sale(self.offer_price_cents or 0))

    def _per_sale(self, cents: int) -> int:
        if self.price_per == 1 and self.sales_qty == 1:
            return cents
        doubled = 2 * cents * self.sales_qty + self.price_per
        return doubled // (2 * self.price_per)

    def row_hash(self) -> int:
        """See :func:`row_hashes`."""
        return row_hashes([self])[0]


MARSHAL = 2
"""The last version whose bytes depend on nothing but the values; three times as fast as any text form."""
TRADE = ("list_price_cents", "cost_cents", "offer_price_cents", "reserved_milli")
"""Fields that change from one day to the next. Days follow as numbers, then the stocks as one flat tuple."""
TRADE_DAYS = ("valid_from", "offer_from", "offer_until")
_APART = ("line", "identity", "stock", "references", "fitments", *TRADE, *TRADE_DAYS)
REST = tuple(name for name in Part._fields if name not in _APART)
"""All other fields that are hashed; references and vehicles are in ``relations``."""
_PLACES = {name: place for place, name in enumerate(Part._fields)}
_rest, _trade, _days = (itemgetter(*(_PLACES[name] for name in names)) for names in (REST, TRADE, TRADE_DAYS))
_stock = itemgetter(_PLACES["stock"])
_TRADE_KEY = 1


def row_hashes(parts: Iterable[Part]) -> list[int]:
    """For each part a hash of everything but the line; equal for rows that mean the same."""
    flat, listed = chain.from_iterable, list(parts)
    rests = rest_hashes_of(map(_rest, listed))
    trades = trade_hashes_of((*_trade(part), *map(ordinal, _days(part)), tuple(flat(_stock(part)))) for part in listed)
    return row_hashes_of(rests, trades)


def ordinal(day: date | None) -> int | None:
    """A day as a number."""
    return None if day is None else day.toordinal()


def rest_hashes_of(rows: Iterable[tuple[Any, ...]]) -> list[int]:
    """Hashes of everything but price and stock: see :data:`REST`."""
    return hashes62(map(marshal.dumps, rows, repeat(MARSHAL)))


def trade_hashes_of(rows: Iterable[tuple[Any, ...]]) -> list[int]:
    """Hashes of price and stock: see :data:`TRADE`."""
    return hashes62(map(marshal.dumps, rows, repeat(MARSHAL)), _TRADE_KEY)


def row_hashes_of(rests: Iterable[int], trades: Iterable[int]) -> list[int]:
    """:func:`row_hashes` from both halves: who knows the one need not see what it was made of."""
    return list(map(xor, rests, trades))


def relations_hash(references: Iterable[Reference], fitments: Iterable[Fitment]) -> int:
    """See :class:`Part`; nothing stands between references and vehicles but a None, which neither has."""
    values = (*chain.from_iterable(references), None, *chain.from_iterable(fitments))
    return hash62(marshal.dumps(values, MARSHAL)) if len(values) > 1 else 0


def relations_hashes(pairs: Iterable[tuple[Iterable[Reference], Iterable[Fitment]]]) -> list[int]:
    """:func:`relations_hash` of references and vehicles of many parts."""
    flat, dumps = chain.from_iterable, marshal.dumps
    filled = [
        dumps((*flat(references), None, *flat(fitments)), MARSHAL) if references or fitments else b""
        for references, fitments in pairs
    ]
    found = iter(hashes62([data for data in filled if data]))
    return [next(found) if data else 0 for data in filled]


def hash62(data: bytes, key: int = 0) -> int:
    """A 62-bit hash that fits a database's signed 64-bit integer with room to add one; ``key`` makes it another one.

    XXH3 spreads as evenly as a cryptographic hash and takes a tenth of its time. Nobody gains by two equal ones: who
    could make them delivers the rows himself.
    """
    return xxh3_64_intdigest(data, key) >> 2


def hashes62(texts: Iterable[bytes], key: int = 0) -> list[int]:
    """:func:`hash62` of each of ``texts``."""
    return list(map(rshift, map(xxh3_64_intdigest, texts, repeat(key)), repeat(2)))


def identity_hash(brand_code: str, number_key: str) -> int:
    """The part's identity as one integer."""
    return hash62(f"{brand_code}\x1f{number_key}".encode())


def identity_hashes(brand_codes: Sequence[str], number_keys: Sequence[str]) -> list[int]:
    """:func:`identity_hash` of each pair."""
    return hashes62([f"{code}\x1f{key}".encode() for code, key in zip(brand_codes, number_keys, strict=True)])
