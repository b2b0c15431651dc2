"""Mistake 4: begun too complex."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from shopflow.automations.definitions import Act
from shopflow.automations.linting.graph import MAX_WAYS, Graph, graph_of, is_choice, sending_of
from shopflow.automations.linting.saying import error, say, warning
from shopflow.contracts.linting import Finding, LintRule, Plan, lint_rules

MAX_STEPS = 12
MAX_CHOICES = 5
MAX_BEFORE_MAIL = 3
SMALLER = _("Begin simply: leave out what is not sure to be needed, or split it into two automations.")


@lint_rules.register
class TooComplex(LintRule):
    code = "too_complex"
    label = _("Too complex")

    def check(self, plan: Plan) -> Iterator[Finding]:
        graph = graph_of(plan)
        steps = graph.definition.steps
        choices = [step.id for step in steps if _parts(graph, step.id)]
        if len(steps) > MAX_STEPS:
            yield warning("many_steps", "", say(_("The automation has %(count)s steps."), count=len(steps)), SMALLER)
        if len(choices) > MAX_CHOICES:
            yield warning(
                "many_branches",
                choices[MAX_CHOICES],
                say(_("It branches %(count)s times."), count=len(choices)),
                SMALLER,
            )
        if (deep := _choices_before_mail(graph)) > MAX_BEFORE_MAIL:
            yield warning(
                "branches_before_mail", "", say(_("There are %(count)s branches before the first mail."), count=deep),
                SMALLER,
            )  # fmt: skip
        if len(graph.ways) > MAX_WAYS:
            yield error(
                "too_many_ways", "",
                say(_("More than %(count)s different ways lead through it; nobody can test them."), count=MAX_WAYS),
                SMALLER,
            )  # fmt: skip
        for step in steps:
            if step.id not in graph.reachable:
                yield warning(
                    "unreachable", step.id, say(_("No way leads to “%(step)s”."), step=step.id),
                    _("Remove the step, or let one of the steps before lead to it."),
                )  # fmt: skip


def _parts(graph: Graph, node: str) -> bool:
    step = graph.definition.step(node)
    return is_choice(step) and len(graph.leads_to(step)) > 1


def _choices_before_mail(graph: Graph) -> int:
    """The most branches that lie on a way before its first mail; none if no mail is written."""
    most = 0
    for way in graph.ways[:MAX_WAYS]:
        count = 0
        for node in way.split(">"):
            if not graph.definition.has(node):
                continue
            step = graph.definition.step(node)
            if isinstance(step, Act) and sending_of(step) is not None:
                most = max(most, count)
                break
            count += _parts(graph, node)
    return most
