from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Sum
from oscar.core.loading import get_model

from shopflow.tax.decisions import Treatment
from shopflow.tax.rates import RateTotal
from shopflow.tax.totals import TaxedSum, stated_vat

Order = get_model("order", "Order")
Source = get_model("payment", "Source")


def order_email(order: Any) -> str:
    """The address that the customer ordered with, lower-case."""
    return str(order.guest_email or (order.user.email if order.user else "")).lower()


def paid_cents(order_id: int) -> int:
    """What has arrived for an order so far, less what was given back."""
    sums = Source.objects.filter(order_id=order_id).aggregate(
        debited=Sum("amount_debited", default=Decimal()), refunded=Sum("amount_refunded", default=Decimal())
    )
    return int((sums["debited"] - sums["refunded"]) * 100)


def vat_by_rate(order: Any) -> list[RateTotal]:
    """The VAT in an order, rate by rate, as its invoice will show it; empty where there is none to show.

    Empty, too, for an order with a tax code that is not ours: then only its total VAT is known.
    """
    parts = [
        (line.line_price_incl_tax, line.line_price_before_discounts_incl_tax, line.tax_code)
        for line in order.lines.all()
    ]
    parts += [(surcharge.incl_tax, surcharge.incl_tax, surcharge.tax_code) for surcharge in order.surcharges.all()]
    if order.shipping_incl_tax:
        parts.append((order.shipping_incl_tax, order.shipping_incl_tax, order.shipping_tax_code))
    taxed = []
    for amount, before_discounts, code in parts:
        try:
            treatment = Treatment.parse(code or "")
        except ValueError:
            return []
        if treatment.shows_vat:
            taxed.append(TaxedSum(treatment, amount, before_discounts))
    return stated_vat(taxed)


def is_paid(order: Any) -> bool:
    return paid_cents(order.pk) >= int(order.total_incl_tax * 100)
