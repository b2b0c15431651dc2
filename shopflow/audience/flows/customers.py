"""Flows for people who have bought: winning back, birthday, anniversary."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.audience.flows.steps import (
    BY_CONSENT_OR_SALE,
    has_consent,
    mail,
    objected,
    on_day,
    only_with_voucher,
    ordered,
    voucher,
    withdrawn,
)
from shopflow.contracts.automations import Flow, FlowDefinition, flows


@flows.register
class WinBackFlow(Flow):
    code = "win_back"
    label = _("Win customers back")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Writes to customers whose last order was 180 days ago, once a year, and ten days later once more if "
                "the shop gives vouchers. Nobody is asked who sends back half of what they order."
            ),
            reason=_(
                "Goes to people who agreed to the newsletter, or, where the shop uses § 7 (3) UWG, to buyers who were "
                "told and have not objected; then only goods of the categories that count as similar are named, and "
                "each mail says how to object. A personal voucher is an individual reduction, for which the lowest "
                "price of 30 days need not be told (§ 11 (4) PAngV)."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "orders_lapsed", "where": {"days": [180]}},
                "entry_key": "contact:{contact_id}:{year}",
                "conditions": [
                    {"field": "orders_count", "op": "at_least", "value": 1},
                    {"field": "return_rate", "op": "less", "value": 50},
                ],
                "exits": [ordered(), objected("newsletter")],
                "priority": 40,
                "steps": [
                    mail("win_back_1", basis=BY_CONSENT_OR_SALE, words=("new_goods",), late={"days": 14}),
                    on_day("ten_days", 10),
                    voucher(14),
                    only_with_voucher(),
                    mail("win_back_2", basis=BY_CONSENT_OR_SALE, words=("voucher",)),
                ],
            },
        )


@flows.register
class BirthdayFlow(Flow):
    code = "birthday"
    label = _("Birthday")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Congratulates people who entered their birthday for this, at 9 o'clock, with a voucher for 14 days "
                "if the shop gives any."
            ),
            reason=_(
                "Congratulations by mail are advertising and need consent of their own (§ 7 (2) UWG). The day is "
                "entered voluntarily, without the year, which a greeting does not need (Art. 5 (1) c GDPR), and is "
                "deleted as soon as the consent is withdrawn."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "date_reached", "where": {"field": "birthday", "offset": 0}},
                "entry_key": "contact:{contact_id}:{year}",
                "conditions": [has_consent("birthday")],
                "exits": [withdrawn("birthday")],
                "priority": 70,
                "cap": {"messages": 1, "days": 300},
                "steps": [
                    {"id": "nine", "kind": "wait", "until_date": {"field": "day", "at": "09:00", "past": "next"}},
                    voucher(14),
                    mail("birthday", purpose="birthday", words=("voucher",), late={"days": 2}),
                ],
            },
        )


@flows.register
class AnniversaryFlow(Flow):
    code = "customer_anniversary"
    label = _("Anniversary of the first order")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_("Thanks customers each year on the day of their first order."),
            reason=_(
                "Thanks that name goods are advertising. They go to people who agreed to the newsletter or, where the "
                "shop uses § 7 (3) UWG, to buyers who were told and have not objected; each mail says how to object."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "order_anniversary"},
                "entry_key": "contact:{contact_id}:{year}",
                "conditions": [{"field": "orders_count", "op": "at_least", "value": 1}],
                "exits": [objected("newsletter")],
                "priority": 40,
                "steps": [
                    {"id": "ten", "kind": "wait", "until_date": {"field": "day", "at": "10:00", "past": "next"}},
                    mail("order_anniversary", basis=BY_CONSENT_OR_SALE, words=("new_goods",), late={"days": 3}),
                ],
            },
        )
