"""The flow “First steps”: instructions for bought digital goods, and nothing that advertises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.automations import (
    BatchCondition,
    Flow,
    FlowDefinition,
    RunContext,
    Verdict,
    conditions,
    flows,
)
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Label, Scalar
from shopflow.core.rows import OneOf
from shopflow.delivery.instructions import MAIL_DAYS, address_of, days_of
from shopflow.delivery.models import AccessGrant, FirstStep


@mail_contexts.register
class FirstStepsWords(MailContext):
    """``first_steps_0``, ``_3``, ``_7`` and ``_14``: title, text and url of the steps that go with the mail of that
    day; ``url`` may be empty.
    """

    code = "first_steps"
    label = _("First steps with a digital good")
    needs = frozenset({"grant_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        steps = list(FirstStep.objects.filter(good__grants=int(subject["grant_id"] or 0)).order_by("day", "position"))
        return {
            f"first_steps_{mail}": [_words(step) for step in steps if step.day in days_of(mail)] for mail in MAIL_DAYS
        }


def _words(step: FirstStep) -> JSONDict:
    return {"title": step.title, "text": step.text, "url": address_of(step.link)}


def _mail_label(mail: int) -> str:
    return gettext("the mail of day %(day)s") % {"day": mail}


def _days_label(days: range) -> str:
    if len(days) == 1:
        return gettext("day %(day)s") % {"day": days[0]}
    return gettext("days %(first)s to %(last)s") % {"first": days[0], "last": days[-1]}


class FirstStepsForm(forms.Form):
    """For which mail; empty: for any of them."""

    mail = forms.TypedChoiceField(
        label=_("For which mail"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", gettext("any of them")), *((mail, _mail_label(mail)) for mail in MAIL_DAYS)],
    )


@conditions.register
class HasFirstSteps(BatchCondition):
    """Settings: ``mail``, one of the days of the mails; none: whether any mail has something to say."""

    code = "has_first_steps"
    label = _("there are first steps for the digital good")
    description = _("Asks whether there are first steps for the digital good, for one mail or for any.")
    needs = frozenset({"grant_id"})
    form_class = FirstStepsForm

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        keys = [context.integer("grant_id") for context in contexts]
        grants = AccessGrant.objects.filter(OneOf("pk", set(keys))).order_by()
        days: dict[int, list[int]] = defaultdict(list)
        for key, day in grants.values_list("pk", "good__first_steps__day"):
            days[key] += [] if day is None else [day]
        mail = settings.get("mail")
        wanted = range(MAIL_DAYS[-1] + 1) if mail is None else days_of(int(mail))
        return [self._answer(days.get(key), wanted) for key in keys]

    def _answer(self, days: Sequence[int] | None, wanted: range) -> Verdict:
        if days is None:
            return Verdict(None, gettext("The access does not exist any more."))
        count = sum(day in wanted for day in days)
        span = {"days": _days_label(wanted), "count": count}
        if not count:
            return Verdict(False, gettext("The digital good has no first steps for %(days)s.") % span)
        said = ngettext(
            "The digital good has %(count)s first step for %(days)s.",
            "The digital good has %(count)s first steps for %(days)s.",
            count,
        )
        return Verdict(True, said % span)

    def describe(self, settings: Mapping[str, Any]) -> Label:
        mail = settings.get("mail")
        if mail is None:
            return self.label
        return gettext("there are first steps for %(mail)s") % {"mail": _mail_label(mail)}


def _mail(day: int) -> JSONDict:
    return {
        "id": f"first_steps_{day}",
        "kind": "action",
        "action": "send_mail",
        "settings": {
            "template": f"first_steps_{day}",
            "mail_class": "transactional",
            "contexts": ["order", "access", "first_steps"],
        },
        "recheck": [
            {"condition": "access_open"},
            {"condition": "no_open_return"},
            {"condition": "has_first_steps", "settings": {"mail": day}, "otherwise": "skip"},
        ],
        "max_lateness": {"days": 4},
    }


def _day(day: int) -> JSONDict:
    return {"id": f"day_{day}", "kind": "wait", "until": {"days": day}, "at": "10:00", "gap": {"days": 1}}


@flows.register
class FirstStepsFlow(Flow):
    code = "first_steps"
    label = _("First steps")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Sends buyers of digital goods the first steps that you have written for the good: at once, and after "
                "3, 7 and 14 days what has come since. A mail without a step is left out."
            ),
            reason=_(
                "Instructions belong to the digital good as the buyer may expect it (§ 327e BGB); explaining the use "
                "of what was bought performs the contract (Art. 6 (1) b GDPR). The mails hold instructions for the "
                "bought good only; a single offer in them would make them advertising (BGH VI ZR 134/15)."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "access_granted"},
                "entry_key": "grant:{grant_id}",
                "conditions": [{"condition": "has_first_steps"}],
                "exits": [
                    {
                        "event": "order_status_changed",
                        "match": ["order_id"],
                        "as": "subject_gone",
                        "where": {"new_status": ["returned", "cancelled"]},
                    },
                    {"event": "withdrawal_declared", "match": ["order_id"], "as": "subject_gone"},
                ],
                "steps": [
                    _mail(0),
                    _day(3),
                    _mail(3),
                    _day(7),
                    _mail(7),
                    _day(14),
                    _mail(14),
                ],
            },
        )
