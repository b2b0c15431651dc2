"""What follows a review: thanks for everybody, and a call for whoever was not content."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.automations import Flow, FlowDefinition, flows


@flows.register
class ReviewThanksFlow(Flow):
    code = "review_thanks"
    label = _("Thanks for a review")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Thanks customers for their review, whatever it says, and asks staff to get in touch after one or two "
                "stars. Guests get no mail, because nobody has confirmed their address."
            ),
            reason=_(
                "The thanks answer what the customer has just sent and advertise nothing, so they need no consent "
                "(Art. 6 (1) b GDPR). There is no voucher: it would be advertising (§ 7 (2) UWG) and a reward that "
                "readers of the review would have to be told of (§ 5a (4) UWG). Good and bad reviews are treated alike "
                "(§ 5b (3) UWG)."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "review_posted"},
                "entry_key": "review:{review_id}",
                "steps": [
                    {
                        "id": "thanks",
                        "kind": "action",
                        "action": "send_mail",
                        "settings": {
                            "template": "review_thanks",
                            "mail_class": "transactional",
                            "contexts": ["product"],
                        },
                        "max_lateness": {"days": 3},
                    },
                    {
                        "id": "was_it_bad",
                        "kind": "condition",
                        "ask": {"field": "score", "op": "at_most", "value": 2},
                    },
                    {
                        "id": "call",
                        "kind": "action",
                        "action": "open_staff_task",
                        "settings": {
                            "kind": "follow_up",
                            "title": "Bewertung mit {score} von 5 Sternen: {product_title}",
                            "text": "Fragen Sie nach, was nicht gestimmt hat, und helfen Sie. Bitten Sie nicht darum, "
                            "die Bewertung zu ändern.",
                            "about": "review:{review_id}",
                        },
                    },
                ],
            },
        )
