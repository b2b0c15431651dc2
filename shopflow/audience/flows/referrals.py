"""Recommendations: when one has worked, and the automation that rewards it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.audience.events import ReferralUsed
from shopflow.audience.models import ContactOrder
from shopflow.audience.queries import REFERRAL_THANKS
from shopflow.contracts.automations import Flow, FlowDefinition, flows
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.core.services import publish


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
        bought = ContactOrder.objects.filter(order_id=order_id).select_related("share_link__contact").first()
        by = bought.share_link.contact if bought is not None and bought.share_link is not None else None
        if by is None or bought is None or by.pk == bought.contact_id:
            return
        publish(
            ReferralUsed.of(by, referred_order=order_id),
            source_key=f"referral:{order_id}",
        )


@flows.register
class ReferralThanks(Flow):
    code = REFERRAL_THANKS
    label = _("Thanks for a recommendation")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Gives customers whose link has led to an order a personal voucher. They find it in their account "
                "beside their link; no mail is sent. Nothing happens as long as the shop gives no vouchers."
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
                    {"id": "voucher", "kind": "action", "action": "give_voucher", "settings": {"days": 90}},
                ],
            },
        )
