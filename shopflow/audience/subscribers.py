"""What the audience does by itself when something happens in the shop."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.audience import queries, services
from shopflow.audience.events import ConsentChanged
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.mailing.events import MailUnsubscribed

SCORED = frozenset(
    {
        "access_granted",
        "basket_idle",
        "complained",
        "consent_changed",
        "form_submitted",
        "hard_bounced",
        "lead_magnet_requested",
        "link_clicked",
        "order_paid",
        "order_placed",
        "order_status_changed",
        "quote_accepted",
        "quote_requested",
        "registered",
        "review_posted",
        "segment_entered",
        "stage_changed",
        "tag_added",
        "withdrawal_declared",
    }
)
"""Events that score rules may name. Those of rooms that are not installed never come."""


@subscribers.register
class UnsubscribedMeansWithdrawn(EventSubscriber):
    """Who unsubscribes from a mail takes the consent back."""

    code = "audience_unsubscribed"
    label = _("Withdraw consent when somebody unsubscribes")
    events = frozenset({"mail_unsubscribed"})

    def handle(self, published: PublishedEvent) -> None:
        event = published.event
        assert isinstance(event, MailUnsubscribed)  # noqa: S101 - the registry delivers no other
        if event.purpose:
            services.refuse(email=event.email, purpose=event.purpose, source=event.reason, as_of=published.occurred_at)
        else:
            services.refuse_all(email=event.email, source=event.reason, as_of=published.occurred_at)


@subscribers.register
class FollowContacts(EventSubscriber):
    """Orders are linked, points given, and values dropped whose purpose was withdrawn; one delivery for all three."""

    code = "audience_follows"
    label = _("Keep contacts up to date")
    events = SCORED

    def handle(self, published: PublishedEvent) -> None:
        event = published.event
        if event.code == "order_placed":
            contact = services.link_order(order_id=event.order_id, language=event.language)  # type: ignore[attr-defined]
        else:
            contact = queries.contact_of(str(getattr(event, "email", "") or ""))
        if isinstance(event, ConsentChanged) and event.action in ("withdraw", "object"):
            services.drop_values_of(email=event.email, purpose=event.purpose)
        if contact is not None:
            services.score_event(contact=contact, event=event, event_id=published.id)
