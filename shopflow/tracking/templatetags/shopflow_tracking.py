"""The timeline of an order, for every page that shows one to its customer."""

from __future__ import annotations

from typing import Any

from django import template

from shopflow.tracking.queries import timeline

register = template.Library()


@register.inclusion_tag("shopflow/tracking/timeline.html")
def order_timeline(order: Any) -> dict[str, Any]:
    """``{% order_timeline order %}``: what has happened to the order, and what usually comes next."""
    return {"timeline": timeline(order)}
