"""Asking for reviews, of what was delivered and of what was downloaded; and what follows a review."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.automations import Flow, FlowDefinition, flows
from shopflow.contracts.types import JSONDict

PURPOSE = "review_request"
HAS_GOODS: JSONDict = {"condition": "order_has_goods_to_hand_over"}
"""Decides which of the two flows asks about an order, so that nobody is asked twice."""


def _request(step: str, template: str) -> JSONDict:
    """One of the two mails, asked again whether it may and should still be sent."""
    return {
        "id": step,
        "kind": "action",
        "action": "send_mail",
        "settings": {
            "template": template,
            "mail_class": "advertising",
            "purpose": PURPOSE,
            "basis": "consent_or_customer",
            "contexts": ["order", "review_links", "mail_preferences"],
        },
        "recheck": [
            {"condition": "no_open_return"},
            {"condition": "has_reviewable_products"},
        ],
        "max_lateness": {"days": 14},
    }


def _asking(*, trigger: JSONDict, about: JSONDict, wait: JSONDict) -> JSONDict:
    """One request for each order that ``about`` holds for, and one reminder a week later if there is no review."""
    return {
        "schema": 2,
        "trigger": trigger,
        "entry_key": "order:{order_id}",
        "conditions": [about],
        "exits": [
            {"event": "review_posted", "match": ["order_id"], "as": "goal_reached"},
            {
                "event": "order_status_changed",
                "match": ["order_id"],
                "as": "subject_gone",
                "where": {"new_status": ["returned", "cancelled"]},
            },
            {"event": "withdrawal_declared", "match": ["order_id"], "as": "subject_gone"},
            {
                "event": "consent_changed",
                "as": "consent_revoked",
                "match": ["email"],
                "where": {"purpose": PURPOSE, "action": ["withdraw", "object"]},
            },
        ],
        "steps": [
            wait,
            _request("mail", "review_request"),
            {
                "id": "any_review",
                "kind": "wait",
                "until_event": {
                    "events": [{"event": "review_posted", "match": ["email"], "then": "stop"}],
                    "timeout": {"days": 7},
                    "since": "entry",
                    "otherwise": "next",
                },
            },
            _request("reminder", "review_reminder"),
        ],
    }


@flows.register
class ReviewRequestFlow(Flow):
    code = "review_request"
    label = _("Review request")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Asks for a review ten days after the delivery, and once more a week later if none has been written: "
                "people who agreed to it and, where the shop uses § 7 (3) UWG, buyers who have not objected."
            ),
            reason=_(
                "Asking for a review is advertising (BGH VI ZR 225/17). It goes to people who agreed or, where the "
                "shop uses § 7 (3) UWG, to buyers who were told and have not objected; each mail says how to object. "
                "Nobody is asked while something is being returned, and everybody is asked in the same way, whatever "
                "their experience (§ 5b (3) UWG)."
            ),
            definition=_asking(
                trigger={"event": "order_status_changed", "where": {"new_status": ["delivered"]}},
                about=HAS_GOODS,
                wait={"id": "ten_days", "kind": "wait", "for": {"days": 10}, "at": "18:00"},
            ),
        )


@flows.register
class DigitalReviewRequestFlow(Flow):
    code = "review_request_digital"
    label = _("Review request for digital goods")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Asks for a review five days after the first download or the first lesson of an order that holds "
                "digital goods only, and once more a week later if none has been written: people who agreed to it "
                "and, where the shop uses § 7 (3) UWG, buyers who have not objected."
            ),
            reason=_(
                "Asking for a review is advertising (BGH VI ZR 225/17). It goes to people who agreed or, where the "
                "shop uses § 7 (3) UWG, to buyers who were told and have not objected; each mail says how to object. "
                "Whoever has not opened anything is not asked, nor is anybody after a withdrawal; all others are "
                "asked in the same way, whatever their experience (§ 5b (3) UWG)."
            ),
            definition=_asking(
                trigger={"event": "first_download"},
                about={"not": HAS_GOODS},
                wait={"id": "five_days", "kind": "wait", "for": {"days": 5}, "at": "18:00"},
            ),
        )


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
