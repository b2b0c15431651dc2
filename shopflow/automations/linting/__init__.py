"""The linter: what is risky about a definition, found before anybody enters.

It looks for the five mistakes of automations (too fast, no way out, stale content, too complex, untested), for
advertising that the law forbids, and for questions that decide nothing. Every rule is an extension of the socket
``lint_rules``; what a definition does not say itself comes as :class:`~shopflow.contracts.linting.Facts`.
"""

from __future__ import annotations

import logging
from typing import Any

from django.utils.translation import gettext as _

from shopflow.automations.definitions import read
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.linting import rules  # noqa: F401 - registers the built-in rules
from shopflow.automations.linting.graph import MAX_WAYS, graph_of, way_of, ways
from shopflow.contracts.linting import ERROR, WARNING, Facts, Finding, LintRule, Plan, lint_rules

__all__ = ["ERROR", "MAX_WAYS", "WARNING", "Facts", "Finding", "graph_of", "lint", "way_of", "ways"]

logger = logging.getLogger("shopflow.automations")


def lint(definition: Any, facts: Facts | None = None) -> list[Finding]:
    """Every finding of every rule, errors first, then in the order of the steps.

    A definition that cannot be read has one error for each problem, and nothing else is looked at. Without ``facts``
    only what the definition itself says is judged.
    """
    try:
        order = {step.id: number for number, step in enumerate(read(definition).steps)}
    except DefinitionInvalid as error:
        advice = _("Correct the definition; docs/extend/flow.md describes every entry.")
        return [Finding("unreadable", ERROR, "", problem, advice) for problem in error.problems]
    plan = Plan(definition, facts or Facts())
    found = [finding for rule in lint_rules for finding in _check(rule, plan)]
    return sorted(found, key=lambda one: (not one.is_error, order.get(one.step, -1)))


def _check(rule: LintRule, plan: Plan) -> list[Finding]:
    """What ``rule`` finds; one that fails is logged and named, because what it looks at remains unknown."""
    try:
        return list(rule.check(plan))
    except Exception:
        logger.exception("The lint rule %s has failed", rule.code)
        message = _("“%(rule)s” could not be looked at.") % {"rule": rule.label}
        return [Finding("rule_failed", WARNING, "", message, _("Look into the log; the definition may be damaged."))]
