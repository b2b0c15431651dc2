"""An automation that nobody ever enters, or everybody all the time."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from shopflow.automations.definitions.wording import event_label, field_label
from shopflow.automations.linting.graph import graph_of
from shopflow.automations.linting.saying import error, say, warning
from shopflow.contracts.automations import timed_triggers
from shopflow.contracts.linting import Finding, LintRule, Plan, lint_rules

ENDED = "automation_finished"


@lint_rules.register
class NeverBegins(LintRule):
    code = "never_begins"
    label = _("An event that never comes")

    def check(self, plan: Plan) -> Iterator[Finding]:
        trigger = graph_of(plan).definition.trigger
        event = trigger.event
        wanted = timed_triggers.get(event).wants if event in timed_triggers else frozenset()
        for field in sorted(name for name in wanted if not trigger.where.get(name)):
            yield error(
                "never_begins", "",
                say(_("“%(event)s” never comes without “%(field)s”."), event=event_label(event),
                    field=field_label(field)),
                _("Enter at the beginning, under “only if”, for which values it is to come."),
            )  # fmt: skip
        if reason := (plan.facts.silent or {}).get(event):
            message = say(_("“%(event)s” cannot come at present."), event=event_label(event))
            yield warning("silent_event", "", message, reason)


@lint_rules.register
class EveryEnd(LintRule):
    code = "every_end"
    label = _("Begins after every automation")

    def check(self, plan: Plan) -> Iterator[Finding]:
        trigger = graph_of(plan).definition.trigger
        if trigger.event == ENDED and not trigger.where.get("automation"):
            yield warning(
                "every_end", "",
                _("Everybody enters who comes to the end of any automation, and once for each of them."),
                _("Choose at the beginning, under “only if”, after which automation it is to begin."),
            )  # fmt: skip
