"""Price tiers of parts, as the import brings them: in the basket, and beside the price on the product page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.prices import PriceTier, QuantityPrice, quantity_prices
from shopflow.contracts.types import Label
from shopflow.parts.base_prices import base_price
from shopflow.parts.models import PartPriceTier, PartRecord
from shopflow.tax.queries import Situation
from shopflow.tax.rates import gross_price

CACHE_KEY, CACHE_SECONDS = "shopflow:parts:has_tiers", 60


@dataclass(frozen=True)
class ShownTier:
    """A tier for customers: price of one sale including VAT, and the base price beside it where the law wants one."""

    quantity: int
    price: Decimal
    base: tuple[Decimal, Label] | None


@quantity_prices.register
class PartTiers(QuantityPrice):
    """A shop without any tiers asks the database once a minute."""

    code = "part_tiers"
    label = _("price tiers of parts")

    def tiers(self, product_ids: Sequence[int]) -> Mapping[int, Sequence[PriceTier]]:
        has_any = cache.get(CACHE_KEY)
        if has_any is None:
            has_any = PartPriceTier.objects.exists()
            cache.set(CACHE_KEY, has_any, CACHE_SECONDS)
        if not has_any:
            return {}
        found: dict[int, list[PriceTier]] = {}
        rows = PartPriceTier.objects.filter(part__product_id__in=product_ids)
        for product_id, quantity, cents in rows.values_list("part__product_id", "quantity", "net_cents"):
            found.setdefault(product_id, []).append(PriceTier(quantity, cents))
        return found


def forget_tiers() -> None:
    """Call it after tiers were written."""
    cache.delete(CACHE_KEY)


def shown_tiers(part: PartRecord) -> list[ShownTier]:
    """The tiers of a part as the product page tells them. One query."""
    rate = Situation().shelf_rate(part.tax_class)
    prices = ((tier.quantity, gross_price(Decimal(tier.net_cents) / 100, rate)) for tier in part.price_tiers.all())
    return [ShownTier(quantity, price, base_price(part, price)) for quantity, price in prices]
