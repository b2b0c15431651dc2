"""What happens after an order without the customer waiting for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from oscar_ext.checkout.services import follow_up
from oscar_ext.order.events import OrderPlaced
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers


@subscribers.register
class FollowUpGates(EventSubscriber):
    """Mails and the like that a tick above the order button asked for."""

    code = "checkout_follow_up"
    label = _("Do what was agreed at checkout")
    events = frozenset({"order_placed"})

    def handle(self, published: PublishedEvent) -> None:
        event = published.event
        assert isinstance(event, OrderPlaced)  # noqa: S101 - the registry delivers no other
        follow_up(order_id=event.order_id)
