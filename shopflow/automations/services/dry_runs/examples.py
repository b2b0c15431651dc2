"""Stored examples: a small invented history of each automation, lived through by the engine itself.

A room keeps them as ``data/flow_examples/<code>.json`` beside its code. Everything that the engine and the questions
look at is an empty shadow in which nothing but the example's people stand; what no table can hold is stated by the
example (``answers``). The transaction is undone, so that nothing stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction

from shopflow.audience.models import Consent, Contact
from shopflow.automations.definitions.naming import fingerprint
from shopflow.automations.definitions.wording import event_label
from shopflow.automations.models import AutomationSettings, DryRun, DryRunLine, Flow, FlowVersion
from shopflow.automations.queries import definition_of
from shopflow.automations.services.asking import answered_by
from shopflow.automations.services.dry_runs.beginnings import Beginning
from shopflow.automations.services.dry_runs.past import PASTS, moment_table, set_moment
from shopflow.automations.services.dry_runs.replay import SHADOWS, Replay, imagined
from shopflow.automations.services.dry_runs.reporting import lines_of
from shopflow.automations.services.dry_runs.shadows import shadowed, statements_prepared_anew
from shopflow.automations.services.dry_runs.timeline import Item
from shopflow.automations.services.performing import performed_by
from shopflow.automations.services.soundness import taken_as_sound
from shopflow.contracts.automations import flows
from shopflow.contracts.types import JSONDict, Label, Scalar
from shopflow.core import clock
from shopflow.core.jobs import nothing_enqueued
from shopflow.core.models import OutboxEvent

BEGINS = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday at ten in Germany, four weeks before the clocks go forward."""
LASTS = timedelta(days=366)


@dataclass(frozen=True)
class Occurrence:
    """Something that happens in an example, so long after it begins."""

    after: timedelta
    event: str
    fields: Mapping[str, Scalar]


@dataclass(frozen=True)
class Moment:
    """An event of an example, or what somebody would get then: ``line`` is None for the former."""

    at: datetime
    email: str
    event: Label = ""
    line: DryRunLine | None = None


@dataclass(frozen=True)
class Example:
    """``consents``: purposes by address; ``answers``: what conditions and fields say, see ``asking.answered_by``."""

    occurrences: tuple[Occurrence, ...]
    consents: Mapping[str, list[str]] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)


def example_of(code: str) -> Example | None:
    """The stored example of the registered flow ``code``; None for flows of staff and for those without one."""
    path = _path(code)
    if path is None or not path.exists():
        return None
    stored: JSONDict = json.loads(path.read_text(encoding="utf-8"))
    return Example(
        occurrences=tuple(
            Occurrence(timedelta(**one.get("after", {})), one["event"], one["fields"]) for one in stored["history"]
        ),
        consents=stored.get("consents", {}),
        answers=stored.get("answers", {}),
    )


def moments_of(*, flow: Flow, definition: JSONDict) -> list[Moment] | None:
    """The example of ``flow`` as ``definition`` would live through it, in order; None for a flow without one.

    Raises DefinitionInvalid.
    """
    example = example_of(flow.code)
    if example is None:
        return None
    happened = [
        Moment(BEGINS + one.after, str(one.fields.get("email") or ""), event=event_label(one.event))
        for one in example.occurrences
    ]
    lines = live_through(example, flow=flow, definition=definition)
    return sorted([*happened, *(Moment(line.at, line.email, line=line) for line in lines)], key=lambda one: one.at)


def _path(code: str) -> Path | None:
    if code not in flows:
        return None
    home = apps.get_containing_app_config(type(flows.get(code)).__module__)
    return None if home is None else Path(home.path) / "data" / "flow_examples" / f"{code}.json"


def live_through(example: Example, *, flow: Flow, definition: JSONDict) -> list[DryRunLine]:
    """Who would get what when, in order, if ``flow`` did ``definition``. The rules are those that a new shop has.

    Nothing is stored: the lines are in no table. Raises DefinitionInvalid.
    """
    version = FlowVersion(
        pk=1, flow_id=flow.pk, number=0, definition=definition, sha256=fingerprint(definition),
        trigger_event=definition["trigger"].get("event", ""), source=FlowVersion.Source.STAFF, created_at=BEGINS,
    )  # fmt: skip
    mine = Flow(
        pk=flow.pk, code=flow.code, name=flow.name, enabled=True, active_version_id=1, seed="example",
        priority=definition_of(version).priority,
    )  # fmt: skip
    beginning = Beginning([mine], [version], AutomationSettings(pk=1), draft=flow.pk)
    dry_run = DryRun(flow=flow, since=BEGINS, until=BEGINS + LASTS, together=False)
    with transaction.atomic(), nothing_enqueued():
        empty = shadowed([*SHADOWS, *(past.model() for past in PASTS)], {}, [moment_table()])
        with empty, statements_prepared_anew(), performed_by(imagined), answered_by(example.answers), taken_as_sound():
            lines = _lived(example, beginning, dry_run)
        transaction.set_rollback(True)
    return lines


def _lived(example: Example, beginning: Beginning, dry_run: DryRun) -> list[DryRunLine]:
    set_moment(BEGINS)
    Flow.objects.bulk_create(beginning.flows)
    FlowVersion.objects.bulk_create(beginning.versions)
    with clock.imagined_at(BEGINS):
        beginning.rules.save(force_insert=True)
    Contact.objects.bulk_create(_people(example))
    Consent.objects.bulk_create(
        Consent(email=email, purpose=purpose, state=Consent.State.GRANTED, since=BEGINS - timedelta(days=30))
        for email, purposes in example.consents.items()
        for purpose in purposes
    )
    _Life(beginning, dry_run, len(example.occurrences), lambda done, total: None).live(_items(example))
    return sorted((line for line, _basis in lines_of(dry_run)), key=lambda line: line.at)


def _people(example: Example) -> list[Contact]:
    """A contact for everybody whom an event names, by the number that it names."""
    known: dict[str, int] = {}
    for number, one in enumerate(example.occurrences, 1):
        email = str(one.fields.get("email") or "")
        if email:
            known.setdefault(email, int(one.fields.get("contact_id") or number))
    since = BEGINS - timedelta(days=400)
    return [Contact(pk=pk, email=email, created_at=since) for email, pk in known.items()]


def _items(example: Example) -> Iterator[Item]:
    for number, one in enumerate(sorted(example.occurrences, key=lambda one: one.after), 1):
        at = BEGINS + one.after
        yield Item(at, "event", OutboxEvent(pk=number, code=one.event, payload=dict(one.fields), occurred_at=at))


class _Life(Replay):
    """An event stands in the shadow of the outbox from the moment on that it happens."""

    def _event(self, item: Item) -> None:
        item.row.save(force_insert=True)
        super()._event(item)
