"""What the parts room does when an order is placed or paid."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.parts.services import keep_promise

PAID_FIRST = frozenset({"bank_transfer"})
"""Ways to pay that come before the goods: the time runs from the payment on."""


@subscribers.register
class KeepPromise(EventSubscriber):
    code = "parts_keep_promise"
    label = _("Write down by when an order must arrive")
    events = frozenset({"order_placed", "order_paid"})

    def handle(self, published: PublishedEvent) -> None:
        facts = published.event.payload()
        if facts.get("payment_method") in PAID_FIRST:
            return
        keep_promise(order_id=int(facts["order_id"] or 0), since=published.occurred_at)
