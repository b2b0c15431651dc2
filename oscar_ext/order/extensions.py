"""What orders lend to others: their events, and their words for mail templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from oscar.apps.order.signals import order_placed
from oscar.core.loading import get_model

from oscar_ext.order import personal_data  # noqa: F401 - it registers itself
from oscar_ext.order.events import OrderPlaced
from oscar_ext.order.links import order_status_url
from oscar_ext.order.statuses import status_label
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.pages import AttentionNote, attention_notes
from shopflow.contracts.types import JSONDict, Scalar


@mail_contexts.register
class OrderMailContext(MailContext):
    """``order``, ``lines``, ``status_url``, ``status_label`` and ``customer_name``."""

    code = "order"
    label = _("Order")
    needs = frozenset({"order_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        order: Any = (
            get_model("order", "Order")
            .objects.select_related("user", "shipping_address__country", "billing_address__country")
            .get(pk=subject["order_id"])
        )
        address = order.shipping_address or order.billing_address
        name = address.name if address else (order.user.get_full_name() if order.user else "")
        return {
            "order": order,
            "lines": list(order.lines.select_related("product").order_by("pk")),
            "status_url": order_status_url(order),
            "status_label": status_label(str(subject.get("new_status") or order.status)),
            "customer_name": name,
        }


@subscribers.register
class TellOscar(EventSubscriber):
    """Sends Oscar's own ``order_placed``, for its analytics and for add-ons that listen to it.

    After the commit, because a listener's failed write would undo the delivery; and in the background, because Oscar
    counts each line by itself.
    """

    code = "oscar_order_placed"
    label = _("Tell Oscar's listeners about the order")
    events = frozenset({"order_placed"})

    def handle(self, published: PublishedEvent) -> None:
        event = published.event
        assert isinstance(event, OrderPlaced)  # noqa: S101 - the registry delivers no other
        order = get_model("order", "Order").objects.select_related("user").get(pk=event.order_id)
        transaction.on_commit(lambda: order_placed.send_robust(sender=type(order), order=order, user=order.user))


@attention_notes.register
class OrdersToPack(AttentionNote):
    code = "orders_to_pack"
    label = _("orders paid but not in progress")
    hint = _("Pick and pack the goods, then set the order to “In progress”.")
    icon = "package-open"
    position = 20

    def count(self) -> int:
        return int(get_model("order", "Order").objects.filter(status="paid").count())

    def url(self) -> str:
        return f"{reverse('dashboard:order-list')}?status=paid"
