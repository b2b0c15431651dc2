"""Living through history once more: the engine itself, with a clock that is moved and nobody who is written to.

What differs from life is here in full: the tables are shadows (``shadows``), the other rooms' tables show what stood
there then (``past``), the clock stands where the replay is, the worker comes exactly when something is due, an action
does nothing, and a mail is judged once more in the moment that it would leave and then counts as accepted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Min, Model

from shopflow.automations.models import (
    AutomationSettings,
    Decision,
    DryRun,
    ExperimentAssignment,
    Flow,
    FlowVersion,
    Recipient,
    Run,
    RunKey,
    RunStep,
    SendingMinute,
)
from shopflow.automations.queries import definition_of
from shopflow.automations.services.asking import NO_QUESTION, under_way
from shopflow.automations.services.bookkeeping import booked
from shopflow.automations.services.dry_runs.beginnings import (
    PAUSED,
    SWITCHED,
    Beginning,
    beginning_of,
    changed_rules,
    replaces,
)
from shopflow.automations.services.dry_runs.memory import Memory
from shopflow.automations.services.dry_runs.past import Watcher, moment_table, views, watched
from shopflow.automations.services.dry_runs.shadows import live, nothing_else_written, shadowed
from shopflow.automations.services.dry_runs.timeline import Item, items, lay, timeline_table
from shopflow.automations.services.dry_runs.visits import Visits
from shopflow.automations.services.entries import enter_by_hand, handle_event
from shopflow.automations.services.happenings import normalised
from shopflow.automations.services.performing import performed_by
from shopflow.automations.services.soundness import read_once
from shopflow.contracts.automations import Action, Outcome, OutcomeKind, RunContext
from shopflow.contracts.events import PublishedEvent, events
from shopflow.contracts.registry import UnknownCode
from shopflow.core import clock
from shopflow.core.jobs import nothing_enqueued
from shopflow.core.models import OutboxEvent
from shopflow.core.services import caused_at
from shopflow.mailing.addresses import email_hash
from shopflow.mailing.gate import Refusal, refusals
from shopflow.mailing.models import Message, MessageState
from shopflow.mailing.services import queue_rendered

SHADOWS: tuple[type[Model], ...] = (
    Flow, FlowVersion, Run, RunKey, RunStep, Decision, Recipient, ExperimentAssignment, SendingMinute,
    AutomationSettings, Message,
)  # fmt: skip
LEAVING = (MessageState.PLANNED, MessageState.DEFERRED)
EVERY = 250
"""Things that are replayed between two reports of the progress."""

Tell = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True)
class Replayed:
    """A history that was lived through; its rows stand in the engine's tables as long as the block lasts."""

    beginning: Beginning
    watcher: Watcher
    total: int
    unreadable: int
    """Events of old that their class cannot take any more; they are passed over."""


@contextmanager
def replayed(dry_run: DryRun, *, tell: Tell = lambda done, total: None) -> Iterator[Replayed]:
    """Replay the history of ``dry_run``. Within the block the engine's tables of this connection hold what came of it.

    ``tell`` hears how much has been done of how much.
    """
    beginning = beginning_of(dry_run)
    codes = beginning.codes()
    with shadowed(SHADOWS, views(), [moment_table(), timeline_table()]):
        with nothing_else_written(), nothing_enqueued(), performed_by(imagined), watched(SHADOWS) as watcher:
            with transaction.atomic():
                total = lay(flows=beginning.keys, codes=codes, since=dry_run.since, until=dry_run.until)
                _set_up(beginning, dry_run.since)
            replay = Replay(beginning, dry_run, total, tell)
            replay.live()
        yield Replayed(beginning, watcher, total, replay.unreadable)


def _set_up(beginning: Beginning, since: datetime) -> None:
    """Fill the shadows with what stood there at the beginning."""
    Flow.objects.bulk_create(beginning.flows)
    FlowVersion.objects.bulk_create(beginning.versions)
    beginning.rules.save(force_insert=True)
    _copy(
        Run,
        "t.entered_at < %s AND t.flow_id = ANY(%s)",
        [since, beginning.keys],
        {"state": "CASE WHEN t.ended_at < %s THEN t.state ELSE 'done' END", "lease_until": "NULL"},
        [since],
    )
    _copy(ExperimentAssignment, "t.assigned_at < %s AND t.flow_id = ANY(%s)", [since, beginning.keys])


def _copy(
    model: type[Model], where: str, params: list[Any], columns: Mapping[str, str] | None = None, told: Any = ()
) -> None:
    """Copy live rows into their shadow, with new keys."""
    keys = params.pop()
    where = where.replace("= ANY(%s)", f"IN ({', '.join(['%s'] * len(keys))})")
    adapt = connection.ops.adapt_datetimefield_value
    values = [adapt(value) if isinstance(value, datetime) else value for value in (*told, *params)] + list(keys)
    names = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    shown = ", ".join((columns or {}).get(name, f't."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({listed}) SELECT {shown} FROM {live(model)} AS t WHERE {where}',  # noqa: S608 - our own names
            values,
        )


def imagined(action: Action, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
    """What ``action`` would do; its mail becomes a row that has no words and never leaves."""
    token = under_way.set(NO_QUESTION)
    try:
        return _imagined(action, context, settings)
    finally:
        under_way.reset(token)


def _imagined(action: Action, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
    outcome = action.run(dataclasses.replace(context, dry_run=True), settings)
    sending = action.sends(settings)
    if sending is not None and outcome.kind is OutcomeKind.DONE:
        queue_rendered(
            dedupe_key=context.run_key,
            template=str(outcome.details.get("template") or action.code),
            to=context.text("email"),
            subject="",
            text="",
            mail_class=sending.mail_class,
            purpose=sending.purpose,
            basis=sending.basis,
            campaign=context.flow,
        )
    return outcome


def _left(held: Refusal | None, now: datetime) -> dict[str, Any]:
    """What becomes of a mail that may leave, or is held back."""
    if held is None:
        return {"state": MessageState.ACCEPTED, "accepted_at": now, "due_at": None}
    if held.until is not None:
        return {"state": MessageState.DEFERRED, "due_at": held.until, "last_error": held.reason}
    return {"state": MessageState.SKIPPED, "skip_code": held.code, "last_error": held.reason, "due_at": None}


class Replay:
    """Goes through the timeline, and in between through whatever falls due."""

    def __init__(self, beginning: Beginning, dry_run: DryRun, total: int, tell: Tell) -> None:
        self.beginning, self.total, self.tell = beginning, total, tell
        self.until = dry_run.until
        self.rules = beginning.rules
        self.versions = {version.pk: version for version in beginning.versions}
        self.runs: dict[int, int | None] = {}
        self.unreadable = 0
        self._memory = Memory()
        self._visits = Visits(self.rules, self._memory)
        self._next_run: datetime | None = None
        self._next_mail: datetime | None = None
        self._mails_written = True

    def live(self, happenings: Iterable[Item] | None = None) -> None:
        """Go through ``happenings`` in order; those of the timeline unless given."""
        with performed_by(self._performed), self._remembered(), read_once():
            self._next_run = self._visits.next_due()
            for done, item in enumerate(items(self._look_ahead) if happenings is None else happenings, 1):
                self._work_until(item.at)
                with self._at(item.at):
                    getattr(self, f"_{item.kind}")(item)
                    self._work()
                if done % EVERY == 0:
                    self._memory.settle()
                    self.tell(done, self.total)
            self._work_until(self.until)
        self.tell(self.total, self.total)

    @contextmanager
    def _remembered(self) -> Iterator[None]:
        """What the engine writes is kept in memory as long as nobody asks for it."""
        with booked(self._memory), connection.execute_wrapper(self._memory.watch):
            yield
            self._memory.flush()

    def _look_ahead(self, rows: Iterable[OutboxEvent]) -> None:
        self._memory.look_ahead([normalised(row.payload) for row in rows])

    def _performed(self, action: Action, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        self._mails_written |= action.sends(settings) is not None
        return imagined(action, context, settings)

    @contextmanager
    def _at(self, moment: datetime) -> Iterator[None]:
        self._memory.stand_at(moment)
        with clock.imagined_at(moment):
            yield

    def _work_until(self, moment: datetime) -> None:
        """Let the worker come whenever something falls due before ``moment``."""
        while (due := self._next_due()) is not None and due < moment:
            with self._at(due):
                self._work()
            if self._next_due() == due:  # whatever holds it back will not pass by waiting
                return

    def _next_due(self) -> datetime | None:
        return min((due for due in (self._next_run, self._next_mail) if due is not None), default=None)

    def _work(self) -> None:
        """The worker and then the mail room, until neither has anything left to do now."""
        self._next_run = self._visits.work()
        now = clock.now()
        if not self._mails_written and (self._next_mail is None or self._next_mail > now):
            return
        mails = Message.objects.filter(state__in=LEAVING)
        leaving = list(mails.filter(due_at__lte=now).order_by("due_at", "pk"))
        held = refusals(leaving)
        for message in leaving:
            Message.objects.filter(pk=message.pk).update(**_left(held.get(message.pk), now))
        self._next_mail = mails.aggregate(due=Min("due_at"))["due"]
        self._mails_written = False

    def _event(self, item: Item) -> None:
        row = item.row
        try:
            event = events.get(row.code).restore(row.payload)
        except (UnknownCode, TypeError):  # its plugin is gone, or it lacks a field that came later
            self.unreadable += 1
            return
        with caused_at(row.cause_depth + 1, self._shadows_of(row.causes)):
            handle_event(published=PublishedEvent(id=row.pk, occurred_at=row.occurred_at, event=event))

    def _shadows_of(self, causes: list[int]) -> list[int]:
        """The runs of the replay that stand for the live runs ``causes``."""
        wanted = [key for key in causes if key not in self.runs]
        if wanted:
            marks = ", ".join(["%s"] * len(wanted))
            query = f"SELECT id, flow_id, email, entry_key FROM {live(Run)} WHERE id IN ({marks})"  # noqa: S608 - our own names
            for known in Run.objects.raw(query, wanted):
                same = Run.objects.filter(flow_id=known.flow_id, email=known.email, entry_key=known.entry_key)
                self.runs[known.pk] = same.values_list("pk", flat=True).first()
            if len(self.runs) > 10_000:
                self.runs.clear()
        return [found for key in causes if (found := self.runs.get(key)) is not None]

    def _hand(self, item: Item) -> None:
        """Somebody whom staff have let in."""
        run = item.row
        flow = Flow.objects.select_related("active_version").filter(pk=run.flow_id).first()
        if flow is not None and flow.active_version is not None and not flow.active_version.trigger_event:
            enter_by_hand(flow=flow, subject=run.subject)

    def _message(self, item: Item) -> None:
        """Advertising that somebody else has written: it counts towards the caps."""
        row = item.row
        Message.objects.create(
            dedupe_key=f"then:{row.pk}", message_id=f"then:{row.pk}", template=row.template, mail_class=row.mail_class,
            purpose=row.purpose, basis=row.basis, to_email=row.to_email, email_hash=row.email_hash or email_hash(""),
            language=row.language, subject="", state=MessageState.ACCEPTED, created_at=row.created_at,
            accepted_at=row.accepted_at or row.created_at,
        )  # fmt: skip

    def _version(self, item: Item) -> None:
        version = item.row
        if version.flow_id == self.beginning.draft:
            return
        flow = Flow.objects.filter(pk=version.flow_id).first()
        if flow is not None and replaces(self.versions.get(flow.active_version_id or 0), version):
            priority = definition_of(version).priority
            Flow.objects.filter(pk=flow.pk).update(active_version=version.pk, priority=priority)
            self._visits.changed(self.rules)

    def _audit(self, item: Item) -> None:
        entry = item.row
        if entry.action in (SWITCHED, PAUSED):
            key = int(entry.object_id)
            if key == self.beginning.draft:
                return
            if entry.action == SWITCHED:
                Flow.objects.filter(pk=key).update(enabled=entry.data["enabled"])
            else:
                Flow.objects.filter(pk=key).update(paused_at=entry.at if entry.data["paused"] else None)
        else:
            self.rules = changed_rules(self.rules, entry)
            self.rules.save(force_update=True)
        self._visits.changed(self.rules)

    def _block(self, item: Item) -> None:
        row = item.row
        person, _created = Recipient.objects.get_or_create(email=row.email)
        Recipient.objects.filter(pk=person.pk).update(blocked_at=row.blocked_at, block_reason=row.block_reason)
