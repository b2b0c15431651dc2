"""Segments, tags, stages and other rows that the definition names by code and the shop does not have."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from shopflow.automations import rows
from shopflow.automations.definitions import Act
from shopflow.automations.definitions.mentions import PURPOSE, TEMPLATE, TEXT, Mention, mentions
from shopflow.automations.linting.graph import Graph, graph_of, sending_of
from shopflow.automations.linting.saying import error, say
from shopflow.contracts.linting import Finding, LintRule, Plan, lint_rules
from shopflow.contracts.mail import MailClass


@lint_rules.register
class MissingRows(LintRule):
    """Its findings are called by the kind: ``segment_missing``, ``tag_missing`` …"""

    code = "missing_rows"
    label = _("Segments, tags and others that do not exist")

    def check(self, plan: Plan) -> Iterator[Finding]:
        if plan.facts.rows is None:
            return
        graph = graph_of(plan)
        for one in rows.missing(mentions(graph.definition), plan.facts.rows):
            if not _told_elsewhere(one, graph):
                kind = rows.KINDS[one.kind]
                step = one.place if graph.definition.has(one.place) else ""
                message = say(kind.missing, code=one.code)
                if not step:
                    message = say(_("%(place)s: %(problem)s"), place=rows.PLACES[one.place], problem=message)
                yield error(f"{one.kind}_missing", step, message, kind.advice)


def _told_elsewhere(mention: Mention, graph: Graph) -> bool:
    """Whether another rule is about it: the text of a mail, and the purpose of advertising."""
    step = graph.definition.step(mention.place) if graph.definition.has(mention.place) else None
    if not isinstance(step, Act):
        return False
    if mention.kind == TEXT:
        return TEMPLATE in step.settings
    sending = sending_of(step)
    advertises = sending is not None and sending.mail_class is MailClass.ADVERTISING
    return mention.kind == PURPOSE and advertises and step.settings.get("purpose") == mention.code
