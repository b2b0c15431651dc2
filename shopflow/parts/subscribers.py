"""What the parts room does when an order is placed or paid, when a consent ends, when goods are recalled."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.audience.queries import has_consent
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.parts.services import announce_notice, forget_dates, keep_promise
from shopflow.parts.services.care import PURPOSE

PAID_FIRST = frozenset({"bank_transfer"})
"""Ways to pay that come before the goods: the time runs from the payment on."""

ENDS = ("withdraw", "object")


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


@subscribers.register
class ForgetDates(EventSubscriber):
    """The dates of vehicles are kept by consent; they go with it."""

    code = "parts_forget_dates"
    label = _("Forget the dates of vehicles with the consent")
    events = frozenset({"consent_changed"})

    def handle(self, published: PublishedEvent) -> None:
        facts = published.event.payload()
        email = str(facts["email"])
        if facts["purpose"] == PURPOSE and facts["action"] in ENDS and not has_consent(email=email, purpose=PURPOSE):
            forget_dates(email=email)


@subscribers.register
class TellOfSafetyNotice(EventSubscriber):
    """One event of the notice becomes one for each affected order, outside of the request that issues it."""

    code = "parts_safety_notice"
    label = _("Tell buyers of a safety notice")
    events = frozenset({"safety_notice_issued"})

    def handle(self, published: PublishedEvent) -> None:
        announce_notice(notice_id=int(published.event.payload()["notice_id"] or 0))
