"""Shipping rules: which ways of shipping a basket's goods may not take, such as dangerous goods in a plain parcel."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from shopflow.contracts.charges import ChargedLine
from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


@dataclass(frozen=True, kw_only=True)
class ShippingWay:
    """A way that goods could take. ``country`` is ISO 3166-1 alpha-2, empty while it is not known.

    ``dangerous_goods`` says what the carrier takes: ``none``, ``limited`` (limited quantities and new starter
    batteries) or ``all``. Pickup at the dealer's takes everything.
    """

    code: str
    country: str
    is_pickup: bool
    dangerous_goods: str = "limited"


class ShippingRule(ABC):
    """Closes ways of shipping to baskets that hold certain goods.

    A rule that raises closes all ways: sending what must not be sent would be worse than not sending.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""

    @abstractmethod
    def refusal(self, lines: Sequence[ChargedLine], way: ShippingWay) -> Label | None:
        """A sentence that says why these goods cannot go this way; None when they can. One query for all ways."""


shipping_rules: Registry[ShippingRule] = Registry("shipping rule", ShippingRule)
