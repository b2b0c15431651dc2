"""What delivered texts mean as money, units and quantities. Pure."""

from __future__ import annotations

from collections.abc import Callable

from dealer_import.doubts import Convert, Doubt, Refusal, clean
from dealer_import.profiles import Column, Profile
from dealer_import.sentences import say as _
from dealer_import.values import NumberFormat

MAX_CENTS = 2_000_000_000
"""20 million euro; what the tables hold."""
TAX_CODES = {1900: "standard", 700: "reduced"}
"""German rates in hundredths of a percent."""

Factory = Callable[[Column, NumberFormat, Profile], Convert]


def unit(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> str:
        found = column.map.get(clean(text).upper())
        if found is None:
            raise Refusal("unit", _("The profile does not know this unit. Add it to its map."))
        return found

    return convert


def tax(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    def convert(text: str) -> str:
        try:
            rate, _lost = numbers.scaled(clean(text).removesuffix("%").strip(), 2)
            return TAX_CODES[rate]
        except (ValueError, KeyError):
            raise Refusal("tax", _("This is no German VAT rate. Correct it in the system.")) from None

    return convert


def list_price(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    cents_of = amount(column, numbers)

    def convert(text: str) -> int:
        try:
            cents = cents_of(clean(text))
        except ValueError:
            if text == "on_request":
                return 0
            cents = 0
        if not 0 < cents <= MAX_CENTS:
            hint = _("The price must be a number above zero, such as %(example)s. Correct it in the system.")
            raise Refusal("price", hint % {"example": _example(column, numbers, 123450)})
        return cents

    return convert


def optional_amount(code: str) -> Factory:
    def factory(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
        cents_of = amount(column, numbers)

        def convert(text: str) -> int | None:
            text = clean(text)
            if not text:
                return None
            try:
                cents = cents_of(text)
            except ValueError:
                cents = -1
            if not 0 <= cents <= MAX_CENTS:
                hint = _("This must be an amount such as %(example)s, or empty. Correct it in the system.")
                raise Refusal(code, hint % {"example": _example(column, numbers, 1250)}, optional=True)
            return cents

        return convert

    return factory


def _example(column: Column, numbers: NumberFormat, cents: int) -> str:
    """An amount as the file writes it."""
    if column.type == "cents":
        return str(cents)
    return f"{cents // 100:,}".replace(",", numbers.thousands) + f"{numbers.decimal}{cents % 100:02d}"


def amount(column: Column, numbers: NumberFormat) -> Callable[[str], int]:
    """Cents from a text; ValueError for no number, a doubt for digits that were rounded away."""

    def amount(text: str) -> int:
        cents, lost = (numbers.whole(text), False) if column.type == "cents" else numbers.scaled(text, 2)
        if lost and 0 < cents <= MAX_CENTS:
            raise Doubt(cents, ("price_rounded", _("The price has more than two decimals and was rounded.")))
        return cents

    return amount


def price_per(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    number_of = whole("price_per", 1, 0, 1000)(column, numbers, profile)

    def convert(text: str) -> int:
        value = number_of(text)
        if value not in (1, 10, 100, 1000):
            hint = _("A price is for 1, 10, 100 or 1000 units. Correct it in the system.")
            raise Refusal("price_per", hint)
        return int(value)

    return convert


def whole(code: str, default: int | None, minimum: int, maximum: int) -> Factory:
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


def pack_qty(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
    """Zero means that nothing is said about packs."""
    number_of = whole("pack_qty", 1, 1, 1_000_000)(column, numbers, profile)
    return lambda text: number_of(text) if text.strip("0") else 1


def quantity(column: Column, numbers: NumberFormat, profile: Profile) -> Convert:
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
