from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oscar.core.loading import get_model

from oscar_ext.order.statuses import NEXT_STEPS, status_label
from shopflow.contracts.types import Label

Order = get_model("order", "Order")

USUAL_PATH = ("new", "paid", "in_work", "shipped", "delivered")
PICKUP_PATH = ("new", "in_work", "ready_for_pickup", "delivered")
DIGITAL_PATH = ("new", "paid", "delivered")


@dataclass(frozen=True)
class Step:
    """One point of the timeline. ``state`` is done, current or ahead."""

    label: Label
    text: Label
    at: datetime | None
    state: str


def order_for_status(order_id: int) -> Any:
    """The order with all that the status page shows, in a fixed number of queries; None if it is gone."""
    return (
        Order.objects.select_related("user", "shipping_address__country", "billing_address__country")
        .prefetch_related("lines__product__product_class", "status_changes")
        .filter(pk=order_id)
        .first()
    )


def timeline(order: Any) -> list[Step]:
    """What has happened to an order, and what usually comes next."""
    reached = {"new": order.date_placed}
    for change in sorted(order.status_changes.all(), key=lambda c: (c.date_created, c.pk)):
        reached[change.new_status] = change.date_created
    steps = [_step(status, at, "current" if status == order.status else "done") for status, at in reached.items()]
    if order.status in ("cancelled", "returned", "delivered"):
        return steps
    return steps + [_step(status, None, "ahead") for status in _path(order) if status not in reached]


def _path(order: Any) -> tuple[str, ...]:
    if order.shipping_code == "pickup":
        return PICKUP_PATH
    return USUAL_PATH if order.shipping_address_id else DIGITAL_PATH


def _step(status: str, at: datetime | None, state: str) -> Step:
    return Step(status_label(status), NEXT_STEPS.get(status, "") if state == "current" else "", at, state)
