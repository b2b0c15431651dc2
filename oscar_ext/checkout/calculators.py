"""What an order comes to, with the VAT that its invoice will show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from oscar.core import prices

from shopflow.tax.decisions import Treatment
from shopflow.tax.rates import ZERO
from shopflow.tax.totals import TaxedSum, stated_vat


def order_total(basket: Any, shipping_charge: Any, surcharges: Iterable[Any] | None = None) -> prices.Price:
    """The total of a purchase: gross sums added up, VAT taken from each rate's total (§ 14 (4) No. 8 UStG).

    Prices without one of our tax codes count with the tax that they state.
    """
    ours: list[TaxedSum] = []
    other_vat = gross = ZERO
    for amount, before, tax, code in _amounts(basket, shipping_charge, surcharges):
        gross += amount
        treatment = _treatment(code)
        if treatment is None:
            other_vat += tax
        else:
            ours.append(TaxedSum(treatment, amount, before))
    vat = other_vat + sum((total.vat for total in stated_vat(ours)), ZERO)
    return prices.Price(currency=basket.currency, excl_tax=gross - vat, incl_tax=gross)


def _treatment(code: str | None) -> Treatment | None:
    """What one of our tax codes says; None without one and for a host shop's own."""
    try:
        return Treatment.parse(code or "")
    except ValueError:
        return None


def _amounts(basket: Any, shipping_charge: Any, surcharges: Iterable[Any] | None) -> Iterable[tuple[Any, ...]]:
    """Gross amount, that before discounts, stated tax and tax code of everything that is paid for.

    A line that lost its price is not.
    """
    for line in basket.all_lines():
        incl, excl = line.line_price_incl_tax_incl_discounts, line.line_price_excl_tax_incl_discounts
        if incl is None:
            continue
        yield incl, line.line_price_incl_tax, incl - excl, line.purchase_info.price.tax_code
    charges = [shipping_charge, *(surcharge.price for surcharge in surcharges or ())]
    for price in charges:
        yield price.incl_tax, price.incl_tax, price.incl_tax - price.excl_tax, price.tax_code


class OrderTotalCalculator:
    """Oscar's calculator, on :func:`order_total`."""

    def __init__(self, request: Any = None) -> None:
        self.request = request

    def calculate(self, basket: Any, shipping_charge: Any, surcharges: Any = None, **kwargs: Any) -> prices.Price:
        return order_total(basket, shipping_charge, surcharges)
