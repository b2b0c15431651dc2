"""Asking the registered shipping rules which ways a basket's goods may take."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from oscar_ext.shipping.methods import PICKUP
from shopflow.contracts.charges import ChargedLine
from shopflow.contracts.shipping import ShippingWay, shipping_rules
from shopflow.contracts.types import Label

logger = logging.getLogger("shopflow.shipping")


def open_ways(basket: Any, methods: Sequence[Any], *, country: str) -> list[Any]:
    """The ``methods`` that no rule closes to the basket."""
    return [method for method in methods if not refusals(basket, method, country=country)]


def refusals(basket: Any, method: Any, *, country: str) -> list[Label]:
    """Why the basket's goods cannot go by ``method``; empty when they can. A rule that fails closes the way."""
    lines = [ChargedLine(product_id=line.product_id, quantity=line.quantity) for line in basket.all_lines()]
    rate = getattr(method, "rate", None)
    way = ShippingWay(
        code=method.code,
        country=country,
        is_pickup=method.code == PICKUP,
        dangerous_goods=rate.dangerous_goods if rate else "all",
    )
    found: list[Label] = []
    for rule in shipping_rules:
        try:
            reason = rule.refusal(lines, way)
        except Exception:  # a failing rule must close the way and nothing else
            logger.exception("The shipping rule “%s” failed; the way “%s” is closed.", rule.code, way.code)
            reason = _("We cannot check this way of shipping just now. Please try again later.")
        if reason:
            found.append(reason)
    return found
