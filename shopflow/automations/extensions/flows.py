"""The automations that come with the shop, as data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.automations.extensions.orders import TOGETHER_MINUTES, TOLD_STATUSES
from shopflow.contracts.automations import Flow, FlowDefinition, flows
from shopflow.contracts.types import JSONDict


@flows.register
class OrderStatusFlow(Flow):
    code = "order_status"
    label = _("Order status")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Tells customers by mail each time their order moves on: at once, or within ten minutes of the last "
                "time after another ten, if it has not moved on again by then."
            ),
            reason=_(
                "The mail belongs to the contract and holds nothing but the order, so it needs no consent "
                "(Art. 6 (1) b GDPR). Advertising in it would need one (BGH VI ZR 134/15)."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "order_status_changed", "where": {"new_status": TOLD_STATUSES}},
                "entry_key": "order:{order_id}:{new_status}",
                "steps": [
                    {
                        "id": "moved_lately",
                        "kind": "condition",
                        "ask": {
                            "condition": "order_moved_lately",
                            "settings": {"statuses": TOLD_STATUSES, "minutes": TOGETHER_MINUTES},
                        },
                        "then": "moves_on",
                        "else": "mail",
                        "unknown": "mail",
                    },
                    {
                        "id": "moves_on",
                        "kind": "wait",
                        "until_condition": {
                            "ask": {"condition": "order_moved_on", "settings": {"statuses": TOLD_STATUSES}},
                            "on": [{"event": "order_status_changed", "match": ["order_id"]}],
                            "timeout": {"minutes": TOGETHER_MINUTES},
                            "then": "stop",
                            "otherwise": "mail",
                        },
                    },
                    {
                        "id": "mail",
                        "kind": "action",
                        "action": "send_mail",
                        "settings": {
                            "template": "order_status_{new_status}",
                            "mail_class": "transactional",
                            "contexts": ["order", "order_moves", "documents"],
                            "attach": ["documents"],
                        },
                    },
                ],
            },
        )


TO_BE_HAD: JSONDict = {"condition": "goods_in_stock", "settings": {"which": "any"}}
"""Nobody is reminded of goods that cannot be ordered any more."""


WORTH_A_WORD: JSONDict = {"condition": "goods_worth", "settings": {"at_least": "20.00"}}
"""What lies in a basket is worth twenty euros at least, or nobody is reminded of it."""


def _reminder(number: int) -> JSONDict:
    """One of the three mails, asked again whether it may and should still be sent."""
    return {
        "id": f"mail_{number}",
        "kind": "action",
        "action": "send_mail",
        "settings": {
            "template": f"cart_reminder_{number}",
            "mail_class": "advertising",
            "purpose": "cart_reminder",
            "basis": "consent",
            "contexts": ["basket", "mail_preferences"],
        },
        "recheck": [
            {"condition": "has_consent", "settings": {"purpose": "cart_reminder"}},
            {"condition": "basket_still_open"},
            TO_BE_HAD,
            {"not": {"condition": "ordered_since"}},
        ],
        "max_lateness": {"days": 3},
    }


def _withdrawn(purpose: str) -> JSONDict:
    """The exit for people who take back their consent; what the event says matters less than what holds now."""
    return {
        "event": "consent_changed",
        "as": "consent_revoked",
        "match": ["email"],
        "where": {"purpose": purpose},
        "conditions": [{"not": {"condition": "has_consent", "settings": {"purpose": purpose}}}],
    }


@flows.register
class AbandonedCartFlow(Flow):
    code = "abandoned_cart"
    label = _("Basket reminder")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Reminds people who agreed to it of their basket: after 1, 24 and 48 hours, if it is worth 20 euros or "
                "more and they are not sending anything back."
            ),
            reason=_(
                "A reminder is advertising and nothing has been sold yet, so § 7 (3) UWG does not help: it goes only "
                "to people who agreed to basket reminders and is asked again before each mail (§ 7 (2) UWG). "
                "An order ends it."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "basket_idle", "lag": {"hours": 1}},
                "entry_key": "basket:{basket_id}",
                "conditions": [
                    {"condition": "has_consent", "settings": {"purpose": "cart_reminder"}},
                    {"condition": "basket_still_open"},
                    TO_BE_HAD,
                    WORTH_A_WORD,
                    {"not": {"condition": "ordered_since"}},
                ],
                "cap": {"messages": 3, "days": 7, "gap": {"hours": 12}},
                "exits": [
                    {"event": "order_placed", "match": ["basket_id"], "as": "goal_reached"},
                    {"event": "order_placed", "match": ["email"], "as": "goal_reached"},
                    {"event": "basket_idle", "match": ["email"], "differ": ["basket_id"], "as": "replaced"},
                    {"event": "withdrawal_declared", "match": ["email"], "as": "subject_gone"},
                    _withdrawn("cart_reminder"),
                ],
                "steps": [
                    {
                        "id": "open_withdrawal",
                        "kind": "condition",
                        "ask": {"field": "withdrawals_open", "op": "at_least", "value": 1},
                        "then": "stop",
                        "else": "mail_1",
                        "unknown": "mail_1",
                    },
                    _reminder(1),
                    {"id": "until_24h", "kind": "wait", "until": {"hours": 24}, "gap": {"hours": 12}},
                    _reminder(2),
                    {"id": "until_48h", "kind": "wait", "until": {"hours": 48}, "gap": {"hours": 12}},
                    _reminder(3),
                ],
            },
        )


def _objected(purpose: str) -> JSONDict:
    """The exit for people who are written to without consent, when they object or take their consent back."""
    return {
        "event": "consent_changed",
        "as": "consent_revoked",
        "match": ["email"],
        "where": {"purpose": purpose, "action": ["withdraw", "object"]},
    }


def _request(step: str, template: str) -> JSONDict:
    """One of the two mails, asked again whether it may and should still be sent."""
    return {
        "id": step,
        "kind": "action",
        "action": "send_mail",
        "settings": {
            "template": template,
            "mail_class": "advertising",
            "purpose": "review_request",
            "basis": "consent_or_customer",
            "contexts": ["order", "review_links", "mail_preferences"],
        },
        "recheck": [
            {"condition": "no_open_return"},
            {"condition": "has_reviewable_products"},
        ],
        "max_lateness": {"days": 14},
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
            definition={
                "schema": 2,
                "trigger": {"event": "order_status_changed", "where": {"new_status": ["delivered"]}},
                "entry_key": "order:{order_id}",
                "exits": [
                    {"event": "review_posted", "match": ["order_id"], "as": "goal_reached"},
                    {
                        "event": "order_status_changed",
                        "match": ["order_id"],
                        "as": "subject_gone",
                        "where": {"new_status": ["returned", "cancelled"]},
                    },
                    {"event": "withdrawal_declared", "match": ["order_id"], "as": "subject_gone"},
                    _objected("review_request"),
                ],
                "steps": [
                    {"id": "ten_days", "kind": "wait", "for": {"days": 10}, "at": "18:00"},
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
            },
        )
