"""The columns of a profile as places in a row of values, each with what its texts mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any

from dealer_import.converting import REPEATING, converters
from dealer_import.doubts import Doubt, Memo, Refusal
from dealer_import.profiles import BadProfile, Profile
from dealer_import.sentences import say as _

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

    __slots__ = ("join", "label", "memo", "place", "sources")

    def __init__(self, place: int, memo: Memo, label: str, sources: tuple[str, ...], join: str | None) -> None:
        self.place, self.memo, self.label, self.sources, self.join = place, memo, label, sources, join

    def text(self, fields: Mapping[str, str]) -> str:
        """The delivered text, of several columns the first filled one or all joined."""
        if len(self.sources) == 1:
            return fields.get(self.sources[0], "")
        texts = [text for text in (fields.get(source, "").strip() for source in self.sources) if text]
        return self.join.join(texts) if self.join is not None else next(iter(texts), "")


def slots_of(profile: Profile) -> Iterable[Slot]:
    """A slot per column with sources; locations of stock come last, in the profile's order."""
    stock_place = len(ABSENT)
    for name, convert in converters(profile).items():
        column = profile.columns[name]
        memo = Memo(convert, KEPT if name in REPEATING else 0)
        if name != "stock":
            if column.sources:
                yield Slot(PLACE[name], memo, column.labels[0], column.sources, column.join)
            continue
        for source, label in zip(column.sources, column.labels, strict=True):
            yield Slot(stock_place, memo, label, (source,), None)
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


def tolerant_getter_of(sources: list[str]) -> Callable[[Mapping[str, str]], tuple[str, ...]]:
    """Like :func:`getter_of`, for records that may lack some of ``sources``."""
    return lambda fields: tuple([fields.get(source, "") for source in sources])


def getter_of(sources: list[str]) -> Callable[[Mapping[str, str]], tuple[str, ...]]:
    """A function that takes the texts of ``sources`` from a record's fields; it raises KeyError if one is absent."""
    if len(sources) > 1:
        return itemgetter(*sources)
    return lambda fields: tuple(fields[source] for source in sources)
