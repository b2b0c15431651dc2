"""Flows for people who get the newsletter: welcome, and asking those who have gone silent."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.audience.flows.steps import NEW_SUBSCRIBER, has_consent, mail, on_day, ordered, withdrawn
from shopflow.contracts.automations import Flow, FlowDefinition, flows
from shopflow.contracts.types import JSONDict


@flows.register
class WelcomeFlow(Flow):
    code = "welcome"
    label = _("Welcome series")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Five mails in twelve days for people who have confirmed the newsletter; then answers to frequent "
                "questions. An order ends the series with thanks."
            ),
            reason=_(
                "The series is part of the newsletter that the person has confirmed (§ 7 (2) UWG, Art. 6 (1) a GDPR); "
                "the first mail says how many will follow. Consent is asked again before each mail, and withdrawing "
                "it ends the series at once."
            ),
            definition={
                "schema": 2,
                "trigger": NEW_SUBSCRIBER,
                "entry_key": "newsletter:{email}",
                "reentry": {"mode": "once_ever"},
                "conditions": [has_consent("newsletter")],
                "exits": [withdrawn("newsletter")],
                "goals": [{"id": "ordered", "event": "order_placed", "match": ["email"], "then": "welcome_thanks"}],
                "priority": 60,
                "cap": {"messages": 3, "days": 7, "gap": {"hours": 36}},
                "steps": [
                    mail("welcome_1"),
                    on_day("until_day_2", 2),
                    mail("welcome_2"),
                    on_day("until_day_5", 5),
                    mail("welcome_3"),
                    on_day("until_day_8", 8),
                    mail("welcome_4", words=("reviews",)),
                    on_day("until_day_12", 12),
                    mail("welcome_5", words=("new_goods",)),
                    on_day("until_day_15", 15),
                    mail("welcome_questions"),
                    {"id": "end", "kind": "action", "action": "stop", "settings": {"reason": "Reihe beendet"}},
                    mail("welcome_thanks", late={"days": 7}),
                ],
            },
        )


@flows.register
class SunsetFlow(Flow):
    code = "re_engagement"
    label = _("Silent subscribers")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Asks subscribers without a sign of life for 75 days whether they are still interested; who does not "
                "answer twice is taken off the list and their profile deleted."
            ),
            reason=_(
                "Both mails rest on the newsletter's consent (§ 7 (2) UWG). Whether mails are opened is not watched: "
                "that would need a consent of its own (§ 25 TDDDG); only orders, sign-ins and buttons pressed count. "
                "Data that nobody needs any more must go (Art. 5 (1) e GDPR); invoices and the proof of the consent "
                "stay as the law demands."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "contact_inactive", "where": {"days": [75]}},
                "entry_key": "contact:{contact_id}",
                "reentry": {"mode": "after_exit", "min_gap": {"days": 180}},
                "conditions": [has_consent("newsletter")],
                "exits": [withdrawn("newsletter"), ordered(), _stays()],
                "steps": [
                    mail("still_interested"),
                    _sign_of_life("two_weeks", days=14, since=14, otherwise="last_mail"),
                    mail("last_mail"),
                    _sign_of_life("one_week", days=7, since=21, otherwise="forget"),
                    {
                        "id": "forget",
                        "kind": "action",
                        "action": "forget_profile",
                        "settings": {"purpose": "newsletter"},
                        "recheck": [{"not": {"field": "last_active", "op": "within_days", "value": 21}}],
                    },
                ],
            },
        )


def _stays() -> JSONDict:
    return {"event": "interest_confirmed", "match": ["email"], "as": "goal_reached"}


def _sign_of_life(step: str, *, days: int, since: int, otherwise: str) -> JSONDict:
    """Wait ``days`` for a sign of life, such as a sign-in, which no event tells of; it ends the run."""
    return {
        "id": step,
        "kind": "wait",
        "until_condition": {
            "ask": {"field": "last_active", "op": "within_days", "value": since},
            "timeout": {"days": days},
            "then": "stop",
            "otherwise": otherwise,
        },
    }
