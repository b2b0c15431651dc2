"""What people type as the value of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from shopflow.contracts.segments import AmountUnit, FieldKind
from shopflow.core.amounts import hint_of_several, read_amount, read_amounts, stored_amount
from shopflow.core.paging import whole_number

_WANTS: dict[str, Callable[[], str]] = {
    "one": lambda: _("Enter a value."),
    "many": lambda: _("Enter values, separated by commas."),
    "two": lambda: _("Enter two values, separated by a comma."),
    "days": lambda: _("Enter a whole number of days."),
}
_WANTED_AMOUNTS: dict[str, Callable[[], str]] = {
    "one": lambda: _("Enter an amount."),
    "many": hint_of_several,
    "two": lambda: _("Enter two amounts with a semicolon between them."),
}


def read_value(given: Sequence[str], *, takes: str, kind: FieldKind, unit: AmountUnit | None) -> Any:
    """What was typed into the inputs of a value, as a comparison that ``takes`` it stores it.

    Raises ValueError with a sentence for what it does not take.
    """
    if takes == "none":
        return None
    if unit is not None:
        return _amounts(given, takes, unit)
    words = [word.strip() for text in given for word in _split(text, takes) if word.strip()]
    if takes == "days":
        days = whole_number(words[0]) if words else None
        return _wanted(_WANTS[takes]) if days is None else days
    if takes == "one":
        return _one(words[0], kind) if words else _wanted(_WANTS[takes])
    if not words or (takes == "two" and len(words) != 2):
        return _wanted(_WANTS[takes])
    return [_one(word, kind) for word in words]


def _amounts(given: Sequence[str], takes: str, unit: AmountUnit) -> Any:
    if takes == "one":
        texts = [text for text in given if text.strip()]
        return stored_amount(read_amount(texts[0]), unit) if texts else _wanted(_WANTED_AMOUNTS[takes])
    found = [stored_amount(amount, unit) for text in given for amount in read_amounts(text)]
    return found if found and (takes == "many" or len(found) == 2) else _wanted(_WANTED_AMOUNTS[takes])


def _split(text: str, takes: str) -> list[str]:
    return text.split(",") if takes in ("many", "two") else [text]


def _one(word: str, kind: FieldKind) -> Any:
    if kind == FieldKind.BOOLEAN:
        return word == "true"
    if kind == FieldKind.NUMBER and (number := whole_number(word.removeprefix("-"))) is not None:
        return -number if word.startswith("-") else number
    return word


def _wanted(sentence: Callable[[], str]) -> Any:
    raise ValueError(sentence())
