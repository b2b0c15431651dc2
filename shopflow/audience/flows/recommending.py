"""Asking customers who are content to recommend the shop."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.audience.flows.steps import BY_CONSENT_OR_SALE, mail, objected
from shopflow.contracts.automations import Flow, FlowDefinition, flows


@flows.register
class RecommendFlow(Flow):
    code = "recommend"
    label = _("Ask for a recommendation")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Five days after a review of four stars or more, or after the second order has arrived, sends the "
                "customer a link to pass on; once a year at most, and not while something is sent back."
            ),
            reason=_(
                "The request is advertising and needs the newsletter's consent or, where the shop uses it, § 7 (3) "
                "UWG. The customer passes the link on; the shop writes to no friends, which would be advertising "
                "without their consent (BGH I ZR 208/12). The link counts uses and names nobody."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "customer_content"},
                "entry_key": "contact:{contact_id}",
                "reentry": {"mode": "after_exit", "min_gap": {"days": 365}},
                "conditions": [{"field": "return_rate", "op": "less", "value": 50}],
                "exits": [
                    {"event": "referral_used", "match": ["email"], "as": "goal_reached"},
                    objected("newsletter"),
                    {"event": "withdrawal_declared", "match": ["email"]},
                    {
                        "event": "order_status_changed",
                        "match": ["email"],
                        "where": {"new_status": ["returned"]},
                    },
                ],
                "priority": 40,
                "steps": [
                    {"id": "five_days", "kind": "wait", "for": {"days": 5}, "at": "10:00"},
                    {"id": "link", "kind": "action", "action": "make_referral_link", "settings": {}},
                    mail("recommend", basis=BY_CONSENT_OR_SALE, words=("referral",), late={"days": 14}),
                ],
            },
        )
