"""Recommendations: when a customer may be asked, and the link that they pass on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shopflow.audience import queries, services
from shopflow.audience.actions import OnContact
from shopflow.audience.forms import NoSettings
from shopflow.audience.links import share_url
from shopflow.audience.models import Contact, ShareLink
from shopflow.contracts.automations import Outcome, RunContext, actions
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Scalar

GOOD = 4
"""Stars from which somebody counts as content."""


@subscribers.register
class NoticeContentCustomers(EventSubscriber):
    """A review of four stars or more, or a second order that has arrived."""

    code = "audience_content_customers"
    label = _("Notice customers who are content")
    events = frozenset({"review_posted", "order_status_changed"})

    def handle(self, published: PublishedEvent) -> None:
        facts = published.event.payload()
        contact = queries.contact_of(str(facts.get("email") or ""))
        if contact is None:
            return
        if published.event.code == "review_posted":
            if int(facts.get("score") or 0) >= GOOD:
                services.notice_contentment(contact=contact, sign="review", key=f"review:{facts.get('review_id')}")
        elif facts.get("new_status") == "delivered" and queries.orders_standing(contact) >= 2:
            services.notice_contentment(contact=contact, sign="second_order", key=f"order:{facts.get('order_id')}")


@actions.register
class MakeReferralLink(OnContact):
    """The contact's own share link, made if there is none; the mail context ``referral`` names it."""

    code = "make_referral_link"
    label = _("make the link for recommendations")
    description = _("Makes the contact's own link for recommending the shop, if there is none yet.")
    form_class = NoSettings

    def act(self, contact: Contact, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        services.referral_link(contact)
        return Outcome.done("link_there", self.label)


@mail_contexts.register
class ReferralWords(MailContext):
    """``referral_url``: the contact's link for recommendations; empty before the action has made it."""

    code = "referral"
    label = _("Link for recommendations")
    needs = frozenset({"email"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        link = ShareLink.objects.filter(contact__email=str(subject["email"] or "")).first()
        return {"referral_url": share_url(link) if link else ""}
