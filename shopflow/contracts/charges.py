"""Basket charges: sums that the law or a trade custom adds to goods, such as a battery's deposit.

A charge belongs to goods, never to a way of paying (§ 270a BGB); discounts do not touch it, and it is shown and
invoiced as a line of its own (§ 7 PAngV).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


@dataclass(frozen=True, kw_only=True)
class ChargedLine:
    """A basket line as a charge sees it."""

    product_id: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A sum for the whole basket. ``gross_cents`` includes VAT at the rate of ``tax_class``."""

    name: Label
    gross_cents: int
    tax_class: str = "standard"


class BasketCharge(ABC):
    """Adds a sum to baskets that hold certain goods."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""

    @abstractmethod
    def charge(self, lines: Sequence[ChargedLine]) -> Charge | None:
        """The sum for these lines, or None when none of them is concerned; one query whatever their number."""


basket_charges: Registry[BasketCharge] = Registry("basket charge", BasketCharge)
