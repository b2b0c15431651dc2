"""Oscar's price policies, and ours: a price that is fixed including VAT."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from oscar.apps.partner import prices as stock

from shopflow.tax.decisions import Treatment
from shopflow.tax.rates import net_unit_price


class GrossPrice(stock.TaxInclusiveFixedPrice):
    """A price whose gross amount stands and whose VAT share depends on how the purchase is taxed.

    ``incl_tax`` has whole cents; ``excl_tax`` has four decimals, so that lines of many pieces do not drift.
    """

    def __init__(self, *, currency: str, gross: Decimal, treatment: Treatment) -> None:
        net = net_unit_price(gross, treatment.rate)
        super().__init__(currency=currency, excl_tax=net, tax=gross - net, tax_code=treatment.code)
        self.gross = gross
        self.treatment = treatment

    @property
    def incl_tax(self) -> Decimal:
        return self.gross

    @property
    def effective_price(self) -> Decimal:
        """What discounts are counted from. Oscar's own class always says gross, and then takes the sum off the net."""
        return self.incl_tax if settings.OSCAR_OFFERS_INCL_TAX else self.excl_tax
