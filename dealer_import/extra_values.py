"""What texts of the fields mean that few rows have (:mod:`shopflow.parts.extra_fields`). Pure.

Every function gives a piece of the part's JSON object. What cannot be read never costs the row: a doubt tells of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from dealer_import.doubts import Convert, Doubt, clean
from dealer_import.profiles.model import Column, Profile
from dealer_import.sentences import say as _
from dealer_import.texts import plain_text
from dealer_import.values import NumberFormat, has_markup, parse_date, parse_model
from shopflow.parts.extra_fields import EXTRAS, MANUFACTURER, RELATIONS

Extra = dict[str, Any]
Factory = Callable[[Column, NumberFormat, Profile], Convert]
MAX_LIST = 200
MAX_TEXT = 5000
MAX_MILLI = 2_000_000_000
TRUE = frozenset(["1", "J", "JA", "Y", "YES", "TRUE", "WAHR", "X", "A"])
FALSE = frozenset(["", "0", "N", "NEIN", "NO", "FALSE", "FALSCH", "-"])
CONTENT_UNITS: Mapping[str, tuple[str, int]] = {
    **dict.fromkeys(("L", "LT", "LTR", "LITER", "LITRE"), ("LTR", 1)),
    **dict.fromkeys(("DL", "DLT"), ("LTR", 10)),
    **dict.fromkeys(("CL", "CLT"), ("LTR", 100)),
    **dict.fromkeys(("ML", "MLT", "CCM", "CMQ"), ("LTR", 1000)),
    **dict.fromkeys(("KG", "KGM"), ("KGM", 1)),
    **dict.fromkeys(("G", "GR", "GRM"), ("KGM", 1000)),
    **dict.fromkeys(("M", "MTR", "METER", "LFM"), ("MTR", 1)),
    **dict.fromkeys(("CM", "CMT"), ("MTR", 100)),
    **dict.fromkeys(("MM", "MMT"), ("MTR", 1000)),
    **dict.fromkeys(("QM", "M2", "M²", "MTK"), ("MTK", 1)),
}
"""Spelling → unit of the base price, and how many of the spelled ones make one of it."""
APPROVALS: Mapping[str, str] = {
    **dict.fromkeys(("NONE", "KEINE", "NICHT ERFORDERLICH", "EINTRAGUNGSFREI"), "none"),
    "ABE": "abe",
    **dict.fromkeys(("ECE", "EG", "E-PRÜFZEICHEN", "EG-TYPGENEHMIGUNG", "ECE-GENEHMIGUNG", "E"), "ece"),
    **dict.fromkeys(("PARTIAL", "TEILETYPGENEHMIGUNG", "TEILEGENEHMIGUNG"), "partial"),
    **dict.fromkeys(("REPORT", "TEILEGUTACHTEN", "GUTACHTEN", "TGA"), "report"),
    **dict.fromkeys(("NO_ROAD", "OHNE STVZO", "NICHT FÜR STVZO", "KEINE STRASSENZULASSUNG"), "no_road"),
}
GOODS = {code.upper(): code for code in ("tyre", "oil", "fluid", "battery", "lighting", "airbag", "none")}
RESTRICTIONS = {code.upper(): code for code in ("not_for_sale", "business", "trained", "age_18")}
PACKING = {**{group: group for group in ("I", "II", "III")}, "1": "I", "2": "II", "3": "III"}
_AMOUNT = re.compile(r"([0-9][0-9.,']*)\s*([^\s0-9.,]*)\Z")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9_]{3,17}\Z")
_QUANTITY = re.compile(r"(.+?)\s*[*×]\s*([0-9]{1,6})\Z")
_SEASON = re.compile(r"(1[0-2]|[1-9])\s*[-–]\s*(1[0-2]|[1-9])\Z")


def extra_converters(profile: Profile) -> dict[str, Convert]:
    """One function per field of this kind that ``profile`` fills: from a text to a piece of the JSON object."""
    return {
        name: _FACTORIES[name](column, profile.numbers, profile)
        for name, column in profile.columns.items()
        if name in EXTRAS or name == "content_unit"
    }


def doubt(value: Any) -> Doubt:
    return Doubt(value, ("value", _("This value cannot be read; the part was taken without it.")))


def _text(key: str, length: int) -> Factory:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        def convert(text: str) -> Extra:
            text = clean(text)
            if has_markup(text):
                text = plain_text(text).strip()
            return {key: text[:length]} if text else {}

        return convert

    return factory


def _word(key: str, words: Mapping[str, str]) -> Factory:
    """A code; the profile's own ``map`` goes before the usual words."""

    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        def convert(text: str) -> Extra:
            word = clean(text).upper()
            found = words.get(str(column.map.get(word, word)).upper(), "")
            if word and not found:
                raise doubt({})
            return {key: found} if found else {}

        return convert

    return factory


def _flag(key: str, *, default: bool = False) -> Factory:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        def convert(text: str) -> Extra:
            word = clean(text).upper()
            word = str(column.map.get(word, word)).upper()
            if word not in TRUE and word not in FALSE:
                raise doubt({})
            told = word in TRUE
            return {key: told} if word and told is not default else {}

        return convert

    return factory


def _date(key: str) -> Factory:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        def convert(text: str) -> Extra:
            text = clean(text)
            if not text or not text.strip("0"):
                return {}
            try:
                return {key: parse_date(text, column.formats).isoformat()}
            except ValueError:
                raise Doubt({}, ("date", _("There is no such day; the date was left out."))) from None

        return convert

    return factory


def _whole(key: str, minimum: int, maximum: int) -> Factory:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        def convert(text: str) -> Extra:
            text = clean(text)
            if not text:
                return {}
            try:
                value = numbers.whole(text)
            except ValueError:
                raise doubt({}) from None
            if not minimum <= value <= maximum:
                raise doubt({})
            return {key: value} if value > minimum else {}

        return convert

    return factory


def _season(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> Extra:
        text = clean(text)
        if not text:
            return {}
        found = _SEASON.match(text)
        if found is None:
            raise doubt({})
        return {"season_from": int(found.group(1)), "season_to": int(found.group(2))}

    return convert


# -- content -----------------------------------------------------------------------------------------------------------


def _content(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    """``5``, ``5 l`` or ``500ml`` as millionths and, perhaps, a unit; :func:`joined_content` makes the whole of it."""

    def convert(text: str) -> Extra:
        text = clean(text)
        if not text:
            return {}
        found = _AMOUNT.match(text)
        unit = found.group(2).upper().rstrip(".") if found else ""
        if found is None or (unit and unit not in CONTENT_UNITS):
            raise doubt({})
        try:
            micro, _lost = numbers.scaled(found.group(1), 6)
        except ValueError:
            raise doubt({}) from None
        return {"content": [micro, unit]} if micro else {}

    return convert


def _content_unit(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    """Units without a base price, such as pieces, say nothing."""

    def convert(text: str) -> Extra:
        unit = clean(text).upper()
        unit = str(column.map.get(unit, unit)).upper()
        return {"content_unit": unit} if unit in CONTENT_UNITS else {}

    return convert


def joined_content(found: Extra) -> None:
    """Put amount and unit together as ``content_milli`` and ``content_unit``, or leave both out."""
    micro, own = found.pop("content", (0, ""))
    told = found.pop("content_unit", "")
    unit = own or told
    if not micro or unit not in CONTENT_UNITS:
        return
    base, parts = CONTENT_UNITS[unit]
    milli = (2 * micro + 1000 * parts) // (2 * 1000 * parts)
    if 0 < milli <= MAX_MILLI:
        found["content_milli"], found["content_unit"] = milli, base


# -- lists -------------------------------------------------------------------------------------------------------------


def _items(text: str, mark: str) -> list[str]:
    return [item for part in clean(text).split(mark) if (item := part.strip())][:MAX_LIST]


def _listed(key: str, separator: str, read: Callable[[str, NumberFormat], Any]) -> Factory:
    """A list whose items ``read`` understands; it returns None for one that it does not."""

    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        mark = column.split or separator

        def convert(text: str) -> Extra:
            if not text:
                return {}
            items = [read(item, numbers) for item in _items(text, mark)]
            good = list({repr(item): item for item in items if item is not None}.values())
            found = {key: good} if good else {}
            if None in items:
                raise doubt(found)
            return found

        return convert

    return factory


def _file(item: str, numbers: NumberFormat) -> str | None:
    name = item.replace("\\", "/").rsplit("/", 1)[-1]
    return None if name in ("", ".", "..") else name[:128]


def _feature(item: str, numbers: NumberFormat) -> list[str] | None:
    name, mark, value = item.partition("=")
    name, value = " ".join(name.split())[:80], " ".join(value.split())[:300].replace("|", "/")
    return [name, value] if mark and name and value else None


def _tier(item: str, numbers: NumberFormat) -> list[int] | None:
    """``10=4,50``: from ten units on, the price of ``price_per`` units."""
    quantity, mark, amount = item.partition("=")
    try:
        whole, cents = -(-numbers.scaled(quantity.strip(), 3)[0] // 1000), numbers.scaled(amount.strip(), 2)[0]
    except ValueError:
        return None
    return [whole, cents] if mark and 0 < whole <= 1_000_000 and 0 < cents <= MAX_MILLI else None


def _relation(item: str, numbers: NumberFormat) -> list[Any]:
    """``4711*2`` or ``4711``; which brand and key that is can be said only when the part's brand is known."""
    found = _QUANTITY.match(item)
    return [found.group(1), max(1, int(found.group(2)))] if found else [item, 1]


def _vin(item: str, numbers: NumberFormat) -> list[Any] | None:
    """``WVWZZZ1K______ Golf (2004-2008)`` as pattern, model and years."""
    pattern, _blank, rest = item.partition(" ")
    pattern = pattern.upper().replace("?", "_").rstrip("%*").rstrip("_")
    if not _VIN.match(pattern) or pattern.startswith("_"):
        return None
    return [pattern, *parse_model(rest)]


def _model(item: str, numbers: NumberFormat) -> list[Any] | None:
    name, first, last = parse_model(item)
    name = name.upper().replace("?", "_").rstrip("%*").strip()
    return [name[:80], first, last] if name.strip("_") and "%" not in name and "*" not in name else None


_TEXT_KEYS = {"manufacturer": 160, "responsible": 160, "manufacturer_contact": 254, "responsible_contact": 254}
_FACTORIES: Mapping[str, Factory] = {
    "content": _content,
    "content_unit": _content_unit,
    "features": _listed("features", "|", _feature),
    "hazard_class": _text("hazard_class", 8),
    "packing_group": _word("packing_group", PACKING),
    "limited_quantity": _flag("limited_quantity"),
    "approval_kind": _word("approval_kind", {**APPROVALS, **{code.upper(): code for code in APPROVALS.values()}}),
    "approval_number": _text("approval_number", 40),
    "approval_note": _text("approval_note", 3000),
    "safety_text": _text("safety_text", MAX_TEXT),
    "core_taxed": _flag("core_taxed"),
    "valid_to": _date("price_valid_to"),
    "order_multiple": _whole("order_multiple", 1, 1_000_000),
    "goods_class": _word("goods_class", GOODS),
    "sale_restriction": _word("sale_restriction", RESTRICTIONS),
    "pickup_only": _flag("pickup_only"),
    "season": _season,
    "images": _listed("pictures", ",", _file),
    "documents": _listed("documents", ",", _file),
    "price_tiers": _listed("price_tiers", "|", _tier),
    "vin_patterns": _listed("vin_patterns", "|", _vin),
    "model_patterns": _listed("model_patterns", "|", _model),
    **{name: _listed(name, "+" if name == "kit" else ",", _relation) for name in RELATIONS},
    **{name: _text(name, _TEXT_KEYS.get(name, 1000)) for name in MANUFACTURER},
    "manufacturer_in_eu": _flag("manufacturer_in_eu", default=True),
}
