"""What the consumer hears of a withdrawal after the receipt: that it was accepted, and that it is settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.automations import Condition, Flow, FlowDefinition, RunContext, Verdict, conditions, flows
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.core.links import absolute
from shopflow.legal.deadlines import BERLIN
from shopflow.legal.links import legal_url
from shopflow.legal.models import WithdrawalDeclaration, WithdrawalHandling
from shopflow.legal.receipt import receipt_url, stamp

REFUND = timedelta(days=14)
"""The money must be back so long after the declaration has arrived (§ 357 (1) BGB)."""


@mail_contexts.register
class WithdrawalWords(MailContext):
    """``contract``, ``scope``, ``received``, ``refund_by``, ``has_goods``, ``receipt_url`` and ``instructions_url``
    of a declaration of withdrawal.
    """

    code = "withdrawal"
    label = _("Withdrawal")
    needs = frozenset({"declaration_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        rows = WithdrawalDeclaration.objects.select_related("handling__order")
        row = rows.get(pk=int(subject["declaration_id"] or 0))
        order = row.handling.order
        refund_by = (row.received_at.astimezone(BERLIN) + REFUND).date()
        return {
            "customer_name": row.name,
            "contract": order.number if order else row.contract,
            "scope": row.scope,
            "received": stamp(row.received_at),
            "refund_by": date_format(refund_by, "DATE_FORMAT"),
            "has_goods": order is None or order.shipping_address_id is not None,
            "receipt_url": receipt_url(row),
            "instructions_url": absolute(legal_url("widerruf")),
        }


@conditions.register
class WithdrawalStateHolds(Condition):
    """The declaration is still in the state that the event tells of: nobody has corrected it meanwhile."""

    code = "withdrawal_state_holds"
    label = _("the withdrawal is still in the state that staff gave it")
    description = _("Asks whether nobody has corrected the state of the withdrawal since.")
    needs = frozenset({"declaration_id", "state"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        row = WithdrawalHandling.objects.filter(declaration_id=context.integer("declaration_id")).first()
        if row is None:
            return Verdict(None, _("Nobody has taken up the withdrawal yet."))
        reason = _("The withdrawal is “%(state)s”.") % {"state": row.get_state_display()}
        return Verdict(row.state == context.text("state"), reason)


@flows.register
class WithdrawalStatusFlow(Flow):
    code = "withdrawal_status"
    label = _("Withdrawal: how it goes on")

    def define(self) -> FlowDefinition:
        holds: JSONDict = {"condition": "withdrawal_state_holds"}
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Tells the consumer that the withdrawal was accepted and what follows, and that it is settled; ten "
                "minutes later, so that staff can correct a slip. A refusal is explained by a person. The receipt with "
                "its date and time is no automation: it goes out at once, whatever is switched off."
            ),
            reason=_(
                "What follows from the withdrawal belongs to unwinding the contract (§§ 355, 357 BGB, Art. 6 (1) b "
                "GDPR). The mails name nothing but the declaration; nothing tries to win the customer back."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "withdrawal_handled", "where": {"state": ["accepted", "settled", "rejected"]}},
                "entry_key": "withdrawal:{declaration_id}:{state}",
                "steps": [
                    {"id": "second_thought", "kind": "wait", "for": {"minutes": 10}},
                    {
                        "id": "refused",
                        "kind": "condition",
                        "ask": {"field": "state", "op": "is", "value": "rejected"},
                        "then": "explain",
                        "else": "mail",
                        "unknown": "stop",
                    },
                    {
                        "id": "mail",
                        "kind": "action",
                        "action": "send_mail",
                        "settings": {
                            "template": "withdrawal_{state}",
                            "mail_class": "transactional",
                            "contexts": ["withdrawal"],
                        },
                        "recheck": [holds],
                        "max_lateness": {"days": 14},
                    },
                    {"id": "told", "kind": "action", "action": "stop"},
                    {
                        "id": "explain",
                        "kind": "action",
                        "action": "open_staff_task",
                        "settings": {
                            "kind": "statutory_deadline",
                            "title": "Widerruf Nr. {declaration_id}: Ablehnung erklären",
                            "text": "Schreiben Sie dem Kunden, warum der Widerruf nicht wirkt. Von selbst geht dazu "
                            "keine E-Mail hinaus.",
                            "working_days": 1,
                            "about": "withdrawal:{declaration_id}:refusal",
                        },
                        "recheck": [holds],
                    },
                ],
            },
        )
