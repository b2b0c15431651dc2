"""Texts are not forgotten: a task to check them, and a pause when nobody does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopflow.automations import events  # noqa: F401 - they register themselves
from shopflow.automations.models import Flow as StoredFlow
from shopflow.automations.services.control import pause_flow
from shopflow.automations.services.reviewing import (
    advertises,
    announce_content_reviews,
    is_old,
    note_closed_task,
)
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
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.contracts.types import JSONDict, Scalar

OLD = 180


class AgeForm(forms.Form):
    """Settings of the condition."""

    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=3650)


class ReasonForm(forms.Form):
    """Settings of the action."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


@timed_triggers.register
class ContentOld(TimedTrigger):
    """``where``: ``days`` is not a field of the event; the built-in 180 days hold."""

    code = "content_review_due"
    label = _("Texts of an automation are to be checked")

    def announce(self, where: Mapping[str, Sequence[Scalar]]) -> int:
        return announce_content_reviews(days=OLD)


@subscribers.register
class CheckedContent(EventSubscriber):
    code = "automations_checked_content"
    label = _("Note checked texts of automations")
    events = frozenset({"staff_task_closed"})

    def handle(self, published: PublishedEvent) -> None:
        facts = published.event.payload()
        if facts["result"] == "done":
            note_closed_task(task_id=int(facts["task_id"] or 0))


@conditions.register
class ContentIsOld(Condition):
    code = "content_is_old"
    label = _("nobody has checked the automation's texts for long")
    description = _("Asks whether the texts have not been checked for as many days as you enter.")
    needs = frozenset({"automation"})
    form_class = AgeForm

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        flow = StoredFlow.objects.select_related("active_version").filter(code=context.text("automation")).first()
        if flow is None:
            return Verdict(None, gettext("There is no such automation any more."))
        if is_old(flow, days=int(settings["days"]), now=context.now):
            return Verdict(True, gettext("Nobody has checked the texts of “%(flow)s”.") % {"flow": flow.name})
        return Verdict(False, gettext("The texts of “%(flow)s” have been checked.") % {"flow": flow.name})


@conditions.register
class AutomationAdvertises(Condition):
    """Order mails and what the law demands must not stop because nobody has looked at their texts."""

    code = "automation_advertises"
    label = _("the automation advertises")
    description = _("Asks whether the automation that the event names may write advertising.")
    needs = frozenset({"automation"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        flow = StoredFlow.objects.select_related("active_version").filter(code=context.text("automation")).first()
        holds = None if flow is None else advertises(flow)
        if flow is None or holds is None:
            return Verdict(None, gettext("There is no such automation any more."))
        said = gettext("“%(flow)s” advertises.") if holds else gettext("“%(flow)s” does not advertise.")
        return Verdict(holds, said % {"flow": flow.name})


@actions.register
class PauseAutomation(Action):
    """The automation that the event names stands still until staff let it go on. Settings: ``reason``."""

    code = "pause_automation"
    label = _("pause the automation")
    description = _("Lets the automation of the event stand still until you let it go on.")
    needs = frozenset({"automation"})
    form_class = ReasonForm
    transactional = True

    def run(self, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        flow = StoredFlow.objects.filter(code=context.text("automation")).first()
        if flow is None:
            return Outcome.skipped("no_automation", gettext("There is no such automation any more."))
        if context.dry_run or context.is_test:
            return Outcome.done("would_pause")
        changed = pause_flow(flow=flow, paused=True, actor=None, reason=settings["reason"])
        return Outcome.done("paused" if changed else "was_paused", settings["reason"])


@flows.register
class ContentReviewFlow(Flow):
    code = "content_review"
    label = _("Check of texts")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Gives staff a task when nobody has looked at the texts of a running automation for 180 days. If it "
                "is not done within 14 days, the shop is told, and an automation that advertises is paused; order "
                "mails and what the law demands go on."
            ),
            reason=_(
                "Old texts mislead: prices, deadlines and links that are no longer true are misleading advertising "
                "(§ 5 UWG). Only the shop's own people are told."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "content_review_due"},
                "entry_key": "automation:{automation}",
                "reentry": {"mode": "after_exit"},
                "exits": [{"event": "content_reviewed", "match": ["automation"], "as": "goal_reached"}],
                "steps": _steps(),
            },
        )


def _steps() -> list[JSONDict]:
    return [
        {
            "id": "task",
            "kind": "action",
            "action": "open_staff_task",
            "settings": {
                "kind": "content_review",
                "title": "Texte prüfen: {name}",
                "text": "Seit 180 Tagen hat niemand auf diese Texte gesehen. Stimmen Preise, Fristen und "
                "Links noch? Erledigen Sie die Aufgabe; Werbung ruht sonst nach 14 Tagen.",
                "working_days": 5,
                "about": "content:{automation}",
            },
        },
        {"id": "two_weeks", "kind": "wait", "for": {"days": 14}, "at": "08:00"},
        {
            "id": "advertises",
            "kind": "condition",
            "condition": "automation_advertises",
            "else": "remind",
            "unknown": "stop",
        },
        {
            "id": "pause",
            "kind": "action",
            "action": "pause_automation",
            "settings": {"reason": "Die Texte wurden nicht geprüft."},
            "recheck": [{"condition": "content_is_old", "settings": {"days": OLD}}],
        },
        {
            "id": "tell",
            "kind": "action",
            "action": "notify_staff",
            "settings": {
                "subject": "Automation pausiert: {name}",
                "text": "Die Texte von „{name}“ wurden nicht geprüft. Prüfen Sie sie, und lassen Sie die "
                "Automation dann weiterlaufen.",
            },
        },
        {"id": "end", "kind": "action", "action": "stop", "settings": {"reason": "Werbung ruht"}},
        {
            "id": "remind",
            "kind": "action",
            "action": "notify_staff",
            "settings": {
                "subject": "Texte noch nicht geprüft: {name}",
                "text": "Die Texte von „{name}“ wurden nicht geprüft. Weil sie nicht werben, gehen die "
                "E-Mails weiter hinaus. Die Aufgabe bleibt offen.",
            },
            "recheck": [{"condition": "content_is_old", "settings": {"days": OLD}}],
        },
    ]
