"""What one delivered text means for one canonical field. Pure; nothing here knows of rows, files or the database."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Any

from dealer_import.amounts import (
    MAX_CENTS,
    Factory,
    list_price,
    optional_amount,
    pack_qty,
    price_per,
    quantity,
    tax,
    unit,
    whole,
)
from dealer_import.doubts import Convert, Doubt, Refusal, clean
from dealer_import.profiles import Column, Profile
from dealer_import.profiles.fields import EXTRA_FIELDS
from dealer_import.sentences import say as _
from dealer_import.texts import german_slug, plain_text, safe_html
from dealer_import.values import (
    NumberFormat,
    has_markup,
    is_exponent,
    is_formula,
    is_gtin,
    is_mojibake,
    looks_converted,
    parse_date,
    parse_dimensions,
    parse_tyre_label,
    parse_un_number,
)
from shopflow.parts.numbers import MAX_LENGTH

MAX_LIST = 500
"""Numbers or vehicles in one cell; more is a damaged cell."""
LONGEST_CODE = 32
"""Characters of a brand's code."""
LONGEST_TITLE = 255
"""Characters that the shop keeps of a name."""


def converters(profile: Profile) -> dict[str, Convert]:
    """One function per canonical field that ``profile`` fills."""
    numbers = profile.numbers
    made: dict[str, Convert] = {}
    for name, column in profile.columns.items():
        if name in EXTRA_FIELDS:
            continue
        factory = _FACTORIES.get(name, _plain)
        made[name] = _worded(name, column, factory(column, numbers, profile))
    return made


def _worded(name: str, column: Column, convert: Convert) -> Convert:
    """Translate a column's words before they are converted, for fields that do not look them up themselves."""
    if not column.map or name in _LOOK_UP_THEMSELVES:
        return convert
    words = column.map

    def worded(text: str) -> Any:
        return convert(words.get(clean(text).upper(), text))

    return worded


def _plain(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    return clean


# -- identity and texts ------------------------------------------------------------------------------------------------


def _brand(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> tuple[str, str]:
        name = " ".join(clean(text).split())[:120]
        if not name:
            raise Refusal("brand_missing", _("The row names no brand. Add it in the system."))
        return profile.brands.get(name.casefold()) or _brand_code(name), name

    return convert


def _brand_code(name: str) -> str:
    """A code made from a brand's name; long names that begin alike stay two brands."""
    code = german_slug(name, "marke").upper()
    if len(code) <= LONGEST_CODE:
        return code
    return f"{code[: LONGEST_CODE - 9]}-{zlib.crc32(code.encode()):08X}"


def _number(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> str:
        display = clean(text)
        if not display:
            raise Refusal("number_missing", _("The row has no part number. Add it in the system."))
        if len(display) > MAX_LENGTH:
            hint = _("The number is longer than %(max)s characters. Correct it in the system.")
            raise Refusal("number_too_long", hint % {"max": MAX_LENGTH})
        if is_exponent(display):
            hint = _("A spreadsheet has destroyed this number. Export the file without opening it in a spreadsheet.")
            raise Refusal("number_exponent", hint)
        if looks_converted(display):
            raise Doubt(display, ("number_suspicious", _("A spreadsheet may have changed it. Check it.")))
        return display

    return convert


def _title(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> str:
        text = clean(text)
        title = " ".join((plain_text(text) if has_markup(text) else text).split())
        if not title:
            raise Refusal("title_missing", _("The row has no name. Add it in the system."))
        if len(title) > LONGEST_TITLE:
            hint = _("The name is longer than %(max)s characters and was cut.")
            raise Doubt(title[:LONGEST_TITLE], ("value", hint % {"max": LONGEST_TITLE}))
        return _sound(text, title)

    return convert


def _description(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> str:
        text = clean(text)
        if not text:
            return ""
        tagged = has_markup(text)
        if not tagged and not ("<" in text or ">" in text or "&" in text or "\n" in text or "\r" in text):
            return _sound(text, text)
        return _sound(text, safe_html(text, has_markup=tagged))

    return convert


def _sound(text: str, value: str) -> str:
    """``value``, with a doubt about everything in ``text`` that staff should look at."""
    if not ("<" in text or "\u00c3" in text or "\u00e2" in text or is_formula(text)):
        return value
    reasons = []
    if has_markup(text):
        reasons.append(("html", _("The text holds HTML; only harmless formatting was kept.")))
    if is_formula(text):
        reasons.append(("formula", _("A spreadsheet would run this text as a formula. Check it.")))
    if is_mojibake(text):
        reasons.append(("mojibake", _("The umlauts are damaged. Correct the text in the system.")))
    if reasons:
        raise Doubt(value, *reasons)
    return value


def _category(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    separator = profile.category_separator

    def convert(text: str) -> tuple[str, ...]:
        names = (" ".join(name.split())[:255] for name in clean(text).split(separator))
        return tuple(name for name in names if name)[:6]

    return convert


def _short(length: int) -> Factory:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        return lambda text: clean(text)[:length]

    return factory


def _file_name(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> str:
        name = clean(text).replace("\\", "/").rsplit("/", 1)[-1]
        return "" if name in (".", "..") else name[:128]

    return convert


def _word(default: str) -> Factory:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        return lambda text: column.map.get(clean(text).upper(), default)

    return factory


# -- other values ------------------------------------------------------------------------------------------------------


def _kind_if_told(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    """Nothing said leaves the kind to the number of successors."""
    return lambda text: column.map.get(word, "") if (word := clean(text).upper()) else ""


def _gtin(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> str:
        text = clean(text)
        if not text or not text.strip("0"):
            return ""
        if not is_gtin(text):
            raise Doubt("", ("ean", _("The check digit is wrong; the part was taken without this EAN.")))
        return text

    return convert


def _date(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> Any:
        text = clean(text)
        if not text or not text.strip("0"):
            return None
        try:
            return parse_date(text, column.formats)
        except ValueError:
            raise Doubt(None, ("date", _("There is no such day; the date was left out."))) from None

    return convert


def _weight(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    places, example = (0, "1250") if column.type == "grams" else (3, f"1{numbers.decimal}25")

    def convert(text: str) -> int | None:
        text = clean(text)
        if not text:
            return None
        try:
            grams, _lost = numbers.scaled(text, places)
        except ValueError:
            grams = -1
        if not 0 <= grams <= MAX_CENTS:
            hint = _("The weight must be a number such as %(example)s, without a unit; the part was taken without it.")
            raise Doubt(None, ("value", hint % {"example": example}))
        return grams or None

    return convert


def _split(separator: str) -> Factory:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        mark = column.split or separator

        def convert(text: str) -> tuple[str, ...]:
            if not text:
                return ()
            return tuple([item for part in clean(text).split(mark) if (item := part.strip())][:MAX_LIST])

        return convert

    return factory


def _parsed(parse: Callable[[str], Any], hint: Callable[[], str]) -> Factory:
    """``parse`` gives something empty for what it cannot read. That is told: nothing is left out in silence."""

    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        def convert(text: str) -> Any:
            text = clean(text)
            value = parse(text)
            if not value and text.strip("0"):
                raise Doubt(value, ("value", hint()))
            return value

        return convert

    return factory


def _origin_code(text: str) -> str:
    code = text.upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


_FACTORIES: Mapping[str, Factory] = {
    "brand": _brand,
    "number": _number,
    "title": _title,
    "description": _description,
    "category": _category,
    "gtin": _gtin,
    "unit": unit,
    "pack_qty": pack_qty,
    "price_per": price_per,
    "list_price": list_price,
    "price_kind": _word("list"),
    "cost": optional_amount("cost"),
    "offer_price": optional_amount("offer_price"),
    "offer_from": _date,
    "offer_until": _date,
    "discount_group": _short(16),
    "tax": tax,
    "core_deposit": optional_amount("deposit"),
    "battery_deposit": optional_amount("deposit"),
    "stock": quantity,
    "reserved": quantity,
    "lead_days": whole("lead_days", None, 0, 9999),
    "successor": _split("+"),
    "succession_kind": _kind_if_told,
    "oe_numbers": _split(","),
    "supplier_numbers": _split(","),
    "trade_numbers": _split(","),
    "former_numbers": _split(","),
    "fitment": _split(","),
    "models": _split("|"),
    "un_number": _parsed(
        parse_un_number, lambda: _("A UN number has four digits, such as UN1950; the part was taken without it.")
    ),
    "weight": _weight,
    "dimensions": _parsed(
        parse_dimensions,
        lambda: _("The size must be three whole millimetres such as 120x80x15; the part was taken without it."),
    ),
    "customs_no": _short(14),
    "origin": _parsed(
        _origin_code, lambda: _("The country must be a code of two letters such as DE; the part was taken without it.")
    ),
    "image": _file_name,
    "document": _file_name,
    "tyre_label": _parsed(
        parse_tyre_label,
        lambda: _("The tyre label must look like C;B;71;B;3PMSF;EPREL 381337; the part was taken without it."),
    ),
    "valid_from": _date,
    "status": _word("active"),
}
_LOOK_UP_THEMSELVES = frozenset(["unit", "price_kind", "succession_kind", "status", "stock", "reserved"])
_UNLIKE = frozenset(
    [
        *("number", "title", "description", "gtin", "list_price", "offer_price", "cost", "image", "weight"),
        *("dimensions", "oe_numbers", "supplier_numbers", "trade_numbers", "former_numbers", "fitment", "models"),
        "successor",
    ]
)
REPEATING = frozenset(_FACTORIES) - _UNLIKE
"""Fields whose texts come again and again, so that it pays to remember what they mean."""
