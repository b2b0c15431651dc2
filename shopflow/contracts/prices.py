"""Quantity prices: the price of one piece when several are bought, instead of the one on the shelf."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


class PriceTier(NamedTuple):
    """From ``quantity`` on, one piece costs ``net_cents`` without VAT."""

    quantity: int
    net_cents: int


class QuantityPrice(ABC):
    """Tells the price tiers of goods. The cheapest price counts that the quantity of a basket line allows."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""

    @abstractmethod
    def tiers(self, product_ids: Sequence[int]) -> Mapping[int, Sequence[PriceTier]]:
        """The tiers of those of these products that have any; one query at most, whatever their number."""


quantity_prices: Registry[QuantityPrice] = Registry("quantity price", QuantityPrice)
