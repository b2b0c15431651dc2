"""What a definition names: events, conditions, actions, and whether they are installed and have what they need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from shopflow.automations.definitions.mentions import names_a_row
from shopflow.automations.definitions.model import Act, Branch, Definition, Question, UntilCondition
from shopflow.contracts.automations import Action, Condition, actions, conditions
from shopflow.contracts.events import events
from shopflow.contracts.expressions import Ask, leaves
from shopflow.contracts.registry import UnknownCode


def questions(definition: Definition) -> Iterator[Question]:
    """Every question that a run of the flow may be asked about its own subject, in order."""
    yield from definition.conditions
    for happening in definition.happenings:
        yield from happening.conditions
    for step in definition.steps:
        if isinstance(step, Branch | UntilCondition):
            yield step.question
        elif isinstance(step, Act):
            yield from step.recheck


def asked(definition: Definition) -> Iterator[Ask]:
    """Every registered condition that the flow may ask, with its settings."""
    for question in questions(definition):
        yield from (leaf for leaf in leaves(question.expression) if isinstance(leaf, Ask))


def missing_extensions(definition: Definition) -> list[str]:
    """Sentences for what is not installed, lacks a field of the event, or cannot take its settings.

    Rows that are named and do not exist, such as a segment, are told by ``shopflow.automations.rows``.
    """
    problems: list[str] = []
    trigger = definition.trigger.event
    codes = [*([trigger] if trigger else []), *(happening.event for happening in definition.happenings)]
    for code in dict.fromkeys(codes):
        if code not in events:
            problems.append(str(UnknownCode("event", code)))
    provided = events.get(trigger).provides() if trigger in events else None
    acts = [step for step in definition.steps if isinstance(step, Act)]
    lacking: dict[str, str] = {}
    for socket, registry, wanted in (
        ("condition", conditions, [(leaf.condition, leaf.settings) for leaf in asked(definition)]),
        ("action", actions, [(act.action, act.settings) for act in acts]),
    ):
        for code in dict.fromkeys(code for code, _settings in wanted):
            if code not in registry:
                problems.append(str(UnknownCode(socket, code)))
            elif provided is not None and (fields := sorted(registry.get(code).needs - provided)):
                lacking[code] = ", ".join(fields)
        for code, settings in wanted:
            if code in registry:
                problems.extend(settings_problems(registry.get(code), settings))
    for code, names in lacking.items():
        problems.append(
            _("“%(code)s” needs %(fields)s, which the event “%(event)s” does not provide.")
            % {"code": code, "fields": names, "event": trigger}
        )
    return list(dict.fromkeys(problems))


_TEXTS = (forms.CharField, forms.EmailField, forms.RegexField, forms.SlugField, forms.URLField)


def no_texts(form: forms.Form, settings: Mapping[str, Any]) -> list[str]:
    """The settings in which a file holds a number, a list or an object although the form asks for a text.

    A form's text field would take each of them for the text that Python prints.
    """
    wanted = {name: settings.get(name) for name, field in form.fields.items() if type(field) in _TEXTS}
    return sorted(name for name, value in wanted.items() if value is not None and not isinstance(value, str))


def settings_problems(extension: Condition | Action, settings: Mapping[str, Any]) -> list[str]:
    """What the extension's form says against ``settings``; nothing for an extension without a form."""
    if extension.form_class is None:
        return []
    form = extension.form_class(data=settings)
    problems = [
        _("“%(code)s”: “%(name)s” is no setting of it. Known are: %(known)s.")
        % {"code": extension.code, "name": name, "known": ", ".join(form.fields)}
        for name in sorted(set(settings) - set(form.fields))
    ]
    problems.extend(
        _("“%(code)s”: “%(name)s” must be a text.") % {"code": extension.code, "name": name}
        for name in no_texts(form, settings)
    )
    for name, errors in form_errors(extension, form).items():
        problems.extend(
            _("“%(code)s”, “%(name)s”: %(error)s") % {"code": extension.code, "name": name, "error": error}
            for error in errors
        )
    return problems


def form_errors(extension: Condition | Action, form: forms.Form) -> dict[str, list[str]]:
    """What the form says, by field; without choices that are gone because the row that they name is."""
    found = {}
    for name, errors in form.errors.as_data().items():
        told = names_a_row(extension.code, name)
        kept = [text for error in errors if not (told and error.code == "invalid_choice") for text in error.messages]
        if kept:
            found[name] = kept
    return found
