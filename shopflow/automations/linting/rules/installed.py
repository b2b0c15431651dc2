"""What the definition names and is not installed, or cannot work as it is set."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from shopflow.automations.definitions import Act, missing_extensions
from shopflow.automations.linting.graph import graph_of
from shopflow.automations.linting.saying import error
from shopflow.contracts.automations import actions
from shopflow.contracts.linting import Finding, LintRule, Plan, lint_rules


@lint_rules.register
class NotInstalled(LintRule):
    code = "not_installed"
    label = _("Unknown or incomplete parts")

    def check(self, plan: Plan) -> Iterator[Finding]:
        definition = graph_of(plan).definition
        advice = _("Choose another one, complete its settings, or install the plugin that brings it.")
        for problem in missing_extensions(definition):
            step = next((one.id for one in definition.steps if _lacks(one, problem)), "")
            yield error("not_installed", step, problem, advice)


def _lacks(step: object, problem: str) -> bool:
    """Whether the sentence is about the action of ``step``."""
    if not isinstance(step, Act) or f"“{step.action}”" not in problem:
        return False
    return step.action not in actions or bool(problem)
