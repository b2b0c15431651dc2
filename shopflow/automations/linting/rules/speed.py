"""Mistake 1: too many mails too fast."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from shopflow.automations.linting.graph import Graph, graph_of
from shopflow.automations.linting.saying import error, say, warning
from shopflow.contracts.linting import Finding, LintRule, Plan, lint_rules

BETWEEN = timedelta(hours=48)
"""What should lie between two advertising mails of a flow that brings no cap of its own."""

AWAITED = ("consent_", "newsletter_", "lead_magnet_", "registered")
"""Beginnings of the codes of events after which people wait for a mail."""


def _hours(gap: timedelta) -> int:
    return int(gap.total_seconds() // 3600)


@lint_rules.register
class TooFast(LintRule):
    code = "too_fast"
    label = _("Too many mails too fast")

    def check(self, plan: Plan) -> Iterator[Finding]:
        graph = graph_of(plan)
        yield from _at_once(graph)
        for (before, node), gap in graph.gaps.items():
            if before and gap <= timedelta():
                yield error(
                    "no_wait", node,
                    say(_("“%(step)s” follows upon “%(before)s” without a wait."), step=node, before=before),
                    _("Put a wait of two or three days between the two mails."),
                )  # fmt: skip
            elif before and gap < _wanted(graph):
                yield warning(
                    "too_fast", node,
                    say(
                        _("Only %(hours)s hours lie between “%(before)s” and “%(step)s”."),
                        hours=_hours(gap), before=before, step=node,
                    ),
                    say(
                        _("Leave at least %(hours)s hours between two advertising mails."),
                        hours=_hours(_wanted(graph)),
                    ),
                )  # fmt: skip


def _wanted(graph: Graph) -> timedelta:
    """The distance that the flow has to keep: its own cap's, if staff have set one, else two days."""
    cap = graph.definition.cap
    return BETWEEN if cap is None or not cap.gap else cap.gap


def _at_once(graph: Graph) -> Iterator[Finding]:
    trigger = graph.definition.trigger
    if trigger.lag or not trigger.event or trigger.event.startswith(AWAITED):
        return
    for (before, node), gap in graph.gaps.items():
        if not before and gap <= timedelta():
            yield warning(
                "first_at_once", node,
                say(_("The advertising mail “%(step)s” leaves as soon as somebody enters."), step=node),
                _("Begin with a wait, so that it does not arrive together with the mail about the occasion itself."),
            )  # fmt: skip
