"""Flows for people who may become customers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.audience.flows.steps import has_consent, mail, on_day, only_if, ordered, voucher, withdrawn
from shopflow.contracts.automations import Flow, FlowDefinition, flows
from shopflow.contracts.types import JSONDict

HOT = 50
"""Points from which a contact is worth a call."""


@flows.register
class LeadMagnetFlow(Flow):
    code = "lead_magnet"
    label = _("Document on request")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Mails the link to a document that somebody has asked for. Private people who have agreed to the "
                "newsletter as well get three mails on its subject and an offer within 13 days; an order on the "
                "subject ends them."
            ),
            reason=_(
                "The link is what the person has asked for and confirmed (Art. 6 (1) b GDPR). Everything after it is "
                "advertising and needs the newsletter's consent (§ 7 (2) UWG), which was a separate box and no "
                "condition for the document (Art. 7 (4) GDPR)."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "lead_magnet_requested"},
                "entry_key": "magnet:{magnet}",
                "exits": [
                    withdrawn("newsletter"),
                    {
                        "event": "order_placed",
                        "match": ["email"],
                        "as": "goal_reached",
                        "conditions": [{"condition": "bought_on_subject"}],
                    },
                ],
                "priority": 65,
                "cap": {"messages": 3, "days": 7, "gap": {"hours": 36}},
                "steps": [
                    {
                        "id": "magnet_file",
                        "kind": "action",
                        "action": "send_mail",
                        "settings": {
                            "template": "magnet_file",
                            "mail_class": "transactional",
                            "contexts": ["contact", "lead_magnet"],
                        },
                    },
                    only_if(
                        "may_follow",
                        {"all": [has_consent("newsletter"), {"field": "business", "op": "is", "value": False}]},
                    ),
                    on_day("until_day_2", 2),
                    mail("magnet_related_1", words=("lead_magnet",)),
                    on_day("until_day_5", 5),
                    mail("magnet_related_2", words=("lead_magnet", "new_goods")),
                    on_day("until_day_9", 9),
                    mail("magnet_related_3", words=("lead_magnet", "reviews")),
                    on_day("until_day_13", 13),
                    voucher(14),
                    mail("magnet_offer", words=("lead_magnet", "voucher", "new_goods")),
                ],
            },
        )


@flows.register
class NurtureFlow(Flow):
    code = "business_nurture"
    label = _("Business contacts: knowledge in eight mails")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Business contacts who have asked for a document and agreed to the newsletter get a mail with "
                "something useful every ten working days, eight in all. Asking is worth 15 points; from 50 points on "
                "the automation for hot leads takes over, and an order ends the series."
            ),
            reason=_(
                "Advertising to businesses needs the same consent as to consumers (§ 7 (2) No. 2 UWG knows no "
                "exception for them), so that the series goes only to those who have confirmed the newsletter. "
                "Bought or collected addresses never get in: they have no consent."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "lead_magnet_requested", "where": {"business": True}},
                "entry_key": "contact:{contact_id}",
                "reentry": {"mode": "once_ever"},
                "conditions": [{"field": "kind", "op": "is", "value": "b2b"}, has_consent("newsletter")],
                "exits": [
                    withdrawn("newsletter"),
                    ordered(),
                    {
                        "event": "score_reached",
                        "match": ["email"],
                        "as": "goal_reached",
                        "conditions": [{"condition": "score_at_least", "settings": {"points": HOT}}],
                    },
                ],
                "priority": 55,
                "steps": _nurture(),
            },
        )


def _nurture() -> list[JSONDict]:
    steps: list[JSONDict] = [
        {
            "id": "points",
            "kind": "action",
            "action": "give_points",
            "settings": {"points": 15, "reason": "Unterlage für Unternehmen angefordert"},
        }
    ]
    for number in range(1, 9):
        steps.append(
            {"id": f"pause_{number}", "kind": "wait", "for": {"workdays": 10}, "at": "10:00", "workdays": True}
        )
        steps.append(mail(f"nurture_{number}", late={"days": 7}))
    return steps


@flows.register
class HotLeadFlow(Flow):
    code = "hot_lead"
    label = _("Hot lead")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Gives whoever looks after the contact a task for the next working day when it reaches 50 points, and "
                "tells the shop by mail. At most every 90 days for one contact."
            ),
            reason=_(
                "Only the shop's own people are told. Points come from what the shop knows anyway; the person sees "
                "them on the page of e-mail settings, and nothing is decided by them alone (Art. 22 GDPR). Calling "
                "consumers needs their consent (§ 7 (2) No. 1 UWG), so the task asks to look first."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "score_reached"},
                "entry_key": "contact:{contact_id}",
                "reentry": {"mode": "after_exit", "min_gap": {"days": 90}},
                "conditions": [{"field": "threshold", "op": "at_least", "value": HOT}],
                "steps": [
                    {
                        "id": "task",
                        "kind": "action",
                        "action": "open_staff_task",
                        "settings": {
                            "kind": "hot_lead",
                            "title": "Heißer Kontakt: {email}",
                            "text": "{score} Punkte. Sehen Sie nach, was ihn bewegt und welche Einwilligungen es gibt, "
                            "und melden Sie sich dann.",
                            "working_days": 1,
                        },
                    },
                    {
                        "id": "tell",
                        "kind": "action",
                        "action": "notify_staff",
                        "settings": {
                            "subject": "Heißer Kontakt: {email}",
                            "text": "{email} hat {score} Punkte erreicht. Die Aufgabe ist bis zum nächsten Werktag "
                            "fällig.",
                        },
                    },
                    _until_done(),
                ],
            },
        )


def _until_done() -> JSONDict:
    """The run stays open until somebody has closed the task, so that the 90 days count from then."""
    closed = {"event": "staff_task_closed", "match": ["email"], "where": {"kind": "hot_lead"}, "then": "stop"}
    return {
        "id": "done",
        "kind": "wait",
        "until_event": {"events": [closed], "timeout": {"days": 30}, "otherwise": "stop"},
    }
