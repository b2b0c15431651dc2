"""Mistake 3: set up and forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from shopflow.automations.definitions import Act
from shopflow.automations.definitions.mentions import TEMPLATE, templates_of
from shopflow.automations.linting.graph import graph_of
from shopflow.automations.linting.saying import error, say, warning
from shopflow.contracts.linting import Finding, LintRule, Plan, TextFacts, lint_rules

KEEPS = timedelta(days=365)
"""A text that staff wrote longer ago than this should be read again."""

MEND = _("Correct the text before anybody gets it.")

ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
GERMAN = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")


@lint_rules.register
class PastDates(LintRule):
    code = "past_dates"
    label = _("Dates in the past")

    def check(self, plan: Plan) -> Iterator[Finding]:
        if plan.facts.today is None:
            return
        for step in plan.steps:
            yield from _past(step, str(step.get("id", "")), plan.facts.today)
        yield from _past(
            {name: value for name, value in plan.definition.items() if name != "steps"}, "", plan.facts.today
        )


def _past(part: Any, step: str, today: date) -> Iterator[Finding]:
    for day in dict.fromkeys(_dates(part)):
        if day < today:
            yield warning(
                "past_date", step, say(_("A fixed date has passed: %(day)s."), day=day.isoformat()),
                _("Choose a new date, or one that counts from the event."),
            )  # fmt: skip


def _dates(part: Any) -> Iterator[date]:
    """Every day that is written anywhere in ``part``."""
    if isinstance(part, Mapping):
        for value in part.values():
            yield from _dates(value)
    elif isinstance(part, list):
        for value in part:
            yield from _dates(value)
    elif isinstance(part, str):
        found = [match.groups() for match in ISO.finditer(part)]
        found += [match.groups()[::-1] for match in GERMAN.finditer(part)]
        for year, month, day in found:
            try:
                yield date(int(year), int(month), int(day))
            except ValueError:
                continue


@lint_rules.register
class StaleTexts(LintRule):
    code = "stale_texts"
    label = _("Stale content")

    def check(self, plan: Plan) -> Iterator[Finding]:
        for step, troubles in (plan.facts.said or {}).items():
            for trouble in troubles:
                yield warning("dead_content", step, trouble, MEND)
        texts = plan.facts.texts
        if texts is None:
            return
        definition = graph_of(plan).definition
        for act in definition.steps:
            if not isinstance(act, Act) or TEMPLATE not in act.settings:
                continue
            for template in templates_of(act, definition):
                yield from _about(act, template, texts.get(template), plan.facts.today)


def _about(act: Act, template: str, text: TextFacts | None, today: date | None) -> Iterator[Finding]:
    if text is None:
        yield error(
            "text_missing", act.id, say(_("There is no text “%(template)s”."), template=template),
            _("Choose one of the shop's mail texts."),
        )  # fmt: skip
        return
    for trouble in text.troubles:
        yield warning(
            "dead_content", act.id, say(_("“%(template)s”: %(trouble)s"), template=template, trouble=trouble),
            MEND,
        )  # fmt: skip
    if text.written_on is not None and today is not None and today - text.written_on > KEEPS:
        yield warning(
            "not_reviewed", act.id,
            say(_("“%(template)s” was written on %(day)s and has not been read since."),
                template=template, day=text.written_on.isoformat()),
            _("Read the text. Write it anew, or confirm when you switch on that it still holds."),
        )  # fmt: skip
