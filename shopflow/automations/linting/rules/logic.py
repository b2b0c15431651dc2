"""Questions that decide nothing, and people who drop out unseen."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shopflow.automations.definitions import Branch, Definition, Question, UntilDate
from shopflow.automations.definitions.mentions import OF_ATTRIBUTE
from shopflow.automations.definitions.model import STOP
from shopflow.automations.definitions.references import questions
from shopflow.automations.linting.graph import graph_of
from shopflow.automations.linting.saying import error, say, warning
from shopflow.contracts.automations import Verdict
from shopflow.contracts.events import events
from shopflow.contracts.expressions import Compare, Expression, Leaf, compare, dump, evaluate, leaves
from shopflow.contracts.linting import Finding, LintRule, Plan, lint_rules
from shopflow.contracts.segments import segment_fields

MOST = 8
"""Expressions with more questions than this are not tried out with every combination of answers."""

ALWAYS = {True: _("yes"), False: _("no"), None: _("unknown")}


@lint_rules.register
class SameAnswer(LintRule):
    code = "same_answer"
    label = _("Questions that decide nothing")

    def check(self, plan: Plan) -> Iterator[Finding]:
        definition = graph_of(plan).definition
        for step in definition.steps:
            if not isinstance(step, Branch):
                continue
            answers = possible(step.question, definition)
            if len(answers) == 1:
                (answer,) = answers
                yield warning(
                    "same_answer", step.id,
                    say(_("The answer at “%(step)s” is always: %(answer)s."), step=step.id, answer=ALWAYS[answer]),
                    _("Remove the branch, or ask something else."),
                )  # fmt: skip
            elif len(graph_of(plan).leads_to(step)) == 1:
                yield warning(
                    "no_difference", step.id,
                    say(_("Every answer at “%(step)s” leads to the same step."), step=step.id),
                    _("Remove the branch, or let its answers lead apart."),
                )  # fmt: skip
        yield from _unknown_fields(definition)


def _unknown_fields(definition: Definition) -> Iterator[Finding]:
    """Fields that neither the event nor a contact has: the answer can never be known."""
    trigger = definition.trigger.event
    if trigger and trigger not in events:
        return
    provided = events.get(trigger).provides() if trigger else None
    found = dict.fromkeys(
        leaf.field for one in questions(definition) for leaf in leaves(one.expression) if isinstance(leaf, Compare)
    )
    for name in found:
        if name.startswith(OF_ATTRIBUTE):
            continue  # whether contacts have the attribute is a matter of rows
        if provided is not None and name not in provided and name not in segment_fields:
            yield error(
                "unknown_field", "",
                say(_("Neither the event nor the contact has a field “%(field)s”."), field=name),
                _("Choose one of the fields on offer; what cannot be known never counts as yes."),
            )  # fmt: skip


def possible(question: Question, definition: Definition) -> set[bool | None]:
    """The answers that ``question`` can have, given what the trigger lets in; all three if that cannot be told."""
    asked = {_name(leaf): leaf for leaf in leaves(question.expression)}
    free = [name for name, leaf in asked.items() if not _fixed(leaf, definition)]
    if len(free) > MOST:
        return {True, False, None}
    found: set[bool | None] = set()
    for combination in itertools.product((True, False), repeat=len(free)):
        given = dict(zip(free, combination, strict=True))
        for values in _worlds(asked, definition):
            found.add(_answer(question.expression, given, values, definition))
    return found


def _name(leaf: Leaf) -> str:
    return repr(dump(leaf))


def _fixed(leaf: Leaf, definition: Definition) -> bool:
    return isinstance(leaf, Compare) and leaf.field in definition.trigger.where


def _worlds(asked: Mapping[str, Leaf], definition: Definition) -> Iterator[dict[str, Any]]:
    """Every combination of what the trigger allows the asked fields to be."""
    names = list(dict.fromkeys(leaf.field for leaf in asked.values() if isinstance(leaf, Compare)))
    known = [name for name in names if name in definition.trigger.where]
    for values in itertools.product(*(definition.trigger.where[name] for name in known)):
        yield dict(zip(known, values, strict=True))


def _answer(
    expression: Expression, given: Mapping[str, bool], values: Mapping[str, Any], definition: Definition
) -> bool | None:
    def leaf(one: Leaf) -> Verdict:
        if isinstance(one, Compare) and one.field in values and _fixed(one, definition):
            return Verdict(compare(one.op, values[one.field], one.value))
        return Verdict(given[_name(one)])

    return evaluate(expression, leaf).holds


@lint_rules.register
class DropsUnseen(LintRule):
    code = "drops_unseen"
    label = _("People who drop out unseen")

    def check(self, plan: Plan) -> Iterator[Finding]:
        raw = {str(step.get("id")): step for step in plan.steps}
        for step in graph_of(plan).definition.steps:
            if not isinstance(step, Branch | UntilDate):
                continue
            said = raw[step.id].get("until_date", {}) if isinstance(step, UntilDate) else raw[step.id]
            drops = step.unknown == STOP and "unknown" not in said
            if drops:
                yield warning(
                    "drops_unseen", step.id,
                    say(_("Whoever “%(step)s” knows nothing about drops out unseen."), step=step.id),
                    _("Say where they go when the answer is unknown."),
                )  # fmt: skip
