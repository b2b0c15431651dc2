"""One item of a PIES file, told as fields. Names of both generations: ``BrandAAIAID`` of 7.x is ``BrandID`` in 8.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dealer_import.sources.bmecat_names import LIST, language_rank
from dealer_import.sources.bmecat_prices import number
from dealer_import.sources.pies_names import (
    DECIDING,
    DELETED,
    KILOGRAMS,
    MEASURED,
    MILLIMETRES,
    NO_TIER,
    PICTURES,
    PLAIN,
    SIDE,
    SIDES,
    STRIPPED,
)
from dealer_import.sources.wanted import blank_fields
from dealer_import.sources.xml_forms import Cut, Kind, Told, name_of_file
from dealer_import.sources.xml_text import Action, Chains, Parted, Tag, take_apart

Take = Callable[[str], None]


@dataclass(slots=True)
class Pricing:
    """One price of an item."""

    kind: str
    sheet: str = ""
    currency: str = ""
    start: str = ""
    end: str = ""
    amount: str = ""
    per: str = ""
    lower: str = ""


@dataclass(slots=True)
class Sheet:
    """A price sheet: what holds for its prices unless they say otherwise."""

    number: str = ""
    currency: str = ""
    start: str = ""
    end: str = ""


PRICE_PARTS = {
    "PriceSheetNumber": "sheet",
    "CurrencyCode": "currency",
    "EffectiveDate": "start",
    "ExpirationDate": "end",
    "PriceBreak": "lower",
}


class Item:
    """Tells one item at a time. What a tag means is found out once for each spelling of it."""

    def __init__(self, profile: Mapping[str, Any]) -> None:
        self.default_language = ""
        self._kind = str(profile.get("price_type", "LST")).upper()
        self._cost = str(profile.get("cost_type", "JBR")).upper()
        self._currency = str(profile.get("currency", "EUR")).upper()
        self._blank = blank_fields(profile)
        self._chains = Chains(self._resolve)
        self._actions: dict[str, Callable[[Tag], Action]] = {
            "Item": self._open_item,
            "ItemLevelGTIN": self._gtin,
            "PartNumber": lambda tag: self._part_number,
            "Description": self._description,
            "Pricing": self._open_pricing,
            "Price": self._price,
            "ExtendedProductInformation": self._extended,
            "ProductAttribute": self._attribute,
            "Package": lambda tag: self._open_package,
            "QuantityofEaches": lambda tag: self._eaches,
            "Dimensions": lambda tag: self._set("_dimension_unit", tag.attributes.get("UOM", "CM")),
            "Weights": lambda tag: self._set("_weight_unit", tag.attributes.get("UOM", "KG")),
            "Weight": lambda tag: self._weight,
            "PartInterchange": self._open_interchange,
            "KitComponent": lambda tag: self._set("_context", "kit" if alive(tag) else "deleted"),
            "HazardousMaterial": lambda tag: self._set("_context", "hazard"),
            "ComponentPartNumber": lambda tag: self._kit_part,
            "QuantityInKit": lambda tag: self._kit_quantity,
            "DigitalFileInformation": lambda tag: self._set("_context", "asset" if alive(tag) else "deleted"),
            "FileName": lambda tag: self._file,
            "URI": lambda tag: None,
            **{name: self._price_part(part) for name, part in PRICE_PARTS.items()},
            **{f"Shipping{side}": self._side(side, 1) for side in SIDES},
            **{f"Merchandising{side}": self._side(side, 0) for side in SIDES},
        }

    def read(self, text: str | Parted) -> None:
        """Take the item apart that ``text`` holds."""
        self.fields = self._blank.copy()
        self.gone = False
        self._context = ""
        self._ranks: dict[str, int] = {}
        self._prices: list[Pricing] = []
        self._interchange: list[str] = []
        self._attributes: list[str] = []
        self._kit: list[str] = []
        self._files: list[str] = []
        self._packages = 0
        self._dimension_unit, self._weight_unit = "CM", "KG"
        self._sides: dict[str, tuple[int, str]] = {}
        take_apart(text, self._chains, self.fields)

    def _resolve(self, tag: Tag) -> Action:
        if tag.closing:
            ends = ("PartInterchange", "KitComponent", "HazardousMaterial", "DigitalFileInformation")
            return self._set("_context", "") if tag.name in ends else None
        if tag.name in PLAIN:
            return PLAIN[tag.name]
        if tag.name in MEASURED:
            return self._measured(MEASURED[tag.name], tag)
        action = self._actions.get(tag.name)
        return action(tag) if action else None

    def _set(self, name: str, value: str) -> Take:
        def take(text: str) -> None:
            setattr(self, name, value)

        return take

    # -- leaves --------------------------------------------------------------------------------------------------

    def _open_item(self, tag: Tag) -> Take:
        gone = not alive(tag)

        def take(text: str) -> None:
            self.gone = gone

        return take

    def _gtin(self, tag: Tag) -> Take:
        def take(text: str) -> None:
            """GTIN-14 with a leading zero is the GTIN-13 of one piece."""
            digits = text.strip()
            self.fields["gtin"] = digits[1:] if len(digits) == 14 and digits[0] == "0" else digits

        return take

    def _measured(self, name: str, tag: Tag) -> Take:
        unit = tag.attributes.get("UOM", "")

        def take(text: str) -> None:
            self.fields[name], self.fields[f"{name}:uom"] = text, unit

        return take

    def _part_number(self, text: str) -> None:
        if not self._context:
            self.fields["part_number"] = text
        elif self._context == "interchange" and text.strip():
            self._interchange.append(text.strip())

    def _description(self, tag: Tag) -> Take | None:
        name = f"description:{tag.attributes.get('DescriptionCode', '').lower()}"
        rank = language_rank(tag.attributes.get("LanguageCode"), self.default_language)
        if not alive(tag):
            return None

        def take(text: str) -> None:
            if not self._context and text and rank < self._ranks.get(name, 9):
                self._ranks[name], self.fields[name] = rank, text

        return take

    def _extended(self, tag: Tag) -> str | None:
        return f"expi:{tag.attributes.get('EXPICode', '').lower()}" if alive(tag) else None

    def _attribute(self, tag: Tag) -> Take | None:
        name, unit = tag.attributes.get("AttributeID", "").strip(), tag.attributes.get("AttributeUOM", "")
        if not name or not alive(tag):
            return None

        def take(text: str) -> None:
            self.fields[f"attribute:{name.casefold()}"] = text
            self._attributes.append(f"{name}={text.strip()}{' ' if unit else ''}{unit}")

        return take

    # -- prices --------------------------------------------------------------------------------------------------

    def _open_pricing(self, tag: Tag) -> Take:
        kind = tag.attributes.get("PriceType", "").upper() if alive(tag) else ""

        def take(text: str) -> None:
            self._prices.append(Pricing(kind))

        return take

    def _price_part(self, part: str) -> Callable[[Tag], Take]:
        def take(text: str) -> None:
            if self._prices:
                setattr(self._prices[-1], part, text.strip())

        return lambda tag: take

    def _price(self, tag: Tag) -> Take:
        per = tag.attributes.get("UOM", "")

        def take(text: str) -> None:
            if self._prices:
                self._prices[-1].amount, self._prices[-1].per = text.strip(), per

        return take

    # -- packages, interchange, kits, files --------------------------------------------------------------------------

    def _open_package(self, text: str) -> None:
        self._packages += 1

    def _eaches(self, text: str) -> None:
        if self._packages == 1:
            self.fields["quantity_of_eaches"] = text

    def _weight(self, text: str) -> None:
        kilograms = scaled(text, KILOGRAMS, self._weight_unit)
        if self._packages <= 1 and not self.fields.get("weight"):
            self.fields["weight"] = as_delivered([text], self._weight_unit) if kilograms is None else kilograms

    def _side(self, side: str, rank: int) -> Callable[[Tag], Take]:
        def take(text: str) -> None:
            if self._packages <= 1 and self._sides.get(side, (-1, ""))[0] < rank:
                self._sides[side] = (rank, text)

        return lambda tag: take

    def _open_interchange(self, tag: Tag) -> Take:
        return self._set("_context", "interchange" if alive(tag) else "deleted")

    def _kit_part(self, text: str) -> None:
        if self._context == "kit" and text.strip():
            self._kit.append(text.strip())

    def _kit_quantity(self, text: str) -> None:
        if self._context == "kit" and self._kit:
            self._kit[-1] = f"{self._kit[-1]}*{text.strip()}"

    def _file(self, text: str) -> None:
        name = text.strip().replace("\\", "/").rpartition("/")[2]
        if self._context == "asset" and name and name not in (".", ".."):
            self._files.append(name)

    # -- the whole -------------------------------------------------------------------------------------------------

    def finish(self, *, day: str, currency: str, sheets: Mapping[str, Sheet]) -> dict[str, str]:
        """The item's fields; ``day`` is when the file was made, the rest is what stands above the items."""
        fields = self.fields
        fields["number"] = fields.get("part_number", "")
        fields["brand"] = fields.get("brand_label") or fields.get("brand_id", "")
        fields["title"] = _first(fields, "description:sho", "description:des", "description:asc", "description:ext")
        fields["description"] = _first(fields, "description:ext", "description:mkt", "description:des")
        fields["unit"] = fields.get("item_quantity_size:uom") or fields.get("minimum_order_quantity:uom", "")
        self._tell_prices(day, currency, sheets)
        for name, values in (("oe_numbers", self._interchange), ("attributes", self._attributes), ("kit", self._kit)):
            if values:
                fields[name] = LIST.join(values)
        if self._files:
            self._tell_files()
        if len(self._sides) == len(SIDES):
            size = millimetres([self._sides[side][1] for side in SIDES], self._dimension_unit)
            if size:
                fields["dimensions"] = size
        return fields

    # -- many at once ------------------------------------------------------------------------------------------------

    def kind_of(self, tag: str, tags: frozenset[str]) -> Kind | Cut:
        """What the value of ``tag`` does in an item with ``tags``; see :mod:`dealer_import.sources.xml_forms`."""
        if tag in DECIDING:
            return Kind.DECIDES
        if tag == "ItemLevelGTIN":
            return without_zero
        if tag == "FileName":
            return name_of_file
        if tag == "Weight":
            return Kind.NUMBER
        return Kind.STRIPPED if tag in STRIPPED else Kind.PASSED

    def told(self, fields: dict[str, str]) -> dict[str, str]:
        """The item's ``fields`` with its sides instead of its size, which is reckoned from them."""
        if len(self._sides) < len(SIDES):
            return fields
        fields["dimensions"] = ""
        sides = {f"{SIDE}{side}": self._sides[side][1] for side in SIDES}
        return {**fields, **sides, f"{SIDE}unit": self._dimension_unit}

    @staticmethod
    def sizes(block: Told) -> Sequence[str]:
        """The size of each item."""
        *sides, units = [block.early(f"{SIDE}{name}") for name in (*SIDES, "unit")]
        if not any(units):
            return block.early("dimensions")
        rows = zip(zip(*sides, strict=True), units, block.early("dimensions"), strict=True)
        return [(millimetres(each, unit) if unit else "") or told for each, unit, told in rows]

    def is_steady(self) -> bool:
        """Whether another item with the same tags, whose values merely differ, would be told alike."""
        kinds = [price.kind for price in self._prices if price.kind and price.lower in NO_TIER]
        return len(set(kinds)) == len(kinds) and all(price.kind in kinds for price in self._prices if price.kind)

    def _tell_prices(self, day: str, currency: str, sheets: Mapping[str, Sheet]) -> None:
        kinds: dict[str, list[Pricing]] = {}
        for price in self._prices:
            sheet = sheets.get(price.sheet)
            if sheet is not None:
                price.currency = price.currency or sheet.currency
                price.start, price.end = price.start or sheet.start, price.end or sheet.end
            if (price.currency or currency or self._currency) == self._currency and price.kind:
                kinds.setdefault(price.kind, []).append(price)
        for kind, several in kinds.items():
            tiers = [price for price in several if price.lower not in NO_TIER]
            prices = [price for price in several if price.lower in NO_TIER] or several
            price = prices[0] if len(prices) == 1 else _current(prices, day)
            self.fields[f"price:{kind.lower()}"] = price.amount
            if kind == self._kind:
                self.fields["price"], self.fields["price_uom"] = price.amount, price.per
                self.fields["valid_from"], self.fields["valid_to"] = price.start, price.end
                if tiers and tiers != several:
                    self.fields["price_tiers"] = LIST.join(f"{tier.lower}={tier.amount}" for tier in tiers)
            if kind == self._cost:
                self.fields["cost"] = price.amount

    def _tell_files(self) -> None:
        images = [name for name in self._files if name.lower().endswith(PICTURES)]
        documents = [name for name in self._files if name not in images]
        if images:
            self.fields["image"], self.fields["images"] = images[0], LIST.join(images)
        if documents:
            self.fields["document"], self.fields["documents"] = documents[0], LIST.join(documents)


def without_zero(text: str) -> tuple[int, int]:
    """A cut behind the zero that makes a GTIN-14 of a GTIN-13; numbers of other lengths decide."""
    if len(text) == 14 and text[0] == "0":
        return 1, 14
    return (0, 13) if len(text) == 13 else (len(text), len(text))


def alive(tag: Tag) -> bool:
    """Whether the element is there to stay: additions and changes are, deletions are not."""
    return tag.attributes.get("MaintenanceType", "").upper() != DELETED


def scaled(text: str, factors: Mapping[str, str], unit: str) -> str | None:
    """``text`` in the unit that ``factors`` lead to, exactly; None for what is no number or an unknown unit."""
    factor = factors.get(unit.upper())
    value = number(text)
    if factor is None or value is None:
        return None
    if factor == "1":
        return text.strip()
    return format(value * Decimal(factor), "f")


def millimetres(sides: Sequence[str], unit: str) -> str:
    """Three sides in millimetres; as they stand if any of them is no number, or the unit unknown."""
    lengths = [scaled(side, MILLIMETRES, unit) for side in sides]
    return as_delivered(sides, unit) if None in lengths else "x".join(whole(length or "0") for length in lengths)


def as_delivered(values: Sequence[str], unit: str) -> str:
    """What cannot be read, so that its part is told of; empty if there is nothing."""
    return f"{' x '.join(values)} {unit or '?'}" if any(map(str.strip, values)) else ""


def whole(text: str) -> str:
    """A number as a whole one, rounded half up."""
    return str(Decimal(text).quantize(Decimal(1), ROUND_HALF_UP))


def _first(fields: Mapping[str, str], *names: str) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")


def _current(prices: list[Pricing], day: str) -> Pricing:
    begun = [price for price in prices if price.start <= day and (not price.end or price.end >= day)]
    return max(begun, key=lambda price: price.start) if begun else min(prices, key=lambda price: price.start)
