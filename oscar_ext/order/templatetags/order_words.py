"""Words for orders in templates."""

from __future__ import annotations

from django import template

from oscar_ext.order import statuses
from shopflow.contracts.types import Label

register = template.Library()

TONES = {
    "new": "info",
    "paid": "info",
    "in_work": "info",
    "shipped": "positive",
    "ready_for_pickup": "positive",
    "delivered": "positive",
    "returned": "warning",
    "cancelled": "critical",
}


@register.filter
def status_label(status: str) -> Label:
    """The word for an order status."""
    return statuses.status_label(status)


@register.filter
def status_tone(status: str) -> str:
    """The badge tone of an order status: info, positive, warning, critical or neutral."""
    return TONES.get(status, "neutral")
