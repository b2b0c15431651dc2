"""Flows for people who may become customers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.automations import Flow, FlowDefinition, flows

HOT = 50
"""Points from which a contact is worth a call."""


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
                    {
                        "id": "done",
                        "kind": "wait",
                        "until_event": {
                            "events": [
                                {
                                    "event": "staff_task_closed",
                                    "match": ["email"],
                                    "where": {"kind": "hot_lead"},
                                    "then": "stop",
                                }
                            ],
                            "timeout": {"days": 30},
                            "otherwise": "stop",
                        },
                    },
                ],
            },
        )
