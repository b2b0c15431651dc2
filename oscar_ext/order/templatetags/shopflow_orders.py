"""How templates speak of an order's status."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.template.defaultfilters import floatformat

from oscar_ext.order import statuses
from shopflow.contracts.checkout import checkout_gates
from shopflow.contracts.types import Label

register = template.Library()

TONES = {
    "new": "info",
    "paid": "info",
    "in_work": "info",
    "shipped": "positive",
    "ready_for_pickup": "positive",
    "delivered": "positive",
    "returned": "neutral",
    "cancelled": "critical",
}


@register.filter
def status_label(status: str) -> Label:
    """The word for an order status."""
    return statuses.status_label(status)


@register.filter
def gate_label(code: str) -> Label:
    """What staff call the checkout gate that showed a text; the code of one that is no longer installed."""
    return checkout_gates.get(code).label if code in checkout_gates else code


@register.filter
def status_tone(status: str) -> str:
    """The badge colour for an order status: ``badge--{{ order.status|status_tone }}``."""
    return TONES.get(status, "neutral")


@register.filter
def percent(rate: Decimal) -> str:
    """A rate of VAT for people: „19 %“, „5,5 %“."""
    return f"{floatformat(rate * 100, -2)}\u00a0%"


@register.filter
def address_lines(address: Any) -> list[str]:
    """An address as it stands on a letter: name, addition, street, postcode and city, country."""
    place = f"{address.postcode} {address.line4}".strip()
    lines = [address.name, address.line2, address.line3, address.line1, place, address.state]
    country = address.country.printable_name if address.country_id else ""
    return [line for line in [*lines, country] if line]
