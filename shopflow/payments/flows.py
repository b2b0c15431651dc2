"""What the payments room lends to automations: questions, an action, an event that time brings, and the reminder of a
payment in advance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from oscar.apps.order.exceptions import InvalidOrderStatus
from oscar.core.loading import get_model

from oscar_ext.order.services import change_status
from shopflow.contracts.automations import (
    Action,
    Condition,
    Flow,
    FlowDefinition,
    Outcome,
    RunContext,
    TimedTrigger,
    Verdict,
    actions,
    conditions,
    flows,
    timed_triggers,
)
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.payments.queries import OrderPayment, order_payment
from shopflow.payments.services import announce_overdue


def _payment(context: RunContext) -> OrderPayment | None:
    order = get_model("order", "Order")._default_manager.filter(pk=context.integer("order_id")).first()
    return None if order is None else order_payment(order)


@conditions.register
class PaymentOpen(Condition):
    """Money is still expected for the order, in whole or in part."""

    code = "payment_open"
    label = _("the order is not paid yet")
    description = _("Asks whether money is still expected for the order, in whole or in part.")
    needs = frozenset({"order_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        payment = _payment(context)
        if payment is None:
            return Verdict(None, _("The order does not exist any more, or costs nothing."))
        if payment.is_open:
            reason = _("%(amount)s are still to come.")
            return Verdict(True, reason % {"amount": f"{payment.open_amount} {payment.order.currency}"})
        return Verdict(False, _("No more money is expected for the order."))


@conditions.register
class NothingPaid(Condition):
    """Not a cent of the order has arrived."""

    code = "nothing_paid"
    label = _("nothing of the order has been paid")
    description = _("Asks whether not a cent of the order has arrived.")
    needs = frozenset({"order_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        payment = _payment(context)
        if payment is None:
            return Verdict(None, _("The order does not exist any more, or costs nothing."))
        if payment.paid_amount:
            return Verdict(False, _("A part of the money has arrived; a person must decide."))
        return Verdict(True, _("No money has arrived."))


@actions.register
class CancelOrder(Action):
    """Cancel the order and give its goods back to the stock; the customer hears of it by the flow “Order status”."""

    code = "cancel_order"
    label = _("cancel the order")
    description = _("Cancels the order and gives its goods back to the stock.")
    needs = frozenset({"order_id"})
    transactional = True

    def run(self, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        if context.dry_run:
            return Outcome.done("would_cancel")
        try:
            change_status(order_id=context.integer("order_id"), new_status="cancelled")
        except InvalidOrderStatus as refusal:
            return Outcome.skipped("not_cancellable", str(refusal))
        return Outcome.done("cancelled", _("The order was cancelled."))


@timed_triggers.register
class Overdue(TimedTrigger):
    """``where``: ``days``, one or more; 0 is the last day itself."""

    code = "payment_overdue"
    label = _("Payment overdue")
    wants = frozenset({"days"})

    def announce(self, where: Mapping[str, Sequence[Scalar]]) -> int:
        chosen = [value for value in where.get("days", ()) if isinstance(value, int) and not isinstance(value, bool)]
        return sum(announce_overdue(days=days) for days in chosen)


def _reminder(step: str, template: str) -> JSONDict:
    return {
        "id": step,
        "kind": "action",
        "action": "send_mail",
        "settings": {
            "template": template,
            "mail_class": "transactional",
            "contexts": ["order", "payment", "legal"],
        },
        "recheck": [{"condition": "payment_open"}],
        "max_lateness": {"days": 7},
    }


DECIDE: JSONDict = {
    "id": "decide",
    "kind": "action",
    "action": "open_staff_task",
    "settings": {
        "kind": "follow_up",
        "title": "Bestellung {order_number}: nur teilweise bezahlt",
        "text": "Die letzte Frist ist vorbei. Fragen Sie beim Kunden nach, oder stornieren Sie und erstatten Sie.",
    },
}
"""A part of the money has come: neither waiting on nor cancelling is right by itself."""


@flows.register
class PaymentReminderFlow(Flow):
    code = "payment_reminder"
    label = _("Payment in advance: reminder")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Reminds of a transfer that has not come after three working days, sets a last date after four more, "
                "and cancels the order after another three. An order that is paid in part is left to staff."
            ),
            reason=_(
                "The reminders belong to the contract and hold nothing but the order, so they need no consent "
                "(Art. 6 (1) b GDPR). The last one sets the period that § 323 (1) BGB demands before the shop may "
                "step back."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "order_placed", "where": {"payment_method": ["bank_transfer"]}},
                "entry_key": "order:{order_id}",
                "exits": [
                    {"event": "order_paid", "match": ["order_id"]},
                    {
                        "event": "order_status_changed",
                        "match": ["order_id"],
                        "where": {"new_status": ["paid", "cancelled"]},
                    },
                ],
                "steps": [
                    {"id": "three_days", "kind": "wait", "for": {"workdays": 3}, "at": "10:00"},
                    _reminder("reminder", "payment_reminder"),
                    {"id": "four_days", "kind": "wait", "for": {"workdays": 4}},
                    _reminder("last_reminder", "payment_last_reminder"),
                    {"id": "last_days", "kind": "wait", "for": {"workdays": 3}},
                    {
                        "id": "unpaid",
                        "kind": "condition",
                        "condition": "nothing_paid",
                        "then": "cancel",
                        "else": "decide",
                        "unknown": "stop",
                    },
                    DECIDE,
                    {"id": "left", "kind": "action", "action": "stop"},
                    {
                        "id": "cancel",
                        "kind": "action",
                        "action": "cancel_order",
                        "recheck": [{"condition": "nothing_paid"}],
                    },
                ],
            },
        )
