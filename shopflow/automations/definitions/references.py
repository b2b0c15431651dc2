"""What a definition names: events, conditions, actions, and whether they are installed and have what they need."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from shopflow.automations.definitions.model import Act, Branch, Definition, Question
from shopflow.contracts.automations import actions, conditions
from shopflow.contracts.events import events
from shopflow.contracts.registry import UnknownCode


def questions(definition: Definition) -> Iterator[Question]:
    """Every condition that a run of the flow may be asked, in order; exits ask before the event, not the subject."""
    yield from definition.conditions
    for step in definition.steps:
        if isinstance(step, Branch):
            yield step.question
        elif isinstance(step, Act):
            yield from step.recheck


def missing_extensions(definition: Definition) -> list[str]:
    """Sentences for each event, condition or action that is not installed, or lacks a field that it needs."""
    problems: list[str] = []
    known: dict[tuple[str, str], str] = {}
    codes = [definition.trigger.event, *(way.event for way in definition.exits)]
    for code in dict.fromkeys(codes):
        if code not in events:
            problems.append(str(UnknownCode("event", code)))
    provided = events.get(definition.trigger.event).provides() if definition.trigger.event in events else None
    for socket, registry, wanted in (
        ("condition", conditions, [question.condition for question in questions(definition)]),
        ("action", actions, [step.action for step in definition.steps if isinstance(step, Act)]),
    ):
        for code in dict.fromkeys(wanted):
            if code not in registry:
                problems.append(str(UnknownCode(socket, code)))
                continue
            lacking = [] if provided is None else sorted(registry.get(code).needs - provided)
            if lacking:
                known[socket, code] = ", ".join(lacking)
    for (_socket, code), fields in known.items():
        problems.append(
            _("“%(code)s” needs %(fields)s, which the event “%(event)s” does not provide.")
            % {"code": code, "fields": fields, "event": definition.trigger.event}
        )
    return problems
