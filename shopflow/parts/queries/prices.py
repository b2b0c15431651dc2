"""What parts have cost."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from shopflow.parts.models import PriceHistory

LOOK_BACK = timedelta(days=30)


def lowest_net_cents(product_ids: Collection[int], *, at: datetime) -> dict[int, int]:
    """By product the lowest net price of one sale in the 30 days before ``at``, in cents (§ 11 (1) PAngV). One query.

    Products are left out whose price has not changed since then: their price of today is the lowest.
    """
    changes = PriceHistory.objects.filter(part__product_id__in=list(product_ids), valid_from__gt=at - LOOK_BACK)
    rows = changes.order_by("valid_from", "pk").values_list(
        "part__product_id", "old_net_cents", "new_net_cents", "valid_from"
    )
    prices: dict[int, list[int]] = {}
    later: set[int] = set()
    for product_id, old, new, since in rows:
        if product_id not in later:
            prices.setdefault(product_id, []).extend([old, new] if since < at else [old])
        if since >= at:
            later.add(product_id)
    found = {product_id: min(filter(None, known), default=0) for product_id, known in prices.items()}
    return {product_id: cents for product_id, cents in found.items() if cents}
