from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.audience.events import TimeZoneChanged
from shopflow.automations.queries import is_asked_for
from shopflow.automations.reporting import sales
from shopflow.automations.services import handle_event, refuse_dropped, renew_delivered, replan_waits
from shopflow.automations.services.mending import resume_mended
from shopflow.contracts.events import Event, EventSubscriber, PublishedEvent, subscribers
from shopflow.mailing.events import MailTextChanged


@subscribers.register
class AutomationTriggers(EventSubscriber):
    """Hears every event: which of them matter is data."""

    code = "automations"
    label = _("Automations")

    def asks_for(self, code: str) -> bool:
        return is_asked_for(code)

    def handle(self, published: PublishedEvent) -> None:
        handle_event(published=published)

    def note_dropped(self, event: Event) -> None:
        refuse_dropped(event=event)


@subscribers.register
class FollowClocks(EventSubscriber):
    """What waits for somebody goes by the clocks where the person lives now."""

    code = "automation_clocks"
    label = _("Waits go by the clocks of where the person lives")
    events = frozenset({"time_zone_changed"})

    def handle(self, published: PublishedEvent) -> None:
        event = published.event
        assert isinstance(event, TimeZoneChanged)  # noqa: S101 - the registry delivers no other
        replan_waits(email=event.email)


@subscribers.register
class RenewDelivered(EventSubscriber):
    """Another text of a mail makes new versions of the automations that come with the shop."""

    code = "automation_texts"
    label = _("New texts reach the automations that come with the shop")
    events = frozenset({"mail_text_changed"})

    def handle(self, published: PublishedEvent) -> None:
        event = published.event
        assert isinstance(event, MailTextChanged)  # noqa: S101 - the registry delivers no other
        renew_delivered(template=event.template, language=event.text_language)


@subscribers.register
class GoOnWhenMended(EventSubscriber):
    """Mails that named something broken are tried again once staff have mended it."""

    code = "automation_mended"
    label = _("Parked runs go on when their mail is mended")
    events = frozenset({"staff_task_closed"})

    def handle(self, published: PublishedEvent) -> None:
        facts = published.event.payload()
        if facts["result"] == "done":
            resume_mended(task_id=int(facts["task_id"] or 0))


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
