"""Amounts of money as people type and read them, and as JSON stores them.

People write them in the reader's language and with the shop's currency: ``49,90 €`` in German, ``€49.90`` in English.
What is stored are whole cents, or units of the currency as a number. Never a float.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import format_decimal, get_currency_name, get_currency_symbol, get_decimal_symbol, get_group_symbol
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from shopflow.contracts.segments import AmountUnit
from shopflow.core.templatetags.shopflow_shop import money

MOST_DIGITS = 16
"""Digits before the decimal mark: as cents, such an amount still fits into every database's whole numbers."""

_NUMBER = re.compile(r"\d+(?:[.,' ]\d+)*", re.ASCII)
_STORED = re.compile(r"-?\d{1,18}(?:\.\d{1,2})?", re.ASCII)
_CENT = Decimal("0.01")


class NotAnAmount(ValueError):
    """A text cannot be read as an amount; the message is a sentence for whoever has typed it."""


def read_amount(text: str) -> Decimal:
    """The amount that ``text`` says, with two decimals, in units of the shop's currency.

    A lone dot or comma before one or two digits stands before the cents, in every language; before three digits it
    groups them where the active language groups so: ``1.234`` is 1234 in German and refused in English. The shop's
    currency may stand before or after. Raises :class:`NotAnAmount`.
    """
    return _read(text)


def read_amounts(text: str) -> list[Decimal]:
    """The amounts of a list with semicolons between them; where there are none, commas before a blank do.

    Raises :class:`NotAnAmount`, also for a comma that may as well stand between two amounts as before the cents.
    """
    if ";" in text or "\n" in text:
        return [_read(part) for part in re.split(r"[;\n]", text) if part.strip()]
    return [_read(part, is_listed=True) for part in re.split(r",(?:\s+|$)", text) if part.strip()]


def amount_text(amount: Decimal) -> str:
    """``amount`` as :func:`read_amount` reads it. Parts of a cent are kept, without a currency, and not read again."""
    if amount == amount.quantize(_CENT):
        return money(amount)
    return str(format_decimal(amount, locale=_locale(), decimal_quantization=False))


def stored_amount(amount: Decimal, unit: AmountUnit) -> int | str:
    """``amount`` as JSON holds it: whole cents; or units, as a whole number or as a text with two decimals."""
    if unit is AmountUnit.CENTS:
        return int(amount.scaleb(2))
    return int(amount) if amount == amount.to_integral_value() else str(amount.quantize(_CENT))


def stored_text(value: Any, unit: AmountUnit) -> str:
    """A stored value as people read it; what is no number as it is."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return str(value)
    try:
        number = Decimal(value)
    except InvalidOperation:
        return str(value)
    if not number.is_finite() or len(number.as_tuple().digits) > MOST_DIGITS + 4:
        return str(value)
    return amount_text(number.scaleb(-2) if unit is AmountUnit.CENTS else number)


def joined_texts(values: Sequence[Any], unit: AmountUnit) -> str:
    """Stored values as :func:`read_amounts` reads them."""
    return "; ".join(stored_text(value, unit) for value in values)


def hint() -> str:
    """How one amount is typed."""
    return _("Such as %(example)s.") % {"example": _example()}


def hint_of_several() -> str:
    """How several amounts are typed."""
    return _("Several amounts have semicolons between them, such as %(examples)s.") % {"examples": _examples()}


def _example() -> str:
    return money(Decimal("49.90"))


def _examples() -> str:
    return f"{money(Decimal('49.90'))}; {money(Decimal('99.00'))}"


class Typed(str):
    """A text that somebody has typed, in contrast to one that was stored."""


class AmountInput(forms.TextInput):
    """A text input that knows a page's words from stored settings, which forms are filled from as well."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return Typed(value) if hasattr(data, "getlist") and isinstance(value, str) else value


class AmountField(forms.Field):
    """An amount of money: people type ``49,90 €``, the form's value are whole cents or a Decimal, as ``unit`` has it.

    Stored settings are taken as the numbers that they are. ``lowest`` is the least amount that is taken, in units of
    the currency; None takes any.
    """

    widget = AmountInput(attrs={"inputmode": "decimal"})

    def __init__(self, *, unit: AmountUnit, lowest: Decimal | None = None, **kwargs: Any) -> None:
        super().__init__(**{"help_text": lazy(hint, str)(), **kwargs})
        self.unit, self.lowest = unit, lowest

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, Typed) else stored_text(value, self.unit)

    def to_python(self, value: Any) -> int | Decimal | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        amount = self._typed(value) if isinstance(value, Typed) else self._stored(value)
        if self.lowest is not None and amount < self.lowest:
            raise ValidationError(_("Enter at least %(amount)s.") % {"amount": amount_text(self.lowest)})
        found = stored_amount(amount, self.unit)
        return found if isinstance(found, int) and self.unit is AmountUnit.CENTS else Decimal(found)

    def _typed(self, value: str) -> Decimal:
        try:
            return read_amount(value)
        except NotAnAmount as error:
            raise ValidationError(str(error)) from error

    def _stored(self, value: Any) -> Decimal:
        if isinstance(value, bool) or not _STORED.fullmatch(str(value)):
            raise ValidationError(_("“%(number)s” is no number") % {"number": value})
        number = Decimal(str(value))
        if self.unit is AmountUnit.CENTS and number != number.to_integral_value():
            raise ValidationError(_("“%(number)s” is no number") % {"number": value})
        return number.scaleb(-2) if self.unit is AmountUnit.CENTS else number


def _locale() -> str:
    return to_locale(get_language() or settings.LANGUAGE_CODE)


def _read(text: str, *, is_listed: bool = False) -> Decimal:
    sign, digits = _bare(text)
    if not _NUMBER.fullmatch(digits):
        raise _refused(is_listed=is_listed and "," in digits)
    whole, cents = _parts(digits, is_listed=is_listed)
    if len(cents) > 2:
        raise NotAnAmount(_("An amount has two digits after the decimal mark at most, as in %(example)s.")
                          % {"example": _example()})  # fmt: skip
    if len(whole.lstrip("0")) > MOST_DIGITS:
        raise NotAnAmount(_("This amount is too large."))
    return Decimal(f"{sign}{whole}.{cents:0<2}")


def _bare(text: str) -> tuple[str, str]:
    """The sign, and what is left of ``text`` without it, the currency and unusual blanks."""
    rest = re.sub(r"\s+", " ", text).strip().replace("−", "-").replace("’", "'")
    for _round in range(2):  # a minus stands before the currency or after it
        sign, rest = ("-", rest[1:].strip()) if rest.startswith("-") else ("", rest)
        rest = _without_currency(rest)
        if sign:
            return sign, rest
    return "", rest


def _without_currency(text: str) -> str:
    currency, locale = str(getattr(settings, "OSCAR_DEFAULT_CURRENCY", "EUR")), _locale()
    names = {currency, get_currency_symbol(currency, locale)}
    names |= {get_currency_name(currency, count, locale) for count in (1, 2)}
    for name in sorted(names, key=len, reverse=True):
        if text.casefold().endswith(name.casefold()):
            return text[: -len(name)].strip()
        if text.casefold().startswith(name.casefold()):
            return text[len(name) :].strip()
    return text


def _parts(digits: str, *, is_listed: bool) -> tuple[str, str]:
    """The digits before and after the decimal mark."""
    groups, marks = re.split(r"[.,' ]", digits), re.findall(r"[.,' ]", digits)
    grouping, point = _marks()
    if not marks:
        return digits, ""
    last, before = marks[-1], marks[:-1]
    is_group = last in "' " or last in before or (not before and last == grouping and len(groups[-1]) == 3)
    if is_group:
        whole, used, cents = groups, set(marks), ""
    else:
        whole, used, cents = groups[:-1], set(before), groups[-1]
        if is_listed and last == "," and point != ",":
            raise _refused(is_listed=True)
    is_foreign = not cents and used <= {".", ","} and used != {grouping}
    is_whole = len(used) < 2 and all(len(group) == 3 for group in whole[1:])
    if len(whole) > 1 and (is_foreign or not is_whole or len(whole[0]) > 3 or whole[0].startswith("0")):
        raise _refused(is_listed=is_listed and "," in digits)
    return "".join(whole), cents


def _marks() -> tuple[str, str]:
    locale = _locale()
    return get_group_symbol(locale), get_decimal_symbol(locale)


def _refused(*, is_listed: bool) -> NotAnAmount:
    if is_listed:
        return NotAnAmount(_("Enter amounts with semicolons between them, such as %(examples)s.") % {
            "examples": _examples()
        })  # fmt: skip
    return NotAnAmount(_("Enter an amount such as %(example)s.") % {"example": _example()})
