from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Sum
from oscar.core.loading import get_model

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


def is_paid(order: Any) -> bool:
    return paid_cents(order.pk) >= int(order.total_incl_tax * 100)
