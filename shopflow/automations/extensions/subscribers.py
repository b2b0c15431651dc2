from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.automations.queries import is_asked_for
from shopflow.automations.reporting import sales
from shopflow.automations.services import handle_event
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers


@subscribers.register
class AutomationTriggers(EventSubscriber):
    """Hears every event: which of them matter is data."""

    code = "automations"
    label = _("Automations")

    def asks_for(self, code: str) -> bool:
        return is_asked_for(code)

    def handle(self, published: PublishedEvent) -> None:
        handle_event(published=published)


@subscribers.register
class CountSales(EventSubscriber):
    """Puts paid orders down to the automations that led to them, and reckons them anew when they change."""

    code = "automation_sales"
    label = _("Results of automations")
    events = frozenset({"order_paid", "order_status_changed", "document_issued"})

    def handle(self, published: PublishedEvent) -> None:
        order_id = published.event.order_id  # type: ignore[attr-defined]
        if published.event.code == "order_paid":
            sales.record_sale(order_id=order_id, paid_at=published.occurred_at)
        sales.restate(order_id=order_id)
