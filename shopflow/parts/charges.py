"""Deposits that come with parts: for starter batteries by law, for exchange parts by trade custom."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.charges import BasketCharge, Charge, ChargedLine, basket_charges
from shopflow.core.memo import once_per_request
from shopflow.parts.models import PartRecord
from shopflow.tax.queries import Situation
from shopflow.tax.rates import STANDARD, gross_price


@once_per_request
def _deposits(product_ids: tuple[int, ...]) -> list[tuple[int, int | None, int | None]]:
    """Product, battery deposit and core deposit of the parts that have one; one query for both charges."""
    rows = PartRecord.objects.filter(product_id__in=product_ids)
    rows = rows.filter(Q(battery_deposit_gross_cents__gt=0) | Q(core_deposit_cents__gt=0))
    return list(rows.values_list("product_id", "battery_deposit_gross_cents", "core_deposit_cents"))


def _product_ids(lines: Sequence[ChargedLine]) -> tuple[int, ...]:
    return tuple(sorted({line.product_id for line in lines}))


@basket_charges.register
class BatteryDeposit(BasketCharge):
    """7.50 € incl. VAT for each starter battery sold without an old one handed in (§ 19 BattDG)."""

    code = "battery_deposit"
    label = _("Battery deposit")

    def charge(self, lines: Sequence[ChargedLine]) -> Charge | None:
        cents = {product: battery or 0 for product, battery, _core in _deposits(_product_ids(lines))}
        total = sum(cents.get(line.product_id, 0) * line.quantity for line in lines)
        return Charge(name=_("Battery deposit (given back for an old battery)"), gross_cents=total) if total else None


@basket_charges.register
class CoreDeposit(BasketCharge):
    """The deposit on an exchange part, given back when the old part arrives; delivered net, charged with VAT."""

    code = "core_deposit"
    label = _("Core deposit")

    def charge(self, lines: Sequence[ChargedLine]) -> Charge | None:
        net = {product: core for product, _battery, core in _deposits(_product_ids(lines)) if core}
        if not net:
            return None
        rate = Situation().shelf_rate(STANDARD)
        total = sum(
            int(gross_price(Decimal(net[line.product_id]) / 100, rate) * 100) * line.quantity
            for line in lines
            if line.product_id in net
        )
        return Charge(name=_("Core deposit (given back for the old part)"), gross_cents=total)
