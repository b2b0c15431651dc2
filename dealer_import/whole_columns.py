"""A whole column of texts converted at once, where all of them are as usual. Pure.

Each function here belongs to a converter of :mod:`dealer_import.converting` or :mod:`dealer_import.amounts` and gives
what that converter gives for each text, or None as soon as any text needs a closer look: then all are converted one by
one. A regular expression or a string method over the joined column takes a small part of a call for each text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

from dealer_import.amounts import MAX_CENTS
from dealer_import.converting import MAX_LIST
from dealer_import.profiles import Column, Profile
from dealer_import.values import MAX_DIGITS, NumberFormat
from shopflow.parts.numbers import MAX_LENGTH

Many = Callable[[Sequence[str]], "Sequence[Any] | None"]

_ODD_NUMBER = re.compile(
    r"^(?:[0-9]+(?:[.,][0-9]+[Ee][+-]?|[Ee][+-])[0-9]+$|[0-9]+[.,]0$|[0-9]{1,2}\. ?[A-Za-zÄÖÜäöü]{3,9}\.?$)",
    re.MULTILINE,
)
_EXPONENT = re.compile(r"[0-9][Ee][+-][0-9]+(?:\n|$)")
"""What every number without decimals has that a spreadsheet has destroyed."""
_FORMULAS = frozenset("=+-@\t")
_SIZES = re.compile(r"(?:[0-9]{1,6}x[0-9]{1,6}x[0-9]{1,6}\n)+")
_TYPE_KEYS = re.compile(r"(?:[0-9]{4}/[0-9A-Z]{3}\n)+")
_DIGIT_VALUES = bytes.maketrans(b"0123456789", bytes(range(10)))
_TENS = bytes(range(0, 256, 10))
_GTIN = 13
_UPPER = bytes(range(256)).upper()
_KEY_CHARACTERS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ\n"
_NOT_SHOWN = bytes([*range(10), *range(11, 32), *range(127, 161), 173])
"""Latin-1 that is not printable, but for the line break that joins texts."""


def cleaned(texts: Sequence[str]) -> tuple[str, Sequence[str]] | None:
    """The texts as :func:`dealer_import.doubts.clean` gives them, before them all of them joined by line breaks.

    None if a text holds a line break itself.
    """
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1:
        return None
    if "\u00a0" in joined:
        texts = joined.replace("\u00a0", " ").split("\n")
    bare = list(map(str.strip, texts))
    if bare != list(texts):
        joined = "\n".join(bare)
    return joined, bare


def is_shown(joined: str) -> bool:
    """Whether the joined texts hold no control characters and no blanks but the plain one."""
    try:
        data = joined.encode("latin-1")
    except UnicodeEncodeError:
        return joined.replace("\n", "").isprintable()
    return len(data.translate(None, _NOT_SHOWN)) == len(data)


def numbers_of(texts: Sequence[str]) -> Sequence[str] | None:
    """Part numbers as they are displayed."""
    found = cleaned(texts)
    if found is None:
        return None
    joined, numbers = found
    if "" in numbers or max(map(len, numbers)) > MAX_LENGTH:
        return None
    may_be_odd = "." in joined or "," in joined or _EXPONENT.search(joined) is not None
    return None if may_be_odd and _ODD_NUMBER.search(joined) is not None else numbers


def keys_of(numbers: Sequence[str]) -> Sequence[str] | None:
    """The keys of part numbers by the general rule; see :func:`shopflow.parts.numbers.number_key`."""
    joined = "\n".join(numbers)
    if not joined.isascii():
        return None
    bare = joined.encode().translate(_UPPER, b" -./\t")
    keys = bare.decode().split("\n")
    if bare.translate(None, _KEY_CHARACTERS) or "" in keys or len(keys) != len(numbers):
        return None
    return keys


def titles_of(texts: Sequence[str]) -> Sequence[str] | None:
    """Titles without markup, formulas, damaged umlauts and anything to be cut."""
    found = _sound(texts)
    if found is None or "  " in found[0] or not is_shown(found[0]):
        return None
    titles = found[1]
    return None if "" in titles or max(map(len, titles)) > 255 else titles


def descriptions_of(texts: Sequence[str]) -> Sequence[str] | None:
    """Descriptions that are the same as HTML."""
    found = _sound(texts)
    if found is None or "&" in found[0] or ">" in found[0] or "\r" in found[0]:
        return None
    return found[1]


def _sound(texts: Sequence[str]) -> tuple[str, Sequence[str]] | None:
    found = cleaned(texts)
    if found is None:
        return None
    joined = found[0]
    if "<" in joined or "\u00c3" in joined or "\u00e2" in joined:
        return None
    return found if _FORMULAS.isdisjoint([text[:1] for text in found[1]]) else None


def file_names_of(texts: Sequence[str]) -> Sequence[str] | None:
    found = cleaned(texts)
    if found is None or "/" in found[0] or "\\" in found[0] or "." in found[1] or ".." in found[1]:
        return None
    return None if max(map(len, found[1])) > 128 else found[1]


def gtins_of(texts: Sequence[str]) -> Sequence[str] | None:
    """GTIN-13 with right check digits, or nothing.

    The digits at one place in all numbers are the bytes of one large integer, so that a dozen additions make all check
    sums: none is above 225, so no byte overflows into the next.
    """
    digits = "".join(texts)
    lengths = set(map(len, texts))
    if not digits:
        return texts
    if not lengths <= {0, _GTIN} or not digits.isascii() or not digits.isdigit() or "0" * _GTIN in texts:
        return None
    values = digits.encode().translate(_DIGIT_VALUES)
    odd = sum(int.from_bytes(values[place::_GTIN], "big") for place in range(0, _GTIN, 2))
    even = sum(int.from_bytes(values[place::_GTIN], "big") for place in range(1, _GTIN, 2))
    sums = (odd + 3 * even).to_bytes(len(values) // _GTIN, "big")
    return None if sums.translate(None, _TENS) else texts


def sizes_of(texts: Sequence[str]) -> Sequence[tuple[int, int, int] | None] | None:
    """Dimensions of the form ``120x80x15``, or nothing."""
    filled = [text for text in texts if text]
    lines = "\n".join(filled) + "\n" if filled else ""
    if lines and _SIZES.fullmatch(lines) is None:
        return None
    found = iter(map(int, lines.replace("x", "\n").split("\n")[:-1]))
    sizes = list(zip(found, found, found, strict=True))
    if len(sizes) != len(filled):
        return None
    if len(filled) == len(texts):
        return sizes
    following = iter(sizes)
    return [next(following) if text else None for text in texts]


def lists_of(column: Column, separator: str) -> Many:
    """Lists whose items have no blanks around them."""
    mark = column.split or separator

    def many(texts: Sequence[str]) -> Sequence[tuple[str, ...]] | None:
        if not any(texts):
            return [()] * len(texts)
        found = cleaned(texts)
        if found is None:
            return None
        joined, texts = found
        if mark not in joined:
            return [(text,) if text else () for text in texts]
        items = joined.replace(mark, "\n").split("\n")
        is_untidy = items.count("") != texts.count("") or list(map(str.strip, items)) != items
        if is_untidy or max(map(len, texts)) > 2 * MAX_LIST:
            return None
        return [tuple(text.split(mark)) if text else () for text in texts]

    return many


def vehicles_of(keys: Sequence[str]) -> tuple[Sequence[str], Sequence[str]] | None:
    """The HSN and the TSN of type keys in their usual form; see :func:`dealer_import.values.parse_fitment`."""
    joined = "\n".join(keys)
    if _TYPE_KEYS.fullmatch(f"{joined}\n") is None:
        return None
    halves = joined.replace("/", "\n").split("\n")
    return halves[::2], halves[1::2]


def amounts_of(column: Column, numbers: NumberFormat, *, least: int | None) -> Many:
    """Cents. ``least`` is the smallest amount that is taken; None if the amount may be missing, and 0 counts."""
    whole = column.type == "cents"
    return partial(_scaled_column, numbers, 0 if whole else 2, least)


def weights_of(column: Column, numbers: NumberFormat) -> Many:
    """Grams; nothing weighs nothing."""
    scaled = partial(_scaled_column, numbers, 0 if column.type == "grams" else 3, None)

    def many(texts: Sequence[str]) -> Sequence[int | None] | None:
        grams = scaled(texts)
        return grams if grams is None or 0 not in grams else [gram or None for gram in grams]

    return many


def _scaled_column(
    numbers: NumberFormat, places: int, least: int | None, texts: Sequence[str]
) -> Sequence[int | None] | None:
    """Integers of ``10**-places`` up to 20 million euro or as many grams; see :meth:`NumberFormat.scaled`."""
    filled = texts
    if least is None and "" in texts:
        filled = [text for text in texts if text]
        if not filled:
            return [None] * len(texts)
    digits = _digits_of(numbers, places, "\n".join(filled))
    found = list(map(int, digits)) if digits is not None else []
    if len(found) != len(filled) or min(found) < (least or 0) or max(found) > MAX_CENTS:
        return None
    if filled is texts:
        return found
    following = iter(found)
    return [next(following) if text else None for text in texts]


def _digits_of(numbers: NumberFormat, places: int, lines: str) -> Sequence[str] | None:
    """The digits of each of ``lines`` with ``places`` behind the mark; None if any of them is no plain number."""
    decimal, thousands = numbers.decimal, numbers.thousands
    has_all_places = _plain_numbers(decimal, thousands, places, places).fullmatch(f"{lines}\n") is not None
    if not has_all_places and _plain_numbers(decimal, thousands, 0, places).fullmatch(f"{lines}\n") is None:
        return None
    if thousands:
        lines = lines.replace(thousands, "")
    if has_all_places:
        return lines.replace(decimal, "").split("\n")
    parted = [line.partition(decimal) for line in lines.split("\n")]
    return [whole + fraction.ljust(places, "0") for whole, _mark, fraction in parted]


@lru_cache(maxsize=64)
def _plain_numbers(decimal: str, thousands: str, least: int, places: int) -> re.Pattern[str]:
    """Numbers with at ``least`` so many and at most ``places`` digits behind a mark; with 0, or no mark at all."""
    grouped = rf"|[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}}){{1,2}}" if thousands else ""
    fraction = rf"{re.escape(decimal)}[0-9]{{{max(1, least)},{places}}}" if places else ""
    if not least and places:
        fraction = f"(?:{fraction})?"
    return re.compile(rf"(?:(?:[0-9]{{1,{MAX_DIGITS}}}{grouped}){fraction}\n)+")


def whole_columns(profile: Profile) -> dict[str, Many]:
    """For fields whose texts hardly ever come twice, the function that converts a column at once."""
    made: dict[str, Many] = {}
    for name, column in profile.columns.items():
        factory = _FACTORIES.get(name)
        if factory is not None and not column.map:
            made[name] = factory(column, profile.numbers)
    return made


def _same(many: Many) -> Callable[[Column, NumberFormat], Many]:
    return lambda column, numbers: many


def _listed(separator: str) -> Callable[[Column, NumberFormat], Many]:
    return lambda column, numbers: lists_of(column, separator)


_FACTORIES: dict[str, Callable[[Column, NumberFormat], Many]] = {
    "number": _same(numbers_of),
    "title": _same(titles_of),
    "description": _same(descriptions_of),
    "gtin": _same(gtins_of),
    "image": _same(file_names_of),
    "dimensions": _same(sizes_of),
    "weight": weights_of,
    "list_price": lambda column, numbers: amounts_of(column, numbers, least=1),
    "cost": lambda column, numbers: amounts_of(column, numbers, least=None),
    "offer_price": lambda column, numbers: amounts_of(column, numbers, least=None),
    "successor": _listed("+"),
    "oe_numbers": _listed(","),
    "supplier_numbers": _listed(","),
    "trade_numbers": _listed(","),
    "former_numbers": _listed(","),
    "fitment": _listed(","),
    "models": _listed("|"),
}
