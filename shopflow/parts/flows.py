"""What the parts room lends to automations about orders: late deliveries and deposits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.contracts.automations import Condition, Flow, FlowDefinition, RunContext, Verdict, conditions, flows
from shopflow.contracts.charges import basket_charges
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Label, Scalar
from shopflow.parts.services.promising import UNDER_WAY


class ChargeForm(forms.Form):
    """Which charge."""

    charge = forms.ChoiceField(label=_("Charge"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["charge"].choices = [(one.code, one.label) for one in basket_charges]  # type: ignore[attr-defined]


@conditions.register
class OrderHasCharge(Condition):
    """Settings: ``charge``, the code of a basket charge such as ``battery_deposit``."""

    code = "order_has_charge"
    label = _("the order holds a certain charge")
    description = _("Asks whether the order holds the charge that you choose, such as a battery deposit.")
    form_class = ChargeForm
    needs = frozenset({"order_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        order = get_model("order", "Order").objects.filter(pk=context.integer("order_id")).first()
        if order is None:
            return Verdict(None, _("The order does not exist any more."))
        charged = order.surcharges.filter(code=settings["charge"]).first()
        if charged is None:
            return Verdict(False, _("The order holds no such charge."))
        reason = _("The order holds “%(name)s”: %(amount)s.")
        return Verdict(True, reason % {"name": charged.name, "amount": f"{charged.incl_tax} {order.currency}"})

    def describe(self, settings: Mapping[str, Any]) -> Label:
        code = settings.get("charge", "")
        label = basket_charges.get(code).label if code in basket_charges else code
        return _("the order holds “%(charge)s”") % {"charge": label}


@mail_contexts.register
class DepositWords(MailContext):
    """``deposit_name`` and ``deposit_amount`` (including VAT) of the order's battery deposit."""

    code = "battery_deposit"
    label = _("Battery deposit")
    needs = frozenset({"order_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        order = get_model("order", "Order").objects.get(pk=int(subject["order_id"] or 0))
        charged = order.surcharges.get(code="battery_deposit")
        return {"deposit_name": charged.name, "deposit_amount": charged.incl_tax}


@mail_contexts.register
class PromiseWords(MailContext):
    """``promised_day``: the day on which the order should have arrived, in the reader's words."""

    code = "delivery_promise"
    label = _("Delivery promise")
    needs = frozenset({"due_on"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        return {"promised_day": date_format(date.fromisoformat(str(subject["due_on"])), "DATE_FORMAT")}


ENDED: JSONDict = {
    "event": "order_status_changed",
    "match": ["order_id"],
    "as": "subject_gone",
    "where": {"new_status": ["returned", "cancelled"]},
}


def _task(step: str, title: str, text: str, **more: Any) -> JSONDict:
    settings = {"kind": "follow_up", "title": title, "text": text, "working_days": 1}
    return {"id": step, "kind": "action", "action": "open_staff_task", "settings": settings, **more}


@flows.register
class LateDeliveryFlow(Flow):
    code = "late_delivery"
    label = _("Late delivery")

    def define(self) -> FlowDefinition:
        waiting: JSONDict = {"condition": "order_status_is", "settings": {"statuses": list(UNDER_WAY)}}
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Tells the customer in the morning of the promised day that the order has not left yet and what they "
                "can do, and gives staff a task; after three working days another one."
            ),
            reason=_(
                "The promised day belongs to the contract; saying honestly that it cannot be kept, and that the "
                "customer may step back, performs it (Art. 6 (1) b GDPR, §§ 280, 323 BGB). The mail names nothing but "
                "the order."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "promise_at_risk"},
                "entry_key": "order:{order_id}:{due_on}",
                "conditions": [waiting],
                "exits": [
                    ENDED,
                    {
                        "event": "order_status_changed",
                        "match": ["order_id"],
                        "as": "goal_reached",
                        "where": {"new_status": ["shipped", "ready_for_pickup", "delivered"]},
                    },
                ],
                "steps": [
                    {"id": "morning", "kind": "wait", "window": {"from": "09:00", "to": "18:00"}},
                    {
                        "id": "mail",
                        "kind": "action",
                        "action": "send_mail",
                        "settings": {
                            "template": "promise_at_risk",
                            "mail_class": "transactional",
                            "contexts": ["order", "delivery_promise", "legal"],
                        },
                        "recheck": [waiting],
                        "max_lateness": {"days": 2},
                    },
                    _task(
                        "task",
                        "Bestellung {order_number}: Liefertermin nicht gehalten",
                        "Versprochen war der {due_on}. Versenden Sie die Ware, oder nennen Sie dem Kunden einen neuen "
                        "Termin. Er weiß, dass er stornieren kann.",
                    ),
                    {"id": "three_days", "kind": "wait", "for": {"workdays": 3}},
                    _task(
                        "again",
                        "Bestellung {order_number}: seit drei Werktagen überfällig",
                        "Rufen Sie den Kunden an. Nach einer angemessenen Frist darf er zurücktreten (§ 323 BGB).",
                        recheck=[waiting],
                    ),
                ],
            },
        )


@flows.register
class BatteryDepositFlow(Flow):
    code = "battery_deposit"
    label = _("Battery deposit: how to get it back")

    def define(self) -> FlowDefinition:
        deposit: JSONDict = {"condition": "order_has_charge", "settings": {"charge": "battery_deposit"}}
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Tells buyers of a starter battery, a week after the delivery, how they get the deposit back."
            ),
            reason=_(
                "Whoever sells starter batteries at a distance must pay the deposit back, also against the proof of "
                "another collection point, and must say so (§§ 19, 24 BattDG). The mail advertises nothing, so it "
                "needs no consent (Art. 6 (1) b and c GDPR)."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "order_status_changed", "where": {"new_status": ["delivered"]}},
                "entry_key": "order:{order_id}",
                "conditions": [deposit],
                "exits": [ENDED, {"event": "withdrawal_declared", "match": ["order_id"], "as": "subject_gone"}],
                "steps": [
                    {"id": "week", "kind": "wait", "for": {"days": 7}, "at": "10:00"},
                    {
                        "id": "mail",
                        "kind": "action",
                        "action": "send_mail",
                        "settings": {
                            "template": "battery_deposit",
                            "mail_class": "transactional",
                            "contexts": ["order", "battery_deposit"],
                        },
                        "recheck": [deposit, {"condition": "no_open_return"}],
                        "max_lateness": {"days": 30},
                    },
                ],
            },
        )
