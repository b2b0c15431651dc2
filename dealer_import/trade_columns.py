"""Price and stock of many records by column: all that is mapped of rows of which nothing else differs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dealer_import.canonical import hashes62, trade_hashes_of
from dealer_import.combining import Combining
from dealer_import.extras import Extras
from dealer_import.mapping_columns import FLAT_STOCK, STRAIGHT, ColumnMapper, Columns, Mapped, parted, rows_of
from dealer_import.part_columns import PartColumns, Same
from dealer_import.profiles.fields import TRADE_FIELDS
from dealer_import.slots import ABSENT, PLACE, Slot
from dealer_import.sources.table import Block

_HANGS_ON = frozenset(["unit", "tax", "pack_qty", "price_per", "price_kind", "discount_group"])
"""Fields without which a price or a stock means nothing; few texts, each looked up."""
_NAMES = tuple(ABSENT)
_UNTOLD = dict.fromkeys(["brand_code", "brand_name", "number_display", "number_key", "title"], "")


def _field(slot: Slot) -> str:
    return _NAMES[slot.place] if slot.place < len(_NAMES) else "stock"


class TradeMapper(ColumnMapper):
    """Maps of many records what price and stock need. ``hashes`` are those of price and stock, ``rests`` empty."""

    def __init__(self, slots: Sequence[Slot], template: Sequence[Any], combining: Combining) -> None:
        needed = [slot for slot in slots if _field(slot) in TRADE_FIELDS | _HANGS_ON]
        super().__init__(needed, template, combining, None)

    def _mapped(self, lines: Sequence[int], places: Sequence[int], columns: Mapping[int, Sequence[Any]]) -> Mapped:
        count = len(lines)
        told = {
            name: columns[place] if place in columns else Same([self._fixed[name]] * count)
            for name, place in PLACE.items()
        }
        made: Columns = {field: told[name] for name, field in STRAIGHT.items() if name in _HANGS_ON | TRADE_FIELDS}
        made["line"] = lines
        self._price(told, made)
        self._hold(told, made, [values for place, values in columns.items() if place >= len(ABSENT)])
        odd = self._odd_combined(made)
        flat_stock = made.pop(FLAT_STOCK, None)
        told_parts = parted(made)
        parts = PartColumns(told_parts.made, {**told_parts.shared, **_UNTOLD})
        hashes = trade_hashes_of(rows_of(self._trade(parts, flat_stock), count))
        mapped = Mapped(parts, places, hashes, [0] * count)
        return mapped.only([place for place in range(count) if place not in odd]) if odd else mapped


class RestTexts:
    """What rows say beside price and stock, known again by a hash of the texts.

    A column of the file that is read for both counts as one of the rest.
    """

    def __init__(self, slots: Iterable[Slot], extras: Extras | None) -> None:
        names = {source for slot in slots if _field(slot) not in TRADE_FIELDS for source in slot.sources}
        self._names = sorted(names.union(extras.sources if extras is not None else ()))

    def hashes(self, block: Block, key: int) -> list[int]:
        """One hash for each row of ``block``; ``key`` makes it another one."""
        columns = map(block.texts, self._names)
        joined = map("\x1f".join, zip(*columns, strict=True))
        return hashes62([text.encode("utf-8", "surrogatepass") for text in joined], key)
