"""Many records mapped at once, column by column: the same parts as one by one, at a fraction of the cost. Pure.

A call for every cell is what mapping costs in Python. Here a column's texts are looked up, checked and converted by a
few calls for hundreds of rows. A row with anything odd in it is left to :meth:`dealer_import.mapping.Mapper.map`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, islice, repeat
from typing import Any, NamedTuple

from dealer_import.canonical import (
    REST,
    TRADE,
    TRADE_DAYS,
    Part,
    Stock,
    identity_hashes,
    ordinal,
    relations_hashes,
    rest_hashes_of,
    row_hashes_of,
    trade_hashes_of,
)
from dealer_import.combining import ON_REQUEST, Combining, many_references
from dealer_import.doubts import ODD, Memo, QuietMemo
from dealer_import.extras import Extras, Filled
from dealer_import.part_columns import PartColumns, Same
from dealer_import.slots import ABSENT, FEW, KEPT, PLACE, Slot
from dealer_import.sources.table import Block
from dealer_import.whole_columns import keys_of
from shopflow.parts.numbers import MAX_LENGTH, brand_key, number_key

STRAIGHT: Mapping[str, str] = {
    "title": "title",
    "description": "description",
    "category": "category",
    "gtin": "gtin",
    "unit": "unit",
    "pack_qty": "pack_qty",
    "price_per": "price_per",
    "discount_group": "discount_group",
    "tax": "tax_code",
    "status": "status",
    "lead_days": "lead_days",
    "valid_from": "valid_from",
    "un_number": "un_number",
    "weight": "weight_g",
    "dimensions": "dimensions_mm",
    "customs_no": "customs_no",
    "origin": "origin",
    "image": "image",
    "document": "document",
}
"""Fields whose value goes into the part as it is, and the part's field."""
REFERENCES = ("oe_numbers", "supplier_numbers", "trade_numbers", "former_numbers")
FLAT_STOCK = "flat stock"
"""The column of stocks as the row hash has them."""
_NOTHING: dict[str, Any] = {}
Columns = dict[str, Sequence[Any]]


class Mapped(NamedTuple):
    """Parts of the sound rows of a block, the place of each in the block, rising, and its row hash.

    ``rests`` are hashes of everything but price and stock.
    """

    columns: PartColumns | None
    places: Sequence[int]
    hashes: Sequence[int]
    rests: Sequence[int]

    def only(self, numbers: Sequence[int]) -> Mapped:
        """Some of them, by their numbers."""
        if self.columns is None or not numbers:
            return NOTHING_MAPPED
        picked = ([column[n] for n in numbers] for column in (self.places, self.hashes, self.rests))
        return Mapped(self.columns.only(numbers), *picked)


NOTHING_MAPPED = Mapped(None, (), (), ())


class ColumnMapper:
    """Maps the sound ones among many records of one file."""

    def __init__(self, slots: Sequence[Slot], template: Sequence[Any], combining: Combining, extras: Extras | None):
        self._slots, self._combining, self._extras = slots, combining, extras
        self._fixed = dict(zip(ABSENT, template, strict=False))
        self._extra_columns: list[Filled] = []
        self._stock = QuietMemo(lambda held: _with_flat(combining.stock(held)), KEPT)
        self._reserved = QuietMemo(combining.reserved, KEPT)
        self._fitments = QuietMemo(lambda pair: combining.fitments(*pair), 0)
        self._successions = QuietMemo(lambda row: combining.succession(*row), 0)
        self._ordinals = Memo(ordinal, KEPT)
        self._together = (self._stock, self._reserved, self._fitments, self._successions)

    def map(self, block: Block) -> Mapped:
        """The rows in which all goes well."""
        columns, odd = self._converted(block)
        lines: Sequence[int] = block.lines
        places: Sequence[int] = range(len(block))
        if odd:
            sound = [place not in odd for place in places]
            places, lines = list(compress(places, sound)), list(compress(lines, sound))
            columns = {
                place: values.cut(len(places)) if isinstance(values, Same) else list(compress(values, sound))
                for place, values in columns.items()
            }
            self._extra_columns = [(source, list(compress(texts, sound))) for source, texts in self._extra_columns]
        return self._mapped(lines, places, columns) if places else NOTHING_MAPPED

    def _converted(self, block: Block) -> tuple[dict[int, Sequence[Any]], set[int]]:
        """Values by place, and the positions of rows that have anything odd."""
        delivered, odd = block.texts, set[int]()
        if self._extras is not None:
            self._extra_columns = self._extras.filled(delivered)
        columns: dict[int, Sequence[Any]] = {}
        for slot in self._slots:
            values = columns[slot.place] = slot.values(slot.texts(delivered))
            if slot.memo.met_odd:
                slot.memo.met_odd = False
                odd.update(place for place, value in enumerate(values) if value is ODD)
        kinds = columns.get(PLACE["price_kind"], ())
        if ON_REQUEST in kinds:
            odd.update(place for place, kind in enumerate(kinds) if kind == ON_REQUEST)
        return columns, odd

    def _mapped(self, lines: Sequence[int], places: Sequence[int], columns: Mapping[int, Sequence[Any]]) -> Mapped:
        count = len(lines)
        told = {
            name: columns[place] if place in columns else Same([self._fixed[name]] * count)
            for name, place in PLACE.items()
        }
        made: Columns = {field: told[name] for name, field in STRAIGHT.items()}
        made["line"] = lines
        self._identify(told, made)
        self._price(told, made)
        self._hold(told, made, [values for place, values in columns.items() if place >= len(ABSENT)])
        self._relate(told, made)
        if any(told["tyre_label"]):
            made["attributes"] = [{"tyre": label} if label else _NOTHING for label in told["tyre_label"]]
        odd = self._odd_together(made)
        flat_stock = made.pop(FLAT_STOCK, None)
        parts = parted(made)
        if self._extras is not None and (self._extra_columns or self._extras.is_fixed):
            parts = self._with_extras(self._extras, parts, odd)
        rests = rest_hashes_of(rows_of(map(parts.values, REST), count))
        trades = trade_hashes_of(rows_of(self._trade(parts, flat_stock), count))
        mapped = Mapped(parts, places, row_hashes_of(rests, trades), rests)
        return mapped.only([place for place in range(count) if place not in odd]) if odd else mapped

    def _trade(self, parts: PartColumns, flat_stock: Sequence[Any] | None) -> Iterator[Iterable[Any]]:
        """See :data:`dealer_import.canonical.TRADE`."""
        yield from map(parts.values, TRADE)
        for field in TRADE_DAYS:
            yield map(self._ordinals.__getitem__, parts.values(field))
        yield flat_stock or repeat(())

    def _with_extras(self, extras: Extras, parts: PartColumns, odd: set[int]) -> PartColumns:
        """The parts with their extras; about those at ``odd`` places anything is in doubt."""
        found, doubtful = extras.fill_many(parts, self._extra_columns)
        odd |= doubtful
        if not found:
            return parts
        return PartColumns(
            {**parts.made, "extras": [found.get(place) for place in range(len(parts))]},
            {field: value for field, value in parts.shared.items() if field != "extras"},
        )

    def _identify(self, told: Columns, made: Columns) -> None:
        brands = told["brand"]
        codes, names = zip(*brands, strict=True)
        numbers, rules = told["number"], self._combining.rules
        keys = keys_of(numbers) or [number_key(number) for number in numbers]
        if rules:
            keys = [
                brand_key(number, rules[name]) if name in rules else key
                for number, name, key in zip(numbers, names, keys, strict=True)
            ]
        made.update(number_display=numbers, number_key=keys)
        if isinstance(brands, Same):
            made.update(brand_code=Same(codes), brand_name=Same(names))
        else:
            made.update(brand_code=codes, brand_name=names)
        made["identity"] = identity_hashes(codes, keys)

    def _price(self, told: Columns, made: Columns) -> None:
        prices, offers, costs, cores = (told[name] for name in ("list_price", "offer_price", "cost", "core_deposit"))
        if self._combining.does_amounts:
            rows = map(self._combining.amounts, prices, offers, costs, cores, told["tax"], told["discount_group"])
            prices, offers, costs, cores = zip(*rows, strict=True)
        made.update(list_price_cents=prices, cost_cents=costs)
        made["core_deposit_cents"] = _none_for_zero(cores)
        made["battery_deposit_cents"] = _none_for_zero(told["battery_deposit"])
        if any(offers):
            made["offer_price_cents"] = _none_for_zero(offers)
            for name in ("offer_from", "offer_until"):
                made[name] = [day if offer else None for offer, day in zip(offers, told[name], strict=True)]

    def _hold(self, told: Columns, made: Columns, stocks: list[Sequence[Any]]) -> None:
        if stocks:
            found = self._stock.column(zip(told["unit"], *stocks, strict=True))
            if self._stock.met_odd:
                found = [(ODD, ()) if pair is ODD else pair for pair in found]
            made["stock"], made[FLAT_STOCK] = zip(*found, strict=True)
        if any(told["reserved"]):
            made["reserved_milli"] = self._reserved.column(zip(told["unit"], told["reserved"], strict=True))

    def _relate(self, told: Columns, made: Columns) -> None:
        keys = made["number_key"]
        if any(told["successor"]):
            rows = zip(told["successor"], told["succession_kind"], made["brand_name"], keys, strict=True)
            found = [self._successions[row] if row[0] else ((), "") for row in rows]
            made["successors"] = [ODD if pair is ODD else pair[0] for pair in found]
            made["succession_kind"] = [ODD if pair is ODD else pair[1] for pair in found]
        lists = [told[name] for name in REFERENCES]
        if any(map(any, lists)):
            made["references"] = many_references(keys, lists)
        if any(told["fitment"]):
            made["fitments"] = self._vehicles(told["fitment"], told["models"])
        empty: Sequence[Any] = ((),) * len(keys)
        others, vehicles = made.get("references", empty), made.get("fitments", empty)
        if others is empty and vehicles is empty:
            return
        if self._fitments.met_odd:
            vehicles = [() if vehicle is ODD else vehicle for vehicle in vehicles]
        made["relations"] = relations_hashes(zip(others, vehicles, strict=True))

    def _vehicles(self, lists: Sequence[tuple[str, ...]], models: Sequence[tuple[str, ...]]) -> Sequence[Any]:
        found = self._combining.many_fitments(lists, models)
        if found is not None:
            return found
        if len(lists) < FEW:
            return self._fitments.column(zip(lists, models, strict=True))
        half = len(lists) // 2
        return [*self._vehicles(lists[:half], models[:half]), *self._vehicles(lists[half:], models[half:])]

    def _odd_together(self, made: Columns) -> set[int]:
        """Places of the parts whose values do not go together; what is odd about them is taken out of the columns."""
        odd, keys = self._odd_combined(made), made["number_key"]
        if "" in keys or max(map(len, keys)) > MAX_LENGTH:
            odd.update(place for place, key in enumerate(keys) if not 0 < len(key) <= MAX_LENGTH)
        return odd

    def _odd_combined(self, made: Columns) -> set[int]:
        odd = set[int]()
        if any(memo.met_odd for memo in self._together):
            for memo in self._together:
                memo.met_odd = False
            for field, instead in _IF_ODD.items():
                values = made.get(field, ())
                places = [place for place, value in enumerate(values) if value is ODD]
                if places:
                    odd.update(places)
                    made[field] = [instead if value is ODD else value for value in values]
        return odd


_IF_ODD: Mapping[str, Any] = {"stock": (), "reserved_milli": 0, "fitments": (), "successors": (), "succession_kind": ""}


def rows_of(columns: Iterable[Iterable[Any]], count: int) -> Iterator[tuple[Any, ...]]:
    """``count`` rows of columns of which those that all rows share have no end."""
    return islice(zip(*columns), count)  # noqa: B905


def _with_flat(stock: tuple[Stock, ...]) -> tuple[tuple[Stock, ...], tuple[str | int, ...]]:
    return stock, tuple(chain.from_iterable(stock))


def _none_for_zero(column: Sequence[int | None]) -> Sequence[int | None]:
    made = [amount or None for amount in column]
    return Same(made) if isinstance(column, Same) else made


def parted(made: Columns) -> PartColumns:
    """Columns in which the rows differ, and what they share; keys are always told for each row."""
    shared = dict(Part._field_defaults)
    differing: Columns = {}
    for field, values in made.items():
        if isinstance(values, Same) and field not in _KEYS:
            shared[field] = values[0]
        else:
            differing[field] = values
    for field in differing:
        shared.pop(field, None)
    return PartColumns(differing, shared)


_KEYS = frozenset(["line", "identity", "number_key"])
