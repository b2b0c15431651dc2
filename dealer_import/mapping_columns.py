"""Many records mapped at once, column by column: the same parts as one by one, at a fraction of the cost. Pure.

A call for every cell is what mapping costs in Python. Here a column's texts are looked up, checked and converted by a
few calls for hundreds of rows. A row with anything odd in it is left to :meth:`dealer_import.mapping.Mapper.map`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import compress, repeat
from operator import itemgetter
from typing import Any

from dealer_import.canonical import Part, identity_hashes, relations_hashes
from dealer_import.combining import ON_REQUEST, Combining, references
from dealer_import.doubts import ODD, QuietMemo
from dealer_import.extras import Extras, Filled
from dealer_import.slots import ABSENT, FEW, KEPT, PLACE, Slot
from dealer_import.sources.table import TableRow
from dealer_import.whole_columns import keys_of
from shopflow.contracts.imports import RawRecord
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
        self._stock = QuietMemo(combining.stock, KEPT)
        self._reserved = QuietMemo(combining.reserved, KEPT)
        self._fitments = QuietMemo(lambda pair: combining.fitments(*pair), 0)
        self._successions = QuietMemo(lambda row: combining.succession(*row), 0)
        self._together = (self._stock, self._reserved, self._fitments, self._successions)

    def map(self, records: Sequence[RawRecord]) -> list[Part | None]:
        """A part for each record in which all goes well, None for every other."""
        columns, odd = self._converted(records)
        if not odd:
            return self._parts(records, columns)
        sound = [place not in odd for place in range(len(records))]
        kept = list(compress(records, sound))
        columns = {place: list(compress(values, sound)) for place, values in columns.items()}
        self._extra_columns = [(source, list(compress(texts, sound))) for source, texts in self._extra_columns]
        parts = iter(self._parts(kept, columns) if kept else ())
        return [next(parts) if is_sound else None for is_sound in sound]

    def _converted(self, records: Sequence[RawRecord]) -> tuple[dict[int, Sequence[Any]], set[int]]:
        """Values by place, and the positions of records that have anything odd."""
        delivered, odd = texts_of(records), set[int]()
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

    def _parts(self, records: Sequence[RawRecord], columns: Mapping[int, Sequence[Any]]) -> list[Part | None]:
        count = len(records)
        told = {
            name: columns[place] if place in columns else [self._fixed[name]] * count for name, place in PLACE.items()
        }
        made: Columns = {field: told[name] for name, field in STRAIGHT.items() if name in self._delivered}
        made["line"] = [record.line for record in records]
        self._identify(told, made)
        self._price(told, made)
        self._hold(told, made, [values for place, values in columns.items() if place >= len(ABSENT)])
        self._relate(told, made)
        if any(told["tyre_label"]):
            made["attributes"] = [{"tyre": label} if label else _NOTHING for label in told["tyre_label"]]
        parts: list[Part | None] = list(map(_part_of, zip(*map(partial(self._filled, made), Part._fields))))  # noqa: B905
        self._leave_out(parts, made)
        return parts if self._extras is None else self._extras.fill_many(parts, self._extra_columns)

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
            made["stock"] = self._stock.column(zip(told["unit"], *stocks, strict=True))
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

    def _leave_out(self, parts: list[Part | None], made: Columns) -> None:
        """Take out the parts whose values do not go together."""
        if any(memo.met_odd for memo in self._together):
            for memo in self._together:
                memo.met_odd = False
            for field in ("stock", "reserved_milli", "fitments", "successors"):
                for place in [place for place, value in enumerate(made.get(field, ())) if value is ODD]:
                    parts[place] = None
        if "" in made["number_key"] or max(map(len, made["number_key"])) > MAX_LENGTH:
            for place, key in enumerate(made["number_key"]):
                if not 0 < len(key) <= MAX_LENGTH:
                    parts[place] = None


_NAMES = {field: name for name, field in STRAIGHT.items()}


def texts_of(records: Sequence[RawRecord]) -> Callable[[str], Sequence[str]]:
    """A function from the name of a file's column to its texts; nothing for a column that there is not."""
    first = records[0]
    if isinstance(first, TableRow) and all(record.__class__ is first.__class__ for record in records):
        columns = dict(zip(first.columns, zip(*[row.cells for row in records], strict=True), strict=True))  # type: ignore[attr-defined]
        return lambda name: columns.get(name) or ("",) * len(records)
    fields, told = [record.fields for record in records], dict[str, Sequence[str]]()

    def delivered(name: str) -> Sequence[str]:
        if name not in told:
            try:
                told[name] = list(map(itemgetter(name), fields))
            except KeyError:
                told[name] = [row.get(name, "") for row in fields]
        return told[name]

    return delivered
