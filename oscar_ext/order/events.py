"""What happens to orders. ``email`` is lower-case, ``user_id`` null for guests, money in cents."""

from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    """``language`` is the one that the customer ordered in; empty in events of before it was noted."""

    code = "order_placed"
    label = _("Order placed")
    description = _("Somebody has ordered in the shop.")

    order_id: int
    order_number: str
    email: str
    user_id: int | None
    basket_id: int | None
    payment_method: str
    total_cents: int
    language: str = ""


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class OrderPaid(Event):
    """The whole amount has arrived."""

    code = "order_paid"
    label = _("Order paid")
    description = _("The whole amount of an order has arrived.")

    order_id: int
    order_number: str
    email: str
    user_id: int | None
    amount_cents: int


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class OrderStatusChanged(Event):
    code = "order_status_changed"
    label = _("Order status changed")
    description = _("An order has moved on, such as from paid to sent.")
    also = _("Order sent, delivered, ready for pickup, in progress, returned, cancelled; lines of the order")

    order_id: int
    order_number: str
    email: str
    user_id: int | None
    old_status: str
    new_status: str
