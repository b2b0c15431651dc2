"""What the legal room lends to automations: a question about withdrawals, and the deadline of the refund."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.automations import Condition, Flow, FlowDefinition, RunContext, Verdict, conditions, flows
from shopflow.contracts.types import JSONDict
from shopflow.legal.models import WithdrawalHandling

ABOUT = "withdrawal:{declaration_id}"
"""What the tasks of a declaration are about; they are closed when it is settled."""


@conditions.register
class WithdrawalUnsettled(Condition):
    """Staff have neither settled nor rejected the withdrawal."""

    code = "withdrawal_unsettled"
    label = _("the withdrawal is not settled yet")
    description = _("Asks whether the withdrawal is neither settled nor rejected yet.")
    needs = frozenset({"declaration_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        handling = WithdrawalHandling.objects.filter(declaration_id=context.integer("declaration_id")).first()
        if handling is None:
            return Verdict(True, _("Nobody has taken up the withdrawal yet."))
        shown = handling.get_state_display()
        settled = handling.state in (WithdrawalHandling.State.SETTLED, WithdrawalHandling.State.REJECTED)
        return Verdict(not settled, _("The withdrawal is “%(state)s”.") % {"state": shown})


def _task(step: str, title: str, text: str, *, days: int) -> JSONDict:
    return {
        "id": step,
        "kind": "action",
        "action": "open_staff_task",
        "settings": {
            "kind": "statutory_deadline",
            "title": title,
            "text": text,
            "days": days,
            "about": ABOUT,
        },
        "recheck": [{"condition": "withdrawal_unsettled"}],
    }


@flows.register
class WithdrawalDeadlineFlow(Flow):
    code = "withdrawal_deadline"
    label = _("Withdrawal: deadline of the refund")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_("Gives staff tasks when a withdrawal comes in, after 7 and 12 days, and warns on the 13th."),
            reason=_(
                "The shop must give the money back within 14 days of the withdrawal (§ 357 (1) BGB); the tasks keep "
                "staff from missing it. Nothing goes to the customer."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "withdrawal_declared"},
                "entry_key": "declaration:{declaration_id}",
                "steps": [
                    _task(
                        "take_up",
                        "Widerruf Nr. {declaration_id} aufnehmen",
                        "Ordnen Sie ihn der Bestellung zu. Nehmen Sie ihn an, oder lehnen Sie ihn mit Grund ab.",
                        days=1,
                    ),
                    {"id": "week", "kind": "wait", "until": {"days": 7}, "at": "08:00"},
                    _task(
                        "refund",
                        "Widerruf Nr. {declaration_id}: erstatten",
                        "Bis zum 14. Tag nach dem Widerruf muss das Geld zurück sein. Sie dürfen warten, bis die Ware "
                        "da ist oder ihr Versand belegt ist (§ 357 Abs. 4 BGB).",
                        days=14,
                    ),
                    {"id": "until_12", "kind": "wait", "until": {"days": 12}, "at": "08:00"},
                    _task(
                        "two_days_left",
                        "Widerruf Nr. {declaration_id}: noch zwei Tage",
                        "Die Erstattung ist noch nicht erledigt.",
                        days=14,
                    ),
                    {"id": "until_13", "kind": "wait", "until": {"days": 13}, "at": "08:00"},
                    {
                        "id": "warn",
                        "kind": "action",
                        "action": "notify_staff",
                        "settings": {
                            "subject": "Widerruf Nr. {declaration_id}: Frist endet morgen",
                            "text": "Die Erstattung ist noch nicht erledigt. Morgen endet die Frist von 14 Tagen.",
                        },
                        "recheck": [{"condition": "withdrawal_unsettled"}],
                    },
                ],
            },
        )
