"""Prices of a BMEcat product: of several kinds, for several quantities, valid at several times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from dealer_import.findings import printable
from dealer_import.sentences import say as _
from dealer_import.values import NumberFormat
from shopflow.contracts.imports import RecordProblem

NUMBERS = NumberFormat(".", "")
ON_REQUEST = "on_request"
NO_FACTOR = frozenset(["", "1", "1.0", "1.00"])


@dataclass(slots=True)
class Price:
    """One price as delivered. ``lower`` is the quantity from which it holds."""

    kind: str
    amount: str = ""
    currency: str = ""
    tax: str = ""
    factor: str = ""
    lower: str = ""


@dataclass(slots=True)
class PriceDetails:
    """Prices of one period; the dates are as delivered."""

    start: str = ""
    end: str = ""
    prices: list[Price] = field(default_factory=list)


class PriceRules:
    """Which of a product's prices the profile wants: ``price_type``, ``cost_type`` and ``currency``.

    ``foreign`` is the other currency in which the last product's price of the wanted kind came.
    """

    def __init__(self, profile: Mapping[str, Any]) -> None:
        self.kind = str(profile.get("price_type", "net_list"))
        self.cost = str(profile.get("cost_type", "net_customer"))
        self.currency = str(profile.get("currency", "EUR")).upper()
        self.foreign = ""

    def fields(self, details: list[PriceDetails], day: str, currency: str) -> dict[str, str]:
        """The fields that prices give; ``day`` is when the file was made, ``currency`` what it says as a whole."""
        self.foreign = ""
        if not details:
            return {}
        current = details[0] if len(details) == 1 else _current(details, day)
        found = {"valid_from": current.start, "valid_to": current.end, "currency": currency or self.currency}
        wanted: list[Price] = []
        costs: list[Price] = []
        for price in current.prices:
            if (price.currency or currency or self.currency) != self.currency:
                found.setdefault("foreign_currency", price.currency or currency)
                if price.kind == self.kind:
                    self.foreign = price.currency or currency
                continue
            found.setdefault(f"price:{price.kind}", price.amount if not price.factor else exact(price))
            if price.kind == self.kind:
                wanted.append(price)
            if price.kind == self.cost:
                costs.append(price)
        if wanted:
            self._tell(found, wanted)
        elif f"price:{ON_REQUEST}" in found:
            found["price_kind"] = ON_REQUEST
        if costs:
            found["cost"] = exact(costs[0] if len(costs) == 1 else min(costs, key=_lower))
        return found

    def unusable(self, line: int, fields: Mapping[str, str]) -> tuple[RecordProblem, ...]:
        """Why the last product, with these ``fields``, has no price: the wanted one is in another currency."""
        if not self.foreign or fields.get("price") or fields.get("price_kind"):
            return ()
        hint = _("There is no price in %(wanted)s, only one in %(foreign)s. Have it delivered in %(wanted)s.")
        told = {"wanted": self.currency, "foreign": printable(self.foreign, 40)}
        return (RecordProblem(line, "price", told["foreign"], hint % told, "price"),)

    @staticmethod
    def _tell(found: dict[str, str], wanted: list[Price]) -> None:
        """The price of the smallest quantity, and all of them if there are several."""
        if len(wanted) > 1:
            wanted.sort(key=_lower)
            found["price_tiers"] = "\x1f".join(f"{price.lower or 1}={exact(price)}" for price in wanted)
        found["price"], found["tax"] = exact(wanted[0]), percent(wanted[0].tax)


def exact(price: Price) -> str:
    """The amount, with its factor if it has one; texts that are no numbers stay as they are."""
    if price.factor in NO_FACTOR:
        return price.amount
    amount, factor = number(price.amount), number(price.factor)
    return price.amount if amount is None or factor is None else format(amount * factor, "f")


@lru_cache(maxsize=256)
def percent(share: str) -> str:
    """``0.19`` as ``19``: BMEcat writes rates as shares of one."""
    value = number(share)
    return share if value is None else format((value * 100).normalize(), "f")


def number(text: str) -> Decimal | None:
    """``text`` as an exact number; None for what is none."""
    text = text.strip()
    try:
        NUMBERS.scaled(text, 6)
    except ValueError:
        return None
    return Decimal(text)


def _lower(price: Price) -> Decimal:
    return number(price.lower or "1") or Decimal(1)


def _current(details: list[PriceDetails], day: str) -> PriceDetails:
    """The prices that hold on ``day``: the latest that have begun; otherwise those that begin first."""
    begun = [entry for entry in details if entry.start[:10] <= day and (not entry.end or entry.end[:10] >= day)]
    if begun:
        return max(begun, key=lambda entry: entry.start)
    return min(details, key=lambda entry: entry.start)
