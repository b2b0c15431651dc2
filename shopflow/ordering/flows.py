"""The automations about baskets that come with the shop, as data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.automations import Flow, FlowDefinition, flows


@flows.register
class BasketMailFlow(Flow):
    code = "basket_mail"
    label = _("Basket to myself")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_("Mails somebody their basket with a link to go on, once a day, when they ask for it."),
            reason=_(
                "The person has asked for this one mail on the basket's page, so it is no advertising and needs no "
                "consent (Art. 6 (1) b GDPR). It holds the basket and nothing else; requests are counted for each "
                "connection and address, so that nobody can flood others with it."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "basket_mail_requested"},
                "entry_key": "basket:{basket_id}:{day}",
                "steps": [
                    {
                        "id": "mail",
                        "kind": "action",
                        "action": "send_mail",
                        "settings": {
                            "template": "basket_mail",
                            "mail_class": "transactional",
                            "contexts": ["basket"],
                        },
                        "max_lateness": {"days": 1},
                    }
                ],
            },
        )
