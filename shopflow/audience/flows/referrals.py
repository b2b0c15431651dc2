"""Recommendations: when one has worked, and the automation that rewards it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shopflow.audience import queries
from shopflow.audience.conditions import answered
from shopflow.audience.events import ReferralUsed
from shopflow.audience.forms import NoSettings
from shopflow.audience.models import ContactOrder
from shopflow.audience.queries import REFERRAL_THANKS
from shopflow.audience.same_person import is_same_person
from shopflow.contracts.automations import Condition, Flow, FlowDefinition, RunContext, Verdict, conditions, flows
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.core.services import publish

UNTIL_IT_STANDS = 16
"""Days after which nobody withdraws any more: fourteen, and two for what is on its way (§ 355 BGB)."""


@subscribers.register
class TellOfReferrals(EventSubscriber):
    """Announces that a recommendation has worked, once the goods have been handed over."""

    code = "audience_referrals"
    label = _("Recommendations")
    events = frozenset({"order_status_changed"})

    def handle(self, published: PublishedEvent) -> None:
        order_id, status = published.event.order_id, published.event.new_status  # type: ignore[attr-defined]
        if status != "delivered":
            return
        linked = ContactOrder.objects.select_related("share_link__contact", "contact", "order")
        bought = linked.filter(order_id=order_id).first()
        by = bought.share_link.contact if bought is not None and bought.share_link is not None else None
        if by is None or bought is None or is_same_person(order=bought.order, buyer=bought.contact, contact=by):
            return
        publish(
            ReferralUsed.of(by, referred_order=order_id),
            source_key=f"referral:{order_id}",
        )


@conditions.register
class ReferralStands(Condition):
    """Of the order, not of the person whom the run is about, who is told nothing about it."""

    code = "referral_stands"
    label = _("the recommended order stands")
    description = _("Asks whether the order that a recommendation has led to was neither returned nor withdrawn from.")
    needs = frozenset({"referred_order"})
    form_class = NoSettings

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        return answered(queries.order_stands(int(context.subject["referred_order"] or 0)), self.label)


@flows.register
class ReferralThanks(Flow):
    code = REFERRAL_THANKS
    label = _("Thanks for a recommendation")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Gives customers whose link has led to an order a personal voucher, once the buyer can no longer "
                "withdraw and nothing was sent back. They find it in their account beside their link; no mail is "
                "sent. Nothing happens as long as the shop gives no vouchers."
            ),
            reason=_(
                "The customer has asked for the link and finds the voucher in the account (Art. 6 (1) b GDPR). As no "
                "mail is sent, § 7 UWG asks for no consent. Of the buyer nothing but the number of orders is told."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "referral_used"},
                "entry_key": "referral:{referred_order}",
                "steps": [
                    {"id": "withdrawal", "kind": "wait", "for": {"days": UNTIL_IT_STANDS}},
                    {
                        "id": "voucher",
                        "kind": "action",
                        "action": "give_voucher",
                        "settings": {"days": 90},
                        "recheck": [{"condition": "referral_stands"}],
                    },
                ],
            },
        )
