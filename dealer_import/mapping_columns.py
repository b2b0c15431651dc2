"""Many records mapped at once, column by column: the same parts as one by one, at a fraction of the cost. Pure.

A call for every cell is what mapping costs in Python. Here a column's texts are looked up, checked and converted by a
few calls for hundreds of rows. A row with anything odd in it is left to :meth:`dealer_import.mapping.Mapper.map`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, compress, repeat
from typing import Any

from dealer_import.canonical import (
    DAYS,
    HASHED,
    Part,
    Stock,
    identity_hashes,
    relations_hashes,
    row_hashes,
    row_hashes_of,
)
from dealer_import.combining import ON_REQUEST, Combining, references
from dealer_import.doubts import ODD, Memo, QuietMemo
from dealer_import.extras import Extras, Filled
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
_part_of = partial(tuple.__new__, Part)
_NOTHING: dict[str, Any] = {}
Columns = dict[str, Sequence[Any]]


class ColumnMapper:
    """Maps the sound ones among many records of one file."""

    def __init__(self, slots: Sequence[Slot], template: Sequence[Any], combining: Combining, extras: Extras | None):
        self._slots, self._combining, self._extras = slots, combining, extras
        self._fixed = dict(zip(ABSENT, template, strict=False))
        self._delivered = {name for name, place in PLACE.items() if any(slot.place == place for slot in slots)}
        self._extra_columns: list[Filled] = []
        self._stock = QuietMemo(lambda held: _with_flat(combining.stock(held)), KEPT)
        self._reserved = QuietMemo(combining.reserved, KEPT)
        self._fitments = QuietMemo(lambda pair: combining.fitments(*pair), 0)
        self._successions = QuietMemo(lambda row: combining.succession(*row), 0)
        self._ordinals = Memo(lambda day: day and day.toordinal(), KEPT)
        self._together = (self._stock, self._reserved, self._fitments, self._successions)

    def map(self, block: Block) -> tuple[list[Part | None], list[int]]:
        """A part for each row in which all goes well, None for every other; and their row hashes, 0 for None."""
        columns, odd = self._converted(block)
        if not odd:
            return self._parts(block.lines, columns)
        sound = [place not in odd for place in range(len(block))]
        kept = list(compress(block.lines, sound))
        if not kept:
            return [None] * len(block), [0] * len(block)
        columns = {place: list(compress(values, sound)) for place, values in columns.items()}
        self._extra_columns = [(source, list(compress(texts, sound))) for source, texts in self._extra_columns]
        parts, hashes = map(iter, self._parts(kept, columns))
        return (
            [next(parts) if is_sound else None for is_sound in sound],
            [next(hashes) if is_sound else 0 for is_sound in sound],
        )

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

    def _parts(self, lines: Sequence[int], columns: Mapping[int, Sequence[Any]]) -> tuple[list[Part | None], list[int]]:
        count = len(lines)
        told = {
            name: columns[place] if place in columns else [self._fixed[name]] * count for name, place in PLACE.items()
        }
        made: Columns = {field: told[name] for name, field in STRAIGHT.items() if name in self._delivered}
        made["line"] = lines
        self._identify(told, made)
        self._price(told, made)
        self._hold(told, made, [values for place, values in columns.items() if place >= len(ABSENT)])
        self._relate(told, made)
        if any(told["tyre_label"]):
            made["attributes"] = [{"tyre": label} if label else _NOTHING for label in told["tyre_label"]]
        odd = self._odd_together(made)
        parts: list[Part | None] = list(map(_part_of, zip(*map(partial(self._filled, made), Part._fields))))  # noqa: B905
        hashes = row_hashes_of(zip(*self._hashed(made)))  # noqa: B905
        for place in odd:
            parts[place], hashes[place] = None, 0
        if self._extras is not None:
            self._fill_extras(parts, hashes)
        return parts, hashes

    def _hashed(self, made: Columns) -> Iterator[Iterable[Any]]:
        """The columns that make the row hash; see :data:`dealer_import.canonical.HASHED`."""
        for field in HASHED:
            yield self._filled(made, field)
        for field in DAYS:
            yield map(self._ordinals.__getitem__, self._filled(made, field))
        yield made.get(FLAT_STOCK) or repeat(())

    def _fill_extras(self, parts: list[Part | None], hashes: list[int]) -> None:
        """Give the parts their extras; those that have any, or a doubt about one, get another row hash."""
        filled = self._extras.fill_many(parts, self._extra_columns) if self._extras is not None else parts
        for place, part in enumerate(filled):
            if part is not parts[place]:
                hashes[place] = row_hashes([part])[0] if part is not None else 0
                parts[place] = part

    def _filled(self, made: Columns, field: str) -> Iterable[Any]:
        """The part's ``field``: what was made, the profile's constant, or the default."""
        if field in made:
            return made[field]
        name = _NAMES.get(field)
        return repeat(self._fixed[name] if name is not None else Part._field_defaults[field])

    def _identify(self, told: Columns, made: Columns) -> None:
        codes, names = zip(*told["brand"], strict=True)
        numbers, rules = told["number"], self._combining.rules
        keys = keys_of(numbers) or [number_key(number) for number in numbers]
        if rules:
            keys = [
                brand_key(number, rules[name]) if name in rules else key
                for number, name, key in zip(numbers, names, keys, strict=True)
            ]
        made.update(brand_code=codes, brand_name=names, number_display=numbers, number_key=keys)
        made["identity"] = identity_hashes(codes, keys)

    def _price(self, told: Columns, made: Columns) -> None:
        prices, offers, costs, cores = (told[name] for name in ("list_price", "offer_price", "cost", "core_deposit"))
        if self._combining.does_amounts:
            rows = map(self._combining.amounts, prices, offers, costs, cores, told["tax"], told["discount_group"])
            prices, offers, costs, cores = zip(*rows, strict=True)
        made.update(list_price_cents=prices, cost_cents=costs)
        made["core_deposit_cents"] = [core or None for core in cores]
        made["battery_deposit_cents"] = [deposit or None for deposit in told["battery_deposit"]]
        if any(offers):
            made["offer_price_cents"] = [offer or None for offer in offers]
            for name in ("offer_from", "offer_until"):
                made[name] = [day if offer else None for offer, day in zip(offers, told[name], strict=True)]

    def _hold(self, told: Columns, made: Columns, stocks: list[Sequence[Any]]) -> None:
        if stocks:
            found = self._stock.column(zip(told["unit"], *stocks, strict=True))
            if self._stock.met_odd:
                found = [(ODD, ()) if pair is ODD else pair for pair in found]
            made["stock"], made[FLAT_STOCK] = zip(*found, strict=True)
        if "reserved" in self._delivered:
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
            made["references"] = [
                references(key, oe, supplier, trade, former) if oe or supplier or trade or former else ()
                for key, oe, supplier, trade, former in zip(keys, *lists, strict=True)
            ]
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
        keys = made["number_key"]
        if "" in keys or max(map(len, keys)) > MAX_LENGTH:
            odd.update(place for place, key in enumerate(keys) if not 0 < len(key) <= MAX_LENGTH)
        return odd


_IF_ODD: Mapping[str, Any] = {"stock": (), "reserved_milli": 0, "fitments": (), "successors": (), "succession_kind": ""}


def _with_flat(stock: tuple[Stock, ...]) -> tuple[tuple[Stock, ...], tuple[str | int, ...]]:
    return stock, tuple(chain.from_iterable(stock))


_NAMES = {field: name for name, field in STRAIGHT.items()}
