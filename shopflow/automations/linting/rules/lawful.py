"""Advertising that lacks what the law demands, or that can never leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from shopflow.audience.purposes import purpose_words, purposes
from shopflow.automations.definitions import Act, Wait
from shopflow.automations.definitions.timing import within
from shopflow.automations.linting.graph import Graph, graph_of, sending_of
from shopflow.automations.linting.saying import error, say, warning
from shopflow.contracts.linting import Facts, Finding, LintRule, Plan, lint_rules
from shopflow.contracts.mail import MailClass, legal_bases


@lint_rules.register
class Unlawful(LintRule):
    code = "unlawful"
    label = _("Advertising without a legal basis")

    def check(self, plan: Plan) -> Iterator[Finding]:
        for act in graph_of(plan).definition.steps:
            if isinstance(act, Act):
                yield from _of(act, plan.facts)


def _of(act: Act, facts: Facts) -> Iterator[Finding]:
    sending = sending_of(act)
    if sending is None:
        return
    if sending.mail_class is not MailClass.ADVERTISING:
        text = (facts.texts or {}).get(str(act.settings.get("template", "")))
        if text is not None and text.advertises:
            yield error(
                "advertising_as_service", act.id,
                say(_("“%(step)s” sends an advertising text as a mail about the order."), step=act.id),
                _("Send it as advertising with purpose and legal basis; one advertising sentence makes the whole "
                  "mail advertising (BGH VI ZR 134/15)."),
            )  # fmt: skip
        return
    if not sending.basis or sending.basis not in legal_bases:
        yield error(
            "no_basis", act.id, say(_("“%(step)s” advertises without a legal basis."), step=act.id),
            _("Choose the legal basis: the consent for the purpose, or the exception for customers (§ 7 UWG)."),
        )  # fmt: skip
    if sending.purpose not in purposes:
        yield error(
            "no_purpose", act.id,
            say(_("“%(step)s” advertises for “%(purpose)s”, which nobody can consent to."),
                step=act.id, purpose=purpose_words(sending.purpose)),
            _("Choose one of the purposes that people are asked about."),
        )  # fmt: skip


@lint_rules.register
class NeverLeaves(LintRule):
    """A wait that ends only while advertising rests: the mail is put off each time, or never leaves at all."""

    code = "never_leaves"
    label = _("Planned into the quiet hours")

    def check(self, plan: Plan) -> Iterator[Finding]:
        graph = graph_of(plan)
        for act in graph.adverts:
            for wait in _waits_before(graph, act):
                if (rests := _rests(wait, plan.facts)) is None:
                    continue
                words = {"step": act.id, "wait": wait.id}
                if act.max_lateness is not None and not act.replan and act.max_lateness < rests:
                    yield error(
                        "never_leaves", act.id,
                        say(_("“%(step)s” can never leave: after “%(wait)s” advertising rests for too long."), **words),
                        _("Choose a time in the day, or allow more delay."),
                    )  # fmt: skip
                else:
                    yield warning(
                        "quiet_hours", act.id,
                        say(_("“%(wait)s” ends while advertising rests, so “%(step)s” is put off."), **words),
                        _("Choose a time in the day."),
                    )  # fmt: skip


def _waits_before(graph: Graph, act: Act) -> list[Wait]:
    """Waits that lead straight to ``act``."""
    waits = [step for step in graph.definition.steps if isinstance(step, Wait)]
    return [wait for wait in waits if graph.definition.follow(wait.id) == act.id]


def _rests(wait: Wait, facts: Facts) -> timedelta | None:
    """How long advertising still rests when ``wait`` ends, at least; None if it may end when it does not rest."""
    moments = wait.moments
    if facts.quiet_sundays and moments.weekdays == frozenset({7}):
        end = facts.quiet[1] if facts.quiet else time()
        begins = moments.at or (moments.window[1] if moments.window else time(23, 59))
        return timedelta(days=1) + _since_midnight(end) - _since_midnight(begins)
    if facts.quiet is None or facts.quiet[0] == facts.quiet[1]:
        return None
    if moments.at is not None and within(moments.at, *facts.quiet):
        return _until(moments.at, facts.quiet[1])
    if moments.window is not None and _inside(moments.window, facts.quiet):
        return _until(moments.window[1], facts.quiet[1])
    return None


def _inside(window: tuple[time, time], quiet: tuple[time, time]) -> bool:
    """Whether ``window`` lies in ``quiet`` from its beginning to its end."""
    length = _until(window[0], window[1]) or timedelta(days=1)
    return within(window[0], *quiet) and _until(window[0], quiet[1]) >= length


def _until(begins: time, ends: time) -> timedelta:
    return (_since_midnight(ends) - _since_midnight(begins)) % timedelta(days=1)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
