"""The columns of a profile as places in a row of values, each with what its texts mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from dealer_import.converting import REPEATING, converters
from dealer_import.doubts import Convert, Doubt, QuietMemo, Refusal
from dealer_import.part_columns import Same
from dealer_import.profiles import BadProfile, Column, Profile
from dealer_import.sentences import say as _
from dealer_import.whole_columns import Many, whole_columns

FEW = 16
"""So few texts are not worth halving to find the odd one among them."""
PIECES = 8
"""Into so many pieces a column is cut that has odd texts: more of them are looked at again, but less often."""
KEPT = 20_000
"""Meanings that are remembered per column."""
ABSENT: Mapping[str, Any] = {
    "number": "",
    "brand": ("", ""),
    "title": "",
    "list_price": 0,
    "description": "",
    "category": (),
    "unit": "C62",
    "tax": "standard",
    "pack_qty": 1,
    "price_per": 1,
    "price_kind": "list",
    "cost": None,
    "offer_price": None,
    "offer_from": None,
    "offer_until": None,
    "core_deposit": None,
    "battery_deposit": None,
    "discount_group": "",
    "status": "active",
    "reserved": 0,
    "lead_days": None,
    "gtin": "",
    "valid_from": None,
    "weight": None,
    "dimensions": None,
    "un_number": "",
    "customs_no": "",
    "origin": "",
    "image": "",
    "document": "",
    "tyre_label": None,
    "successor": (),
    "succession_kind": "",
    "oe_numbers": (),
    "supplier_numbers": (),
    "trade_numbers": (),
    "former_numbers": (),
    "fitment": (),
    "models": (),
}
"""What a field is when the profile does not deliver it; the order is that in which a row's values are held."""
PLACE = {name: place for place, name in enumerate(ABSENT)}


class Slot:
    """One column of the file, or several that make one text, and the place of its value in the row."""

    __slots__ = ("convert", "join", "label", "many", "memo", "place", "sources")

    def __init__(self, place: int, column: Column, convert: Convert, many: Many | None) -> None:
        self.place, self.convert, self.many = place, convert, many
        self.label, self.sources, self.join = column.labels[0], column.sources, column.join
        self.memo = QuietMemo(convert, KEPT if column.name in REPEATING else 0)

    def text(self, fields: Mapping[str, str]) -> str:
        """The delivered text, of several columns the first filled one or all joined."""
        if len(self.sources) == 1:
            return fields.get(self.sources[0], "")
        return self._one_of([fields.get(source, "") for source in self.sources])

    def texts(self, delivered: Callable[[str], Sequence[str]]) -> Sequence[str]:
        """The texts of many records; ``delivered`` gives those of one column of the file."""
        if len(self.sources) == 1:
            return delivered(self.sources[0])
        return [self._one_of(texts) for texts in zip(*map(delivered, self.sources), strict=True)]

    def values(self, texts: Sequence[str]) -> Sequence[Any]:
        """What the texts mean, :data:`ODD` for those that must be looked at one by one."""
        first = texts[0]
        if texts[-1] == first and texts[len(texts) // 2] == first and texts.count(first) == len(texts):
            return Same([self.memo[first]] * len(texts))
        if self.many is None:
            return self.memo.column(texts)
        values = self.many(texts)
        if values is not None:
            return values
        if len(texts) < FEW:
            return self.memo.column(texts)
        size = -(-len(texts) // PIECES)
        pieces = [self.values(texts[start : start + size]) for start in range(0, len(texts), size)]
        return list(chain.from_iterable(pieces))

    def _one_of(self, texts: Sequence[str]) -> str:
        filled = [stripped for text in texts if (stripped := text.strip())]
        return self.join.join(filled) if self.join is not None else next(iter(filled), "")


def slots_of(profile: Profile) -> Iterable[Slot]:
    """A slot per column with sources; locations of stock come last, in the profile's order."""
    stock_place = len(ABSENT)
    at_once = whole_columns(profile)
    for name, convert in converters(profile).items():
        column = profile.columns[name]
        if name != "stock":
            if column.sources:
                yield Slot(PLACE[name], column, convert, at_once.get(name))
            continue
        for source, label in zip(column.sources, column.labels, strict=True):
            yield Slot(stock_place, replace(column, sources=(source,), labels=(label,), join=None), convert, None)
            stock_place += 1


def template_of(profile: Profile) -> list[Any]:
    """A row without anything delivered: constants of the profile, and what absent fields are."""
    values = list(ABSENT.values())
    for name, convert in converters(profile).items():
        column = profile.columns[name]
        if column.sources:
            continue
        try:
            value = convert(column.const)
        except (Doubt, Refusal) as error:
            told = {"name": profile.name, "key": f"columns.{name}", "reason": error}
            raise BadProfile(_("Profile %(name)s, %(key)s: %(reason)s.") % told) from None
        if name != "stock":
            values[PLACE[name]] = value
    stock = profile.columns.get("stock")
    return values + [0] * (len(stock.sources) if stock else 0)
