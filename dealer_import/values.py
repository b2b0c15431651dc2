"""From texts to values: numbers, dates, check digits. Pure functions that refuse rather than guess.

``Decimal()`` is no validator: it takes full-width digits, ``NaN``, ``1E3`` and ``1_000``. So texts are checked by
regular expression, and amounts are integers from the start.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

MAX_DIGITS = 9
"""Digits before the decimal mark; more is a damaged cell, not a price or a stock."""
TYRE_CLASSES, NOISE_CLASSES = "ABCDE", "ABC"

_EXPONENT = re.compile(r"[0-9]+(?:[.,][0-9]+E[+-]?|E[+-])[0-9]+$", re.IGNORECASE)
_SPREADSHEET = re.compile(r"[0-9]+[.,]0$|[0-9]{1,2}\. ?[A-Za-zÄÖÜäöü]{3,9}\.?$")
_CURRENCY = re.compile(r"\s*(€|EUR)$")
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf\u0178\u0152\u0153\u0160\u0161\u017d\u017e\u2018-\u203a\u02c6\u02dc]|â€")
_ZEROS = {length: 48 * (length - length // 2 + 3 * (length // 2)) for length in (8, 12, 13, 14)}
"""What the code of "0" adds to a check sum over the bytes of a GTIN."""
_TAG = re.compile(r"<[a-zA-Z/!]")
_FITMENT = re.compile(r"([0-9]{4})/([0-9A-Z]{3})[0-9A-Z]{0,6}$")
_MODEL = re.compile(r"(.*?)\s*\(([0-9]{4})?\s*-\s*([0-9]{4})?\)$")
_DIMENSIONS = re.compile(r"([0-9]{1,6})\s*[x×*]\s*([0-9]{1,6})\s*[x×*]\s*([0-9]{1,6})$", re.IGNORECASE)
_UN_NUMBER = re.compile(r"(?:UN)?\s*([0-9]{4})$", re.IGNORECASE)


@dataclass(frozen=True)
class NumberFormat:
    """How a file writes numbers: its decimal mark and its mark between thousands (empty for none)."""

    decimal: str = ","
    thousands: str = "."

    def scaled(self, text: str, places: int) -> tuple[int, bool]:
        """``text`` as an integer of ``10**-places``, rounded half up, and whether digits were lost.

        Raises ValueError for anything but a plain number in this format; ``12.50`` is refused where ``.`` marks
        thousands, because it is ambiguous.
        """
        whole, _mark, fraction = text.partition(self.decimal)
        if len(fraction) == places and len(whole) <= MAX_DIGITS and (whole + fraction).isdigit() and text.isascii():
            return int(whole + fraction), False
        if text[-1:] in ("€", "R"):
            text = _CURRENCY.sub("", text)
        match = _number_pattern(self.decimal, self.thousands).match(text)
        if match is None:
            raise ValueError(text)
        sign, whole, fraction = match.group(1), match.group(2), match.group(3) or ""
        if self.thousands:
            whole = whole.replace(self.thousands, "")
        if len(whole.lstrip("0")) > MAX_DIGITS:
            raise ValueError(text)
        kept, lost = fraction[:places].ljust(places, "0"), fraction[places:]
        value = int(whole + kept)
        if lost and lost[0] >= "5":
            value += 1
        return (-value if sign else value), bool(lost.strip("0"))

    def whole(self, text: str) -> int:
        """``text`` as an integer; ValueError when it has a fraction."""
        value, rounded = self.scaled(text, 0)
        if rounded:
            raise ValueError(text)
        return value


@lru_cache(maxsize=16)
def _number_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    grouped = rf"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+|" if thousands else ""
    return re.compile(rf"(-?)({grouped}[0-9]+)(?:{re.escape(decimal)}([0-9]+))?\Z")


@lru_cache(maxsize=4096)
def parse_date(text: str, formats: Sequence[str]) -> date:
    """The date by the first format that fits; ValueError when none does or the day does not exist."""
    for form in formats:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    raise ValueError(text)


def is_gtin(text: str) -> bool:
    """Whether ``text`` is a GTIN-8, -12, -13 or -14 with a right check digit."""
    if len(text) not in (8, 12, 13, 14) or not (text.isascii() and text.isdigit()):
        return False
    digits = text.encode()
    weighed = sum(digits[-1::-2]) + 3 * sum(digits[-2::-2])
    return (weighed - _ZEROS[len(text)]) % 10 == 0


def is_exponent(text: str) -> bool:
    """Whether a spreadsheet has turned a number into ``1,23457E+11``; its digits are lost.

    Spreadsheets write a sign or decimals; ``8E0615301`` is a number that manufacturers really have.
    """
    return ("E" in text or "e" in text) and _EXPONENT.match(text) is not None


def looks_converted(text: str) -> bool:
    """Whether a spreadsheet may have changed a number: ``4711.0``, ``01. Mai``. Such numbers may be real."""
    return ("." in text or "," in text) and _SPREADSHEET.match(text) is not None


def has_markup(text: str) -> bool:
    return "<" in text and _TAG.search(text) is not None


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run ``text`` as a formula."""
    return text.startswith(("=", "+", "-", "@", "\t"))


def is_mojibake(text: str) -> bool:
    """Whether UTF-8 was read as a Western code page somewhere before: ``BremsbelÃ¤ge``."""
    return ("\u00c3" in text or "\u00e2" in text) and _MOJIBAKE.search(text) is not None


def parse_fitment(text: str) -> tuple[str, str] | None:
    """HSN and the three deciding places of the TSN from ``0991/ABC``; None for anything else."""
    if len(text) == 8 and text[4] == "/" and text.isascii():
        hsn, tsn = text[:4], text[5:]
        if hsn.isdigit() and tsn.isalnum() and tsn.isupper():
            return hsn, tsn
    match = _FITMENT.match(text.strip().upper())
    return (match.group(1), match.group(2)) if match else None


def parse_model(text: str) -> tuple[str, int, int]:
    """Model and years from ``Alster 1.2 TSN (2011-2014)``; 0 for an open year."""
    match = _MODEL.match(text.strip())
    if match is None:
        return text.strip()[:80], 0, 0
    return match.group(1)[:80], int(match.group(2) or 0), int(match.group(3) or 0)


def parse_dimensions(text: str) -> tuple[int, int, int] | None:
    match = _DIMENSIONS.match(text.strip())
    return (int(match.group(1)), int(match.group(2)), int(match.group(3))) if match else None


def parse_un_number(text: str) -> str:
    """``UN1234`` from ``UN 1234`` or ``1234``; empty for anything else."""
    match = _UN_NUMBER.match(text.strip())
    return f"UN{match.group(1)}" if match else ""


def parse_tyre_label(text: str) -> dict[str, str | int | bool]:
    """The EU tyre label (EU 2020/740) from ``A;C;71;B;3PMSF;EPREL 901234``.

    Empty when it does not hold six values, or classes that no label has: F and G ended with Reg. (EC) 1222/2009.
    """
    values = [value.strip() for value in text.split(";")]
    if len(values) != 6 or not values[2].isdecimal() or len(values[2]) > MAX_DIGITS:
        return {}
    fuel, wet, noise_class = (values[place].upper() for place in (0, 1, 3))
    if not {fuel, wet} <= {"", *TYRE_CLASSES} or noise_class not in {"", *NOISE_CLASSES}:
        return {}
    label: dict[str, str | int | bool] = {
        "fuel": fuel,
        "wet": wet,
        "noise_db": int(values[2]),
        "noise_class": noise_class,
        "snow": values[4].upper() == "3PMSF",
    }
    eprel = values[5].upper().removeprefix("EPREL").strip()
    if eprel.isdecimal() and len(eprel) <= MAX_DIGITS:
        label["eprel"] = int(eprel)
    return label
