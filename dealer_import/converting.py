"""What one delivered text means for one canonical field. Pure; nothing here knows of rows, files or the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dealer_import.profiles import Column, Profile
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

MAX_CENTS = 2_000_000_000
"""20 million euro; what the tables hold."""
MAX_LIST = 500
"""Numbers or vehicles in one cell; more is a damaged cell."""
TAX_CODES = {1900: "standard", 700: "reduced"}
"""German rates in hundredths of a percent."""

Convert = Callable[[str], Any]


class Refusal(Exception):
    """The value must not reach the shop. ``instead`` is what to take where a profile prefers the row to the field."""

    def __init__(self, code: str, hint: str, *, instead: Any = None, optional: bool = False) -> None:
        super().__init__(hint)
        self.code, self.hint, self.instead, self.optional = code, hint, instead, optional


class Doubt(Exception):
    """The value was taken, or replaced by ``value``, and staff should know why: pairs of code and hint."""

    def __init__(self, value: Any, *reasons: tuple[str, str]) -> None:
        super().__init__(reasons)
        self.value, self.reasons = value, reasons


class Memo(dict[str, Any]):
    """What texts of one column mean, each worked out once. Texts that give a doubt or a refusal are not kept."""

    def __init__(self, convert: Convert, limit: int) -> None:
        super().__init__()
        self.convert, self.limit = convert, limit

    def __missing__(self, text: str) -> Any:
        value = self.convert(text)
        if len(self) < self.limit:
            self[text] = value
        return value


def clean(text: str) -> str:
    """``text`` without blanks around it and without no-break spaces."""
    return text.strip() if text.isascii() else text.replace("\u00a0", " ").strip()


def converters(profile: Profile) -> dict[str, Convert]:
    """One function per canonical field that ``profile`` fills."""
    numbers = profile.numbers
    made: dict[str, Convert] = {}
    for name, column in profile.columns.items():
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
        return profile.brands.get(name.casefold()) or german_slug(name, "marke").upper()[:32], name

    return convert


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
        title = " ".join((plain_text(text) if has_markup(text) else text).split())[:255]
        if not title:
            raise Refusal("title_missing", _("The row has no name. Add it in the system."))
        return _sound(text, title)

    return convert


def _description(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> str:
        text = clean(text)
        return _sound(text, safe_html(text, has_markup=has_markup(text))) if text else ""

    return convert


def _sound(text: str, value: str) -> str:
    """``value``, with a doubt about everything in ``text`` that staff should look at."""
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


def _short(length: int) -> Callable[[Column, NumberFormat, Profile], Convert]:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        return lambda text: clean(text)[:length]

    return factory


def _file_name(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> str:
        name = clean(text).replace("\\", "/").rsplit("/", 1)[-1]
        return "" if name in (".", "..") else name[:128]

    return convert


def _word(default: str) -> Callable[[Column, NumberFormat, Profile], Convert]:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        return lambda text: column.map.get(clean(text).upper(), default)

    return factory


# -- money, units, quantities ------------------------------------------------------------------------------------------


def _unit(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> str:
        found = column.map.get(clean(text).upper())
        if found is None:
            raise Refusal("unit", _("The profile does not know this unit. Add it to its map."))
        return found

    return convert


def _tax(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> str:
        try:
            rate, _lost = numbers.scaled(clean(text).removesuffix("%").strip(), 2)
            return TAX_CODES[rate]
        except (ValueError, KeyError):
            raise Refusal("tax", _("This is no German VAT rate. Correct it in the system.")) from None

    return convert


def _list_price(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    amount = _amount(column, numbers)

    def convert(text: str) -> int:
        try:
            cents = amount(clean(text))
        except ValueError:
            cents = 0
        if not 0 < cents <= MAX_CENTS:
            hint = _("The price must be a number above zero, such as 1.234,50. Correct it in the system.")
            raise Refusal("price", hint)
        return cents

    return convert


def _optional_amount(code: str) -> Callable[[Column, NumberFormat, Profile], Convert]:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        amount = _amount(column, numbers)

        def convert(text: str) -> int | None:
            text = clean(text)
            if not text:
                return None
            try:
                cents = amount(text)
            except ValueError:
                cents = -1
            if not 0 <= cents <= MAX_CENTS:
                hint = _("This must be an amount such as 12,50, or empty. Correct it in the system.")
                raise Refusal(code, hint, optional=True)
            return cents

        return convert

    return factory


def _amount(column: Column, numbers: NumberFormat) -> Callable[[str], int]:
    """Cents from a text; ValueError for no number, a doubt for digits that were rounded away."""
    factor = tuple(column.factor.partition("."))

    def times(cents: int) -> int:
        whole, _mark, fraction = factor
        scale = 10 ** len(fraction)
        return (2 * cents * int(whole + fraction) + scale) // (2 * scale)

    def amount(text: str) -> int:
        cents, lost = (numbers.whole(text), False) if column.type == "cents" else numbers.scaled(text, 2)
        value = times(cents) if column.factor and cents > 0 else cents
        if lost and 0 < value <= MAX_CENTS:
            raise Doubt(value, ("price_rounded", _("The price has more than two decimals and was rounded.")))
        return value

    return amount


def _price_per(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    whole = _whole("price_per", 1, 0, 1000)(column, numbers, profile)

    def convert(text: str) -> int:
        value = whole(text)
        if value not in (1, 10, 100, 1000):
            hint = _("A price is for 1, 10, 100 or 1000 units. Correct it in the system.")
            raise Refusal("price_per", hint)
        return int(value)

    return convert


def _whole(
    code: str, default: int | None, minimum: int, maximum: int
) -> Callable[[Column, NumberFormat, Profile], Convert]:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        def convert(text: str) -> int | None:
            text = clean(text)
            if not text:
                return default
            try:
                value = numbers.whole(text)
            except ValueError:
                value = minimum - 1
            if not minimum <= value <= maximum:
                hint = _("This must be a whole number from %(minimum)s. Correct it in the system.")
                raise Refusal(code, hint % {"minimum": minimum}, instead=default, optional=True)
            return value

        return convert

    return factory


def _pack_qty(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    """Zero means that nothing is said about packs."""
    whole = _whole("pack_qty", 1, 1, 1_000_000)(column, numbers, profile)
    return lambda text: whole(text) if text.strip("0") else 1


def _quantity(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    words = column.map

    def convert(text: str) -> int:
        text = clean(text)
        if not text:
            return 0
        try:
            milli, _lost = numbers.scaled(words.get(text.upper(), text), 3)
        except ValueError:
            hint = _("The stock must be a number. Correct it in the system, or map the word in the profile.")
            raise Refusal("stock", hint) from None
        if milli < 0:
            raise Doubt(0, ("stock_negative", _("The stock is below zero; it counts as zero.")))
        return milli

    return convert


# -- other values ------------------------------------------------------------------------------------------------------


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
    places = 0 if column.type == "grams" else 3

    def convert(text: str) -> int | None:
        try:
            grams, _lost = numbers.scaled(clean(text), places)
        except ValueError:
            return None
        return grams if 0 < grams <= MAX_CENTS else None

    return convert


def _origin(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> str:
        code = clean(text).upper()
        return code if len(code) == 2 and code.isascii() and code.isalpha() else ""

    return convert


def _split(separator: str) -> Callable[[Column, NumberFormat, Profile], Convert]:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        mark = column.split or separator

        def convert(text: str) -> tuple[str, ...]:
            if not text:
                return ()
            return tuple([item for part in clean(text).split(mark) if (item := part.strip())][:MAX_LIST])

        return convert

    return factory


def _parsed(parse: Callable[[str], Any]) -> Callable[[Column, NumberFormat, Profile], Convert]:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        return lambda text: parse(clean(text))

    return factory


_FACTORIES: Mapping[str, Callable[[Column, NumberFormat, Profile], Convert]] = {
    "brand": _brand,
    "number": _number,
    "title": _title,
    "description": _description,
    "category": _category,
    "gtin": _gtin,
    "unit": _unit,
    "pack_qty": _pack_qty,
    "price_per": _price_per,
    "list_price": _list_price,
    "price_kind": _word("list"),
    "cost": _optional_amount("cost"),
    "discount_group": _short(16),
    "tax": _tax,
    "core_deposit": _optional_amount("deposit"),
    "battery_deposit": _optional_amount("deposit"),
    "stock": _quantity,
    "reserved": _quantity,
    "lead_days": _whole("lead_days", None, 0, 9999),
    "successor": _split("+"),
    "succession_kind": _word(""),
    "oe_numbers": _split(","),
    "supplier_numbers": _split(","),
    "trade_numbers": _split(","),
    "former_numbers": _split(","),
    "fitment": _split(","),
    "models": _split("|"),
    "un_number": _parsed(parse_un_number),
    "weight": _weight,
    "dimensions": _parsed(parse_dimensions),
    "customs_no": _short(14),
    "origin": _origin,
    "image": _file_name,
    "document": _file_name,
    "tyre_label": _parsed(parse_tyre_label),
    "valid_from": _date,
    "status": _word("active"),
}
_LOOK_UP_THEMSELVES = frozenset(["unit", "price_kind", "succession_kind", "status", "stock", "reserved"])
REPEATING = frozenset(_FACTORIES) - frozenset(
    ["number", "title", "description", "gtin", "list_price", "cost", "image", "dimensions", "oe_numbers", "fitment"]
)
"""Fields whose texts come again and again, so that it pays to remember what they mean."""
