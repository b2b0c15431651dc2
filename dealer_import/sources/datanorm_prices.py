"""Prices of DATANORM: list or net, for how many units, and up to three steps of discount."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

PRICE_UNITS = {"": "1", "0": "1", "1": "10", "2": "100", "3": "1000"}
"""Version 4 gives the price unit as a code."""
KINDS = {"": "list", "1": "list", "2": "net", "9": "on_request"}
MAX_DIGITS = 9
"""Digits of a discount or surcharge; more is a damaged cell."""
SET_SIZE = 9
"""Cells per article in a price record of version 4."""


class Price(NamedTuple):
    """``kind`` is 1 list, 2 net, 9 on request; ``per`` is empty where the article tells it; ``steps`` are pairs of the
    kind of a discount and its value: 0 group, 1 hundredths of a percent off, 2 thousandths of a factor, 3 surcharge.
    """

    number: str
    kind: str
    per: str
    cents: str
    steps: tuple[tuple[str, str], ...] = ()


def price_records(cells: Sequence[str], version: int) -> Iterator[Price]:
    """The prices of one record: up to three articles in version 4, one in version 5."""
    if version == 5:
        padded = [*cells, *[""] * 8]
        first = 2 if padded[1] in ("", "A", "N") else 1
        number, kind, per, cents = padded[first : first + 4]
        if number:
            yield Price(number, kind, per, cents)
        return
    for start in range(2, len(cells), SET_SIZE):
        number, kind, cents, *rest = [*cells[start : start + SET_SIZE], *[""] * SET_SIZE][:SET_SIZE]
        if number:
            pairs = zip(rest[0::2], rest[1::2], strict=True)
            yield Price(number, kind, "", cents, tuple((step, value) for step, value in pairs if step and value))


def cost_of(cents: int, steps: Sequence[tuple[str, str]]) -> int | None:
    """What the dealer pays, rounded half up; None when a step cannot be told."""
    numerator, denominator = cents, 1
    for step, value in steps:
        if not (value.isascii() and value.isdigit()) or len(value) > MAX_DIGITS:
            return None
        amount = int(value)
        if step == "1" and amount <= 10_000:
            numerator, denominator = numerator * (10_000 - amount), denominator * 10_000
        elif step == "2":
            numerator, denominator = numerator * amount, denominator * 1_000
        elif step == "3":
            numerator, denominator = numerator * (100 + amount), denominator * 100
        else:
            return None
    return (2 * numerator + denominator) // (2 * denominator)
