"""Mistake 5: switched on without a test."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from shopflow.automations.linting.graph import MAX_WAYS, graph_of
from shopflow.automations.linting.saying import error, say
from shopflow.contracts.linting import Finding, LintRule, Plan, lint_rules


@lint_rules.register
class Untested(LintRule):
    code = "untested"
    label = _("Not tested")

    def check(self, plan: Plan) -> Iterator[Finding]:
        walked = plan.facts.walked
        if walked is None:
            return
        ways = graph_of(plan).ways[:MAX_WAYS]
        tested = sum(1 for way in ways if way in walked)
        if tested < len(ways):
            yield error(
                "untested", "",
                say(_("%(tested)s of %(count)s ways have been tested."), tested=tested, count=len(ways)),
                _("Make a test run of each way with your own address."),
            )  # fmt: skip
