"""Values of a row that only mean something together: key and brand, stock and unit, price and tax. Pure.

Each method raises :class:`Doubt` or :class:`Refusal` where staff should know, and says about which column.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain, pairwise, repeat
from typing import Any

from dealer_import.canonical import Fitment, Reference, Stock
from dealer_import.doubts import Doubt, Memo, Refusal
from dealer_import.profiles import Profile
from dealer_import.sentences import say as _
from dealer_import.slots import KEPT
from dealer_import.values import parse_fitment, parse_model
from dealer_import.whole_columns import keys_of, vehicles_of
from shopflow.parts.numbers import MAX_LENGTH, brand_key

COUNTED = frozenset(["C62", "SET", "PR", "PK", "RO", "CT", "CA", "BO", "BG", "PL", "TU", "DR", "BX", "KT"])
"""Units of which there is no half."""
KINDS = ("oe", "supplier", "trade", "former")
"""Kinds of references, in the order of their columns."""
ON_REQUEST = "on_request"
"""The kind of a price that is not told."""
VAT_HUNDREDTHS = {"standard": 1900, "reduced": 700}


class Combining:
    """What the values of one row make together, by the rules of one profile."""

    def __init__(self, profile: Profile, labels: dict[str, str], stock_labels: tuple[str, ...]) -> None:
        self.rules = profile.number_rules
        self.does_amounts = any(column.gross for column in profile.columns.values()) or bool(profile.rebates)
        self._profile, self._labels, self._stock_labels = profile, labels, stock_labels
        self._models = Memo(parse_model, KEPT)

    def label(self, field: str) -> str:
        return self._labels.get(field, field)

    def key(self, number: str, brand_name: str) -> str:
        """The number's key by the rule of its brand."""
        key = brand_key(number, self.rules.get(brand_name, ""))
        if not key or len(key) > MAX_LENGTH:
            raise Refusal("number_missing", _("The number holds no letter and no digit."))
        return key

    def amounts(
        self, price: int, offer: int | None, cost: int | None, core: int | None, tax: str, group: str
    ) -> tuple[Any, Any, Any, Any]:
        """Amounts without VAT, and the cost that follows from the discount group where none is delivered."""
        columns, vat = self._profile.columns, VAT_HUNDREDTHS[tax]
        given = {"list_price": price, "offer_price": offer, "cost": cost, "core_deposit": core}
        net = {
            name: without_vat(amount, vat) if amount and name in columns and columns[name].gross else amount
            for name, amount in given.items()
        }
        rebate, price_net = self._profile.rebates.get(group), net["list_price"]
        if net["cost"] is None and rebate is not None and price_net:
            net["cost"] = (2 * price_net * (10_000 - rebate) + 10_000) // 20_000
        return net["list_price"], net["offer_price"], net["cost"], net["core_deposit"]

    def stock(self, held: tuple[Any, ...]) -> tuple[Stock, ...]:
        """Stock by location; ``held`` are the unit and the thousandths of each location."""
        unit, *amounts = held
        counted = [milli - milli % 1000 if unit in COUNTED else milli for milli in amounts]
        stock = tuple(map(Stock, self._stock_labels, counted))
        for label, milli, whole in zip(self._stock_labels, amounts, counted, strict=True):
            if milli != whole:
                raise self._fraction(stock, label, milli)
        return stock

    def reserved(self, held: tuple[str, int]) -> int:
        """Reserved thousandths; ``held`` are the unit and what was delivered."""
        unit, milli = held
        if unit in COUNTED and milli % 1000:
            raise self._fraction(milli - milli % 1000, self.label("reserved"), milli)
        return milli

    def _fraction(self, value: Any, label: str, milli: int) -> Doubt:
        """A doubt that tells the number as the file writes it: ``2.500`` pieces would be thousands of them."""
        hint = _("There is no part of a piece; the stock was rounded down.")
        told = f"{milli // 1000}{self._profile.numbers.decimal}{milli % 1000:03d}".rstrip("0")
        return Doubt(value, ("stock_fraction", hint), column=label, raw=told)

    def succession(self, texts: tuple[str, ...], kind: str, brand_name: str, own: str) -> tuple[tuple[str, ...], str]:
        """Keys of the successors, and how they take the part's place."""
        rule = self.rules.get(brand_name, "")
        keys = [brand_key(text, rule) for text in texts]
        successors = tuple(dict.fromkeys(key[:MAX_LENGTH] for key in keys if key))
        if own in successors:
            raise Doubt(((), ""), ("succession_self", _("A part cannot replace itself.")))
        return (successors, kind or ("kit" if len(successors) > 1 else "same")) if successors else ((), "")

    def fitments(self, texts: tuple[str, ...], models: tuple[str, ...]) -> tuple[Fitment, ...]:
        """Vehicles, each once. Models count if there is one for each type key."""
        known = self._models
        if len(models) != len(texts):
            models = ("",) * len(texts)
        found = [(parse_fitment(text), known[model]) for text, model in zip(texts, models, strict=True)]
        kept = tuple(dict.fromkeys(Fitment(*vehicle, *model) for vehicle, model in found if vehicle is not None))
        bad = ", ".join(text for text, (vehicle, _model) in zip(texts, found, strict=True) if vehicle is None)
        if bad:
            hint = _("A type key is four digits, a slash and three letters or digits; others were left out.")
            raise Doubt(kept, ("fitment", hint), column=self.label("fitment"), raw=bad)
        return kept

    def many_fitments(
        self, lists: Sequence[tuple[str, ...]], models: Sequence[tuple[str, ...]]
    ) -> Sequence[tuple[Fitment, ...]] | None:
        """:meth:`fitments` of many rows; None if any of their type keys needs a closer look."""
        texts = list(chain.from_iterable(lists))
        vehicles = vehicles_of(texts)
        if vehicles is None or (_any_twice(texts) and any(map(_any_twice, lists))):
            return None
        counts = list(map(len, lists))
        if list(map(len, models)) != counts:
            models = [own if len(own) == count else ("",) * count for own, count in zip(models, counts, strict=True)]
        told = zip(*map(self._models.__getitem__, chain.from_iterable(models)), strict=True)
        found = tuple(map(tuple.__new__, repeat(Fitment), zip(*vehicles, *told, strict=True)))
        return [found[start:end] for start, end in pairwise(accumulate(counts, initial=0))]


def many_references(
    owns: Sequence[str], columns: Sequence[Sequence[tuple[str, ...]]]
) -> Sequence[tuple[Reference, ...]]:
    """:func:`references` of many parts: ``columns`` are their lists of each kind."""
    found: Sequence[tuple[Reference, ...]] = [()] * len(owns)
    for kind, lists in zip(KINDS, columns, strict=True):
        texts = [text for texts in lists for text in texts]
        if not texts:
            continue
        keys = keys_of(texts)
        if keys is None or max(map(len, texts)) > MAX_LENGTH:
            return [references(own, *told) if any(told) else () for own, *told in zip(owns, *columns, strict=True)]
        more = _of_kind(kind, owns, lists, texts, keys)
        found = [(*before, *own) for before, own in zip(found, more, strict=True)] if any(found) else more
    return found


def _any_twice(texts: Sequence[str]) -> bool:
    return len(texts) > 1 and len(set(texts)) != len(texts)


def _of_kind(
    kind: str, owns: Sequence[str], lists: Sequence[tuple[str, ...]], texts: Sequence[str], keys: Sequence[str]
) -> Sequence[tuple[Reference, ...]]:
    """The references of one kind; ``texts`` and ``keys`` are those of all ``lists``, one behind the other."""
    told = tuple(map(tuple.__new__, repeat(Reference), zip(repeat(kind), repeat(""), keys, texts)))
    found = [told[start:end] for start, end in pairwise(accumulate(map(len, lists), initial=0))]
    if kind != "oe" and not set(owns).isdisjoint(keys):
        found = [
            tuple([reference for reference in own if reference.key != key]) if own else own
            for key, own in zip(owns, found, strict=True)
        ]
    if _any_twice(keys):
        found = [_firsts(own) if len(own) > 1 else own for own in found]
    return found


def _firsts(told: tuple[Reference, ...]) -> tuple[Reference, ...]:
    """Each number once, as it was written first."""
    firsts = {reference.key: reference for reference in reversed(told)}
    if len(firsts) == len(told):
        return told
    return tuple([reference for reference in told if firsts[reference.key] is reference])


def references(own: str, *lists: tuple[str, ...]) -> tuple[Reference, ...]:
    """The part's other numbers, each once per kind; its ``own`` is none."""
    found: dict[tuple[str, str], Reference] = {}
    for kind, texts in zip(KINDS, lists, strict=True):
        for text in texts:
            key = brand_key(text)
            if key and (key != own or kind == "oe") and len(key) <= MAX_LENGTH and len(text) <= MAX_LENGTH:
                found.setdefault((kind, key), Reference(kind, "", key, text))
    return tuple(found.values())


def without_vat(cents: int, vat: int) -> int:
    """Net cents of a gross amount, rounded half up; ``vat`` in hundredths of a percent."""
    whole = 10_000 + vat
    return max(1, (2 * cents * 10_000 + whole) // (2 * whole))
