"""Ways that goods take: a parcel at the rate of its country, or the customer's own hands at the dealer's counter."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from oscar.apps.shipping import methods as stock
from oscar.core import prices

from oscar_ext.shipping.models import ShippingRate
from shopflow.tax.decisions import Treatment
from shopflow.tax.rates import ZERO, net_unit_price

PICKUP = "pickup"


class Parcel(stock.Base):
    """A parcel at a :class:`ShippingRate`. ``free_from`` looks at what the goods cost after discounts."""

    def __init__(self, rate: ShippingRate) -> None:
        self.rate = rate
        self.code = rate.code
        self.name = rate.name
        self.days_from, self.days_to = rate.days_from, rate.days_to

    @property
    def description(self) -> str:
        return delivery_time(self.days_from, self.days_to)

    def calculate(self, basket: Any) -> prices.Price:
        free = self.rate.free_from is not None and basket.total_incl_tax >= self.rate.free_from
        return charge(basket, ZERO if free else self.rate.price)


class Pickup(stock.Free):
    """The customer fetches the goods at the dealer's; free, and always taxed at home."""

    code = PICKUP
    name = _("Pick up at the dealer")
    description = _("We write to you as soon as your goods are ready.")


def delivery_time(days_from: int, days_to: int) -> str:
    """„2–3 Werktage“ in the reader's language."""
    if days_from == days_to:
        return ngettext("%(days)s working day", "%(days)s working days", days_to) % {"days": days_to}
    return gettext("%(from)s–%(to)s working days") % {"from": days_from, "to": days_to}


def charge(basket: Any, gross: Decimal) -> prices.Price:
    """A shipping charge including VAT; it shares the tax of the goods that make up most of the basket's value."""
    treatment = main_treatment(basket)
    rate = treatment.rate if treatment else ZERO
    return prices.Price(
        currency=basket.currency,
        excl_tax=net_unit_price(gross, rate),
        incl_tax=gross,
        tax_code=treatment.code if treatment else None,
    )


def main_treatment(basket: Any) -> Treatment | None:
    """How most of the basket's value is taxed; None for an empty basket and for prices without a tax code."""
    values: dict[str, Decimal] = defaultdict(Decimal)
    for line in basket.all_lines():
        price = line.purchase_info.price
        if price.exists and price.tax_code:
            values[Treatment.parse(price.tax_code).of_the_rest.code] += line.line_price_incl_tax_incl_discounts
    if not values:
        return None
    heaviest = max(sorted(values), key=lambda code: values[code])
    return Treatment.parse(heaviest)
