"""Conformance checks for everything that plugs into a socket; plugins run them in their own tests.

::

    from shopflow.contracts.testing import check_all, check_condition

    def test_our_plugin_keeps_the_contracts():
        check_all()

Each ``check_...`` raises AssertionError with a sentence that names the class and the broken rule. They need Django to
be set up and no database, unless a check is given something to work on.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO

from django.forms import BaseForm
from django.urls import URLPattern, URLResolver

import shopflow.contracts
from shopflow.contracts.automations import Action, Condition, Flow, FlowDefinition, Outcome, RunContext, Verdict
from shopflow.contracts.channels import MAIL, Channel
from shopflow.contracts.checkout import Checkout, CheckoutGate, Declaration
from shopflow.contracts.documents import DocumentType
from shopflow.contracts.events import Event, EventSubscriber, events
from shopflow.contracts.imports import FileEvidence, ImportSource, RawRecord, RecordProblem
from shopflow.contracts.pages import LegalPageType, StaffPage
from shopflow.contracts.payments import PaymentMethod, Purchase
from shopflow.contracts.registry import Registry
from shopflow.contracts.retention import Period, Retention
from shopflow.contracts.transports import ImportTransport
from shopflow.contracts.waits import Wait

CODE = re.compile(r"[a-z][a-z0-9_.-]*\Z")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
PERMISSION = re.compile(r"[a-z_]\w*\.[a-z_]\w*\Z")
TAKEN_BY_WAITS = frozenset(
    {"id", "kind", "then", "gap", "at", "weekdays", "window", "workdays", "zone", "for", "until", "until_time",
     "until_date", "until_event", "until_condition"}
)  # fmt: skip
SAMPLES: dict[Any, Any] = {int: 7, str: "seven", bool: True, type(None): None}
"""One value for each type that an event's field may have."""


def registries() -> Iterator[Registry[Any]]:
    """Every socket's registry, plugins' entries included."""
    seen: set[int] = set()
    for info in pkgutil.iter_modules(shopflow.contracts.__path__):
        module = importlib.import_module(f"shopflow.contracts.{info.name}")
        for value in vars(module).values():
            if isinstance(value, Registry) and id(value) not in seen:
                seen.add(id(value))
                yield value


def check_all() -> list[str]:
    """Check everything that is registered, built-in or not; returns ``socket: code`` of what was checked."""
    checked = []
    for registry in registries():
        for extension in registry:
            CHECKS.get(registry.socket, check_extension)(extension)
            checked.append(f"{registry.socket}: {extension.code}")
    return checked


def check_extension(extension: Any) -> None:
    """What holds for every socket: a stable code that fits an address, and a label for people."""
    _must(
        bool(CODE.match(extension.code)),
        extension,
        "the code must be lower-case letters, digits, dots, hyphens and underscores",
    )
    _must(len(extension.code) <= 64, extension, "the code must not be longer than 64 characters")
    _must(bool(str(extension.label).strip()), extension, "the label must not be empty")
    position = getattr(extension, "position", 0)
    _must(isinstance(position, int), extension, "the position must be a whole number")


def check_event(event: type[Event]) -> None:
    """An event is a frozen, keyword-only dataclass of scalars that survives being stored."""
    check_extension(event)
    _must(dataclasses.is_dataclass(event), event, "it must be a dataclass")
    hints = typing.get_type_hints(event)
    values = {}
    for field in dataclasses.fields(event):
        _must(field.kw_only is True, event, f"the field {field.name} must be keyword-only")
        kinds = list(typing.get_args(hints[field.name]) or (hints[field.name],))
        _must(
            all(kind in SAMPLES for kind in kinds), event, f"the field {field.name} must hold text, int, bool or None"
        )
        values[field.name] = SAMPLES[kinds[0]]
    made = event(**values)
    stored = json.loads(json.dumps(made.payload()))
    _must(
        event.restore({**stored, "unknown_to_this_version": 1}) == made, event, "restore(payload()) must give it back"
    )
    for name in values:
        try:
            setattr(made, name, values[name])
        except dataclasses.FrozenInstanceError:
            continue
        _must(False, event, "it must be frozen")


def check_subscriber(subscriber: EventSubscriber) -> None:
    """A subscriber names the codes it wants; those that nobody publishes here are allowed, for absent plugins."""
    check_extension(subscriber)
    _check_words(subscriber, "events", subscriber.events)
    _must(all(CODE.match(code) for code in subscriber.events), subscriber, "events must be event codes")


def check_condition(
    condition: Condition, *, context: RunContext | None = None, settings: Mapping[str, Any] | None = None
) -> None:
    """With a ``context``, the condition is asked twice, and for two at once: the same verdict each time."""
    _check_step(condition)
    if context is not None:
        first = condition.evaluate(context, settings or {})
        _must(isinstance(first, Verdict), condition, "evaluate() must return a Verdict")
        _must(first.holds in (True, False, None), condition, "a verdict is True, False or None")
        again = condition.evaluate(context, settings or {})
        _must(again.holds == first.holds, condition, "evaluate() must not change what it asks about")
        many = condition.evaluate_many([context, context], settings or {})
        alike = [(verdict.holds, str(verdict.reason)) for verdict in many]
        rule = "evaluate_many() must give one verdict for each context, the one that evaluate() gives"
        _must(alike == [(first.holds, str(first.reason))] * 2, condition, rule)


def check_action(
    action: Action, *, context: RunContext | None = None, settings: Mapping[str, Any] | None = None
) -> None:
    """With a ``context``, the action is run dry: it must report an outcome that can be stored."""
    _check_step(action)
    if context is not None:
        outcome = action.run(dataclasses.replace(context, dry_run=True), settings or {})
        _must(isinstance(outcome, Outcome), action, "run() must return an Outcome")
        _must(bool(CODE.match(outcome.code)), action, "the outcome's code must be a code")
        json.dumps(outcome.details)


def check_wait(wait: Wait, *, context: RunContext | None = None, settings: Mapping[str, Any] | None = None) -> None:
    """With a ``context``, the wait is asked twice: it must name a moment with a time zone, and the same one."""
    check_extension(wait)
    _check_words(wait, "needs", wait.needs)
    _must(bool(re.fullmatch(r"[a-z][a-z0-9_]*", wait.code)), wait, "the code must be letters, digits and underscores")
    _must(wait.code not in TAKEN_BY_WAITS, wait, f"the code “{wait.code}” means something else in a step")
    if wait.form_class is not None:
        _must(not wait.form_class().is_bound, wait, "form_class must open without data")
    if context is not None:
        moments = [wait.due(context, settings or {}, zone="Europe/Berlin") for _time in range(2)]
        _must(moments[0].utcoffset() is not None, wait, "due() must return a moment with a time zone")
        _must(moments[0] == moments[1], wait, "due() must say the same when it is asked again")


def check_channel(channel: Channel, *, subject: Mapping[str, Any] | None = None) -> None:
    """With a ``subject``, the channel is asked for the address twice: a text, and the same one."""
    check_extension(channel)
    _must(channel.code != MAIL, channel, "the code “mail” is the shop's own")
    if subject is not None:
        address = channel.address(subject)
        _must(isinstance(address, str), channel, "address() must return a text")
        _must(channel.address(subject) == address, channel, "address() must spell an address in one way")


def check_flow(flow: Flow) -> None:
    """A flow is data that names an event, and says why it is lawful."""
    check_extension(flow)
    defined = flow.define()
    _must(isinstance(defined, FlowDefinition), flow, "define() must return a FlowDefinition")
    _must(defined.code == flow.code, flow, "the definition must carry the flow's own code")
    _must(bool(str(defined.reason).strip()), flow, "the definition must say why it is lawful")
    _must(json.loads(json.dumps(defined.definition)) == defined.definition, flow, "the definition must be JSON")
    _must(bool(defined.definition.get("trigger")), flow, "the definition needs a trigger")


def check_import_source(
    source: ImportSource, *, sample: Callable[[], BinaryIO] | None = None, profile: Mapping[str, Any] | None = None
) -> None:
    """With a ``sample``, it is inspected and read: records come with the line they stand on, in order."""
    check_extension(source)
    _must(all(e.startswith(".") for e in source.extensions), source, "extensions start with a dot")
    if sample is not None:
        with sample() as stream:
            evidence = source.inspect(stream, profile or {})
        _must(isinstance(evidence, FileEvidence), source, "inspect() must return FileEvidence")
        with sample() as stream:
            found = list(source.records(stream, profile or {}))
        _must(bool(found), source, "records() found nothing in the sample")
        _must(
            all(isinstance(r, RawRecord | RecordProblem) for r in found), source, "records() yields records or problems"
        )
        lines = [record.line for record in found]
        _must(lines == sorted(lines) and lines[0] >= 1, source, "lines count from 1 and never go back")


def check_checkout_gate(gate: CheckoutGate, *, checkout: Checkout | None = None) -> None:
    """With a ``checkout``, the gate is asked for its declarations and refusals."""
    check_extension(gate)
    if checkout is not None:
        declarations = list(gate.declarations(checkout))
        _must(all(isinstance(d, Declaration) for d in declarations), gate, "declarations() yields Declarations")
        keys = [declaration.key for declaration in declarations]
        _must(len(set(keys)) == len(keys), gate, "keys must differ within a gate")
        for declaration in declarations:
            stops = declaration.checkbox and declaration.required
            _must(
                not stops or bool(str(declaration.refusal)),
                gate,
                "a required box needs a sentence for when it is empty",
            )
        _must(all(str(sentence).strip() for sentence in gate.refusals(checkout)), gate, "refusals are sentences")


def check_payment_method(method: PaymentMethod, *, purchase: Purchase | None = None) -> None:
    """With a ``purchase``, the method says whether it is available."""
    check_extension(method)
    if purchase is not None:
        _must(isinstance(method.is_available(purchase), bool), method, "is_available() must return True or False")


def check_document_type(document: DocumentType) -> None:
    check_extension(document)
    _must(bool(document.series), document, "it needs the name of its number series")
    _must(document.template.endswith(".html"), document, "it needs a template")


def check_import_transport(transport: ImportTransport) -> None:
    """Its form opens without data, and what it asks for can be stored."""
    check_extension(transport)
    form_class = getattr(transport, "form_class", None)
    _must(isinstance(form_class, type) and issubclass(form_class, BaseForm), transport, "it needs a form_class")
    _must(not transport.form_class().is_bound, transport, "form_class must open without data")


def check_staff_page(page: StaffPage) -> None:
    """The menu's target must be one of the page's own patterns."""
    check_extension(page)
    patterns = list(page.urlpatterns())
    _must(all(isinstance(p, URLPattern | URLResolver) for p in patterns), page, "urlpatterns() yields URL patterns")
    names = {pattern.name for pattern in patterns if isinstance(pattern, URLPattern)}
    _must(page.url_name in names, page, "url_name must name one of its own patterns")
    _must(
        not page.permission or bool(PERMISSION.match(page.permission)),
        page,
        "permission is app_label.codename or empty",
    )
    _must(bool(str(page.group).strip()), page, "it needs a group, the heading in the menu")


def check_legal_page_type(page: LegalPageType) -> None:
    check_extension(page)
    _must(bool(SLUG.match(page.slug)), page, "the slug must be lower-case words joined by hyphens")


def check_retention(retention: Retention, *, before: datetime | None = None) -> None:
    """Staff read what is kept, how long and why. With ``before``, it is swept: a second time finds nothing."""
    check_extension(retention)
    _must(isinstance(getattr(retention, "period", None), Period), retention, "it needs a period")
    _must(bool(str(retention.what).strip()), retention, "what says what goes and what stays")
    _must(bool(str(retention.law).strip()), retention, "law says why it is kept that long")
    if before is not None:
        gone = retention.sweep(before=before, limit=1000)
        _must(isinstance(gone, int), retention, "sweep() must return how many records were forgotten")
        again = retention.sweep(before=before, limit=1000)
        _must(gone == 1000 or again == 0, retention, "sweep() must not find again what it has forgotten")


def _check_step(step: Condition | Action) -> None:
    check_extension(step)
    _check_words(step, "needs", step.needs)
    if step.form_class is not None:
        _must(issubclass(step.form_class, BaseForm), step, "form_class must be a Django form")
        _must(not step.form_class().is_bound, step, "form_class must open without data")


def _check_words(extension: Any, name: str, words: Iterable[str]) -> None:
    _must(isinstance(words, frozenset), extension, f"{name} must be a frozenset")
    _must(all(isinstance(word, str) and word for word in words), extension, f"{name} must hold words")


def _must(holds: bool, extension: Any, rule: str) -> None:
    if not holds:
        kind = extension if isinstance(extension, type) else type(extension)
        raise AssertionError(f"{kind.__module__}.{kind.__qualname__}: {rule}.")


CHECKS: dict[str, Callable[[Any], None]] = {
    events.socket: check_event,
    "event subscriber": check_subscriber,
    "condition": check_condition,
    "action": check_action,
    "wait": check_wait,
    "channel": check_channel,
    "flow": check_flow,
    "import source": check_import_source,
    "import transport": check_import_transport,
    "checkout gate": check_checkout_gate,
    "payment method": check_payment_method,
    "document type": check_document_type,
    "staff page": check_staff_page,
    "legal page type": check_legal_page_type,
    "retention": check_retention,
}
"""The check of each socket; sockets that are not named here get :func:`check_extension`."""
