"""Offers that end: a campaign for many, and one of its own for each new subscriber. Both deadlines are true, because
the personal voucher ends with them.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.audience.flows.steps import (
    NEW_SUBSCRIBER,
    NO_VOUCHER_LATELY,
    has_consent,
    mail,
    on_day,
    only_if,
    only_with_voucher,
    ordered,
    withdrawn,
)
from shopflow.contracts.automations import Flow, FlowDefinition, flows
from shopflow.contracts.types import JSONDict

STILL_VALID: JSONDict = {"field": "voucher_until", "op": "in_next_days", "value": 60}
"""Asked before each mail that names a deadline: a mail that comes late must not name one that is over."""


@flows.register
class LaunchFlow(Flow):
    code = "campaign"
    label = _("Campaign with a deadline")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Seven mails around an offer that staff start under Customers → Campaigns: two days before it opens, "
                "at the opening, answers, reviews, an extra, and 24 and 3 hours before the end. An order ends them."
            ),
            reason=_(
                "Goes only to those who have agreed to the newsletter (§ 7 (2) UWG). The deadline is true: the voucher "
                "ends with the campaign, and the checkout refuses it afterwards; a false one would be forbidden (No. 7 "
                "of the annex to § 3 (3) UWG). Reviews come without a selection, with a word on how they are checked."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "campaign_started"},
                "entry_key": "campaign:{campaign}",
                "conditions": [has_consent("newsletter")],
                "exits": [withdrawn("newsletter"), ordered()],
                "priority": 80,
                "cap": {"messages": 7, "days": 10, "gap": {"hours": 18}},
                "steps": [
                    _day("before", "opens_on", before={"days": 2}, past="until_opening"),
                    _mail("campaign_announcement"),
                    _day("until_opening", "opens_on", past="next"),
                    {"id": "voucher", "kind": "action", "action": "give_campaign_voucher", "settings": {}},
                    _mail("campaign_opening", voucher=True),
                    _day("until_answers", "opens_on", after={"days": 2}),
                    _mail("campaign_answers", voucher=True),
                    _day("until_reviews", "opens_on", after={"days": 3}),
                    _mail("campaign_reviews", voucher=True, words=("reviews",)),
                    _day("until_extra", "opens_on", after={"days": 4}),
                    {
                        "id": "has_extra",
                        "kind": "condition",
                        "ask": {"field": "bonus", "op": "is", "value": True},
                        "else": "rest",
                        "unknown": "rest",
                    },
                    _mail("campaign_extra", voucher=True),
                    {"id": "rest", "kind": "wait", "for": {"hours": 20}},
                    _day("last_day", "ends_on", before={"days": 1}, at="20:00"),
                    _mail("campaign_last_day", voucher=True),
                    _day("last_hours", "ends_on", at="17:00"),
                    _mail("campaign_last_hours", voucher=True),
                ],
            },
        )


def _day(
    step: str,
    field: str,
    *,
    before: JSONDict | None = None,
    after: JSONDict | None = None,
    at: str = "10:00",
    past: str = "next",
) -> JSONDict:
    """Wait for a day of the campaign; once it is past, go on, and let the mail's own question decide."""
    wait: JSONDict = {"field": field, "at": at, "past": past}
    if before:
        wait["before"] = before
    if after:
        wait["after"] = after
    return {"id": step, "kind": "wait", "until_date": wait}


def _mail(template: str, *, voucher: bool = False, words: tuple[str, ...] = ()) -> JSONDict:
    asked: JSONDict = {"recheck": [STILL_VALID]} if voucher else {}
    return mail(template, words=("campaign", "voucher", *words), late={"hours": 12}, **asked)


@flows.register
class EvergreenFlow(Flow):
    code = "personal_offer"
    label = _("Personal offer with a deadline")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Seven days after the sign-up each new subscriber who has not ordered gets a voucher for five days and "
                "four mails about it, if the shop gives vouchers. An order or the end of the voucher ends them."
            ),
            reason=_(
                "Part of the newsletter that the person has confirmed (§ 7 (2) UWG). The deadline is the person's own "
                "and true: the voucher ends with it, the checkout refuses it afterwards, and nobody gets the same "
                "offer again within 90 days (No. 7 of the annex to § 3 (3) UWG forbids false ones)."
            ),
            definition={
                "schema": 2,
                "trigger": NEW_SUBSCRIBER,
                "entry_key": "newsletter:{email}",
                "reentry": {"mode": "once_ever"},
                "conditions": [has_consent("newsletter")],
                "exits": [withdrawn("newsletter"), ordered()],
                "priority": 65,
                "cap": {"messages": 5, "days": 7, "gap": {"hours": 20}},
                "steps": [
                    on_day("day_7", 7),
                    only_if("fits", {"all": [{"field": "orders_count", "op": "is", "value": 0}, NO_VOUCHER_LATELY]}),
                    {"id": "voucher", "kind": "action", "action": "give_voucher", "settings": {"days": 5}},
                    only_with_voucher(),
                    _offer("personal_offer_1", ("voucher", "new_goods")),
                    on_day("day_9", 9),
                    _offer("personal_offer_2", ("voucher",)),
                    on_day("day_11", 11),
                    _offer("personal_offer_3", ("voucher", "reviews")),
                    on_day("day_12", 12),
                    _offer("personal_offer_4", ("voucher",)),
                ],
            },
        )


def _offer(template: str, words: tuple[str, ...]) -> JSONDict:
    return mail(template, words=words, late={"hours": 12}, recheck=[STILL_VALID])
