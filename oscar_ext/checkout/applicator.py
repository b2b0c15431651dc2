"""Oscar's surcharges, filled from the registered basket charges."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from oscar.apps.checkout import applicator as stock
from oscar.core import prices

from shopflow.contracts.charges import Charge, ChargedLine, basket_charges
from shopflow.tax.queries import Situation
from shopflow.tax.rates import vat_in

SurchargeList = stock.SurchargeList
SurchargePrice = stock.SurchargePrice


class GoodsCharge:
    """A basket charge in the shape of an Oscar surcharge; it shares the tax of the basket that it is added to."""

    def __init__(self, code: str, charge: Charge) -> None:
        self.code = code
        self.name = charge.name
        self.charge = charge

    def calculate(self, basket: Any, **kwargs: Any) -> prices.Price:
        gross = Decimal(self.charge.gross_cents) / 100
        situation = getattr(basket.strategy, "situation", None) or Situation()
        treatment = situation.treatment(self.charge.tax_class)
        return prices.Price(
            currency=basket.currency,
            excl_tax=gross - vat_in(gross, treatment.rate),
            incl_tax=gross,
            tax_code=treatment.code,
        )


class SurchargeApplicator(stock.SurchargeApplicator):
    def get_surcharges(self, basket: Any, **kwargs: Any) -> list[GoodsCharge]:
        if not basket_charges or basket.is_empty:
            return []
        lines = [ChargedLine(product_id=line.product_id, quantity=line.quantity) for line in basket.all_lines()]
        found = [(source.code, source.charge(lines)) for source in basket_charges]
        return [GoodsCharge(code, charge) for code, charge in found if charge is not None and charge.gross_cents > 0]
