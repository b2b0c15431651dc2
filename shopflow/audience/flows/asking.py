"""Asking people who left the checkout what has kept them from ordering."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.audience.flows.steps import has_consent, ordered, withdrawn
from shopflow.contracts.automations import Flow, FlowDefinition, flows


@flows.register
class CheckoutQuestionFlow(Flow):
    code = "checkout_question"
    label = _("Question after a left checkout")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Asks people who left the checkout one question on the basket's page when they come back within 14 "
                "days. No mail is sent, and the answer is kept without a name."
            ),
            reason=_(
                "That somebody has left the checkout is only used of people who have agreed to basket reminders "
                "(Art. 6 (1) a GDPR). The question stands in the shop, so § 7 UWG does not apply; no cookie is set for "
                "it (§ 25 TDDDG). Nothing leads from the answer back to the person."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "checkout_abandoned"},
                "entry_key": "basket:{basket_id}",
                "conditions": [has_consent("cart_reminder"), {"not": {"condition": "ordered_since"}}],
                "exits": [ordered(), withdrawn("cart_reminder")],
                "steps": [{"id": "ask", "kind": "action", "action": "ask_in_shop", "settings": {"days": 14}}],
            },
        )
