"""Deposits that come with parts: for starter batteries by law, for exchange parts by trade custom."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.charges import BasketCharge, Charge, ChargedLine, basket_charges
from shopflow.parts.models import PartRecord
from shopflow.tax.queries import Situation
from shopflow.tax.rates import STANDARD, gross_price


def _per_product(lines: Sequence[ChargedLine], field: str) -> dict[int, int]:
    """The deposit of each product that has one, in cents for one piece."""
    rows = PartRecord.objects.filter(
        product_id__in=[line.product_id for line in lines], **{f"{field}__gt": 0}
    ).values_list("product_id", field)
    return dict(rows)


@basket_charges.register
class BatteryDeposit(BasketCharge):
    """7.50 € incl. VAT for each starter battery sold without an old one handed in (§ 19 BattDG)."""

    code = "battery_deposit"
    label = _("Battery deposit")

    def charge(self, lines: Sequence[ChargedLine]) -> Charge | None:
        cents = _per_product(lines, "battery_deposit_gross_cents")
        total = sum(cents.get(line.product_id, 0) * line.quantity for line in lines)
        return Charge(name=_("Battery deposit (given back for an old battery)"), gross_cents=total) if total else None


@basket_charges.register
class CoreDeposit(BasketCharge):
    """The deposit on an exchange part, given back when the old part arrives; delivered net, charged with VAT."""

    code = "core_deposit"
    label = _("Core deposit")

    def charge(self, lines: Sequence[ChargedLine]) -> Charge | None:
        net = _per_product(lines, "core_deposit_cents")
        if not net:
            return None
        rate = Situation().shelf_rate(STANDARD)
        total = sum(
            int(gross_price(Decimal(net[line.product_id]) / 100, rate) * 100) * line.quantity
            for line in lines
            if line.product_id in net
        )
        return Charge(name=_("Core deposit (given back for the old part)"), gross_cents=total)
