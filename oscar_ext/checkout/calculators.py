"""What an order comes to, with the VAT that its invoice will show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from oscar.core import prices

from shopflow.tax.decisions import Treatment
from shopflow.tax.rates import ZERO, totals_by_rate


def order_total(basket: Any, shipping_charge: Any, surcharges: Iterable[Any] | None = None) -> prices.Price:
    """The total of a purchase: gross sums added up, VAT taken from each rate's total (§ 14 (4) No. 8 UStG).

    Prices without one of our tax codes count with the tax that they state.
    """
    gross_by_rate: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    stated_vat = gross = ZERO
    for amount, tax, code in _amounts(basket, shipping_charge, surcharges):
        gross += amount
        rate = _rate(code)
        if rate is None:
            stated_vat += tax
        else:
            gross_by_rate[rate] += amount
    vat = stated_vat + sum((total.vat for total in totals_by_rate(gross_by_rate)), ZERO)
    return prices.Price(currency=basket.currency, excl_tax=gross - vat, incl_tax=gross)


def _rate(code: str | None) -> Decimal | None:
    """The rate in one of our tax codes; None without one and for a host shop's own."""
    try:
        return Treatment.parse(code or "").rate
    except ValueError:
        return None


def _amounts(basket: Any, shipping_charge: Any, surcharges: Iterable[Any] | None) -> Iterable[tuple[Any, Any, Any]]:
    """Gross amount, stated tax and tax code of everything that is paid for; a line that lost its price is not."""
    for line in basket.all_lines():
        incl, excl = line.line_price_incl_tax_incl_discounts, line.line_price_excl_tax_incl_discounts
        if incl is None:
            continue
        yield incl, incl - excl, line.purchase_info.price.tax_code
    charges = [shipping_charge, *(surcharge.price for surcharge in surcharges or ())]
    for price in charges:
        yield price.incl_tax, price.incl_tax - price.excl_tax, price.tax_code


class OrderTotalCalculator:
    """Oscar's calculator, on :func:`order_total`."""

    def __init__(self, request: Any = None) -> None:
        self.request = request

    def calculate(self, basket: Any, shipping_charge: Any, surcharges: Any = None, **kwargs: Any) -> prices.Price:
        return order_total(basket, shipping_charge, surcharges)
