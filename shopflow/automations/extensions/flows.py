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
