"""What a replay keeps in memory of its own tables, so that it need not ask and write for every event by itself.

Nobody else writes these tables. Rows are kept until a statement mentions one of the tables, or until there are many;
what anybody can read is therefore always what would stand there. Values are taken over when the engine writes them, not
when they reach the table. The keys of new rows are drawn beforehand.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from oscar.core.loading import get_model

from shopflow.audience.models import Contact
from shopflow.automations.models import Decision, Flow, FlowVersion, Run, RunKey, RunStep
from shopflow.automations.services.bookkeeping import Book, Pairs
from shopflow.automations.services.dry_runs.past import set_moment
from shopflow.automations.services.dry_runs.reaching import found_by, free_keys, update
from shopflow.automations.services.dry_runs.shadows import live
from shopflow.automations.services.journal import (
    DECISION,
    STEP,
    WRITTEN,
    History,
    Journal,
    StepRow,
    read_histories,
    row_of,
    stored,
)
from shopflow.core.rows import dumped, insert

TABLES = re.compile(r"\bshopflow_automations_(?:run|runkey|runstep|decision)\b")
MOST_RUNS = 3000
"""Open runs that are kept whole; of more than that, those that are not about to be visited are read again."""

AHEAD = 200
KEYS_AT_ONCE = 500
RUN = tuple(field.attname for field in Run._meta.concrete_fields)
_CHANGED = {
    "finished_at": "timestamptz", "started_at": "timestamptz", "outcome": "varchar", "code": "varchar",
    "reason": "text", "details": "jsonb",
}  # fmt: skip


MOST_KNOWN = 20_000
Known = dict[Any, tuple[Any, datetime] | None]
"""Something about a person or an order, and since when that row is there."""

_ZONES = "SELECT t.email, t.time_zone, t.created_at FROM {table} AS t WHERE t.email <wanted>"
_COUNTRIES = (
    "SELECT t.id, a.country_id, t.date_placed FROM {table} AS t"
    " LEFT JOIN {address} AS a ON a.id = t.shipping_address_id"
    " WHERE t.id <wanted>"
)
_CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK")


class Unwritten(BaseException):
    """Something within an attempt asks for rows that are pending: they have to be written first. No part of the engine
    may take it for a failure of its own, hence no ``Exception``."""


class Memory(Book):
    """The book of one replay. :meth:`forget_flows` is for whoever changes flows or versions."""

    def __init__(self) -> None:
        self.forget_flows()
        self._runs: dict[int, Run] = {}
        self._histories: dict[int, History] = {}
        self._due: dict[int, tuple[datetime, int]] = {}
        self._waiting: Counter[int] = Counter()
        self._queue: list[tuple[datetime, int]] = []
        self._named: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._names: dict[int, Sequence[tuple[str, str]]] = {}
        self._people: frozenset[str] = frozenset()
        self._entered: set[tuple[int, str, str]] = set()
        self._zones: Known = {}
        self._countries: Known = {}
        self._asked: set[str] = set()
        self._keys: list[int] = []
        self._new_runs: dict[int, dict[str, Any]] = {}
        self._saved: dict[int, dict[str, Any]] = {}
        self._new_keys: list[tuple[Any, ...]] = []
        self._steps: dict[int, tuple[StepRow, tuple[Any, ...]]] = {}
        self._decisions: list[tuple[Any, ...]] = []
        self._is_flushing = self._is_attempt = False
        self._moment: datetime | None = None
        self._stood: datetime | None = None

    # flows

    def forget_flows(self) -> None:
        self._flows: dict[int, Flow] = {}
        self._versions: dict[int, FlowVersion] = {}
        self._triggered: dict[str, list[Flow]] = {}

    def flows(self, code: str) -> list[Flow]:
        if code not in self._triggered:
            found = Flow.objects.filter(active_version__trigger_event=code).select_related("active_version__flow")
            self._triggered[code] = list(found.order_by("-priority", "code"))
        return self._triggered[code]

    def join(self, runs: Iterable[Run]) -> None:
        """Give ``runs`` their flows and versions."""
        runs = list(runs)
        if wanted := {run.flow_id for run in runs} - self._flows.keys():
            self._flows.update(Flow.objects.in_bulk(wanted))
        if wanted := {run.version_id for run in runs} - self._versions.keys():
            self._versions.update(FlowVersion.objects.defer("definition").in_bulk(wanted))
        for run in runs:
            run.flow, run.version = self._flows[run.flow_id], self._versions[run.version_id]

    # what the engine asks

    def histories(self, runs: Sequence[Run]) -> dict[int, History]:
        missing = [run.pk for run in runs if run.pk not in self._histories]
        if missing:
            self._histories.update(read_histories(missing))
        found = {run.pk: self._histories[run.pk] for run in runs}
        for history in found.values():
            for row in history.rows.values():  # as they are read from the table
                row.reason, row.details = "", {}
        return found

    def named(self, pairs: set[tuple[str, str]]) -> list[Run]:
        keys = set().union(*(self._named.get(pair, ()) for pair in pairs)) if self._named else set()
        runs = self.runs(sorted(keys))
        return [run for run in runs if run.state in Run.OPEN]

    def entered(self, flow: Flow, email: str, key: str) -> bool | None:
        return (flow.pk, email, key) in self._entered if email in self._people else None

    def look_ahead(self, subjects: Sequence[Mapping[str, Any]]) -> None:
        """Read what will be asked next about the people and orders of ``subjects``."""
        self._people = frozenset(str(subject.get("email") or "") for subject in subjects) - {""}
        found = Run.objects.filter(email__in=self._people) if self._people else Run.objects.none()
        self._entered = set(found.values_list("flow_id", "email", "entry_key"))
        self._zones = _near(self._zones, self._people, _ZONES.format(table=live(Contact)))
        orders = {order for subject in subjects if isinstance(order := subject.get("order_id"), int)}
        order, address = (live(get_model("order", name)) for name in ("Order", "ShippingAddress"))
        self._countries = _near(self._countries, orders, _COUNTRIES.format(table=order, address=address))

    def zones(self, emails: Collection[str], now: datetime) -> dict[str, str] | None:
        if self._asks_first("zones") or not set(emails) <= self._zones.keys():
            return None
        found = {email: self._zones[email] for email in emails}
        return {email: row[0] for email, row in found.items() if row is not None and row[1] <= now}

    def country(self, order: Any, now: datetime) -> str | None:
        if self._asks_first("country") or order not in self._countries:
            return None
        row = self._countries[order]
        return row[0] or "" if row is not None and row[1] <= now else ""

    def _asks_first(self, what: str) -> bool:
        """True once for each question, so that whoever watches the statements sees what is looked at."""
        if what in self._asked:
            return False
        self._asked.add(what)
        return True

    def runs(self, keys: Sequence[int]) -> list[Run]:
        """The runs by their keys, with flow and version; those that fall due next are read along with missing ones."""
        missing = [key for key in keys if key not in self._runs]
        if missing:
            next_ones = [key for _due, key in heapq.nsmallest(AHEAD, self._queue) if key not in self._runs]
            self._runs.update(Run.objects.in_bulk({*missing, *next_ones}))
            self._histories.update(read_histories([key for key in {*missing, *next_ones} if key in self._runs]))
        found = [self._runs[key] for key in keys]
        self.join(found)
        return found

    # what the engine writes

    def begin(self, run: Run, pairs: Pairs) -> bool:
        there = self.entered(run.flow, run.email, run.entry_key)
        same = Run.objects.filter(flow=run.flow, email=run.email, entry_key=run.entry_key)
        if there or (there is None and same.exists()):
            return False
        run.pk = self._free_key()
        self._runs[run.pk] = run
        self._histories[run.pk] = History()
        self._new_runs[run.pk] = {name: getattr(run, name) for name in RUN}
        self._names[run.pk] = list(pairs)
        for pair in self._names[run.pk]:
            self._new_keys.append((run.pk, *pair))
            self._named[pair].add(run.pk)
        self._entered.add((run.flow_id, run.email, run.entry_key))
        self._note_due(run)
        return True

    def _free_key(self) -> int:
        if not self._keys:
            with self._unwatched():
                self._keys = free_keys(Run, KEYS_AT_ONCE, beyond=max(self._new_runs, default=0))[::-1]
        return self._keys.pop()

    def take(self, journal: Journal) -> None:
        for step in (*journal.new, *journal.changed.values()):
            self._steps[id(step)] = (step, row_of(step))
        self._decisions += journal.decisions
        for key, run in journal.runs.items():
            values = {name: getattr(run, name) for name in journal.touched[key]}
            if key in self._new_runs:
                self._new_runs[key].update(values)
            else:
                self._saved.setdefault(key, {}).update(values)
            self._runs[key] = run
            self._note_due(run)

    def _note_due(self, run: Run) -> None:
        if run.state in Run.RUNNABLE:
            if self._due.get(run.pk, (None,))[0] != run.due_at:
                heapq.heappush(self._queue, (run.due_at, run.pk))
            self._waiting[run.flow_id] += run.pk not in self._due
            self._due[run.pk] = (run.due_at, run.flow_id)
            return
        self._waiting[run.flow_id] -= self._due.pop(run.pk, None) is not None
        if run.state not in Run.OPEN:
            for pair in self._names.pop(run.pk, ()):
                self._named[pair].discard(run.pk)
                if not self._named[pair]:
                    del self._named[pair]

    def first_due(self, now: datetime, limit: int, paused: Collection[int]) -> list[tuple[int, datetime]]:
        """The runs that are due, or else those that fall due next, and when; none of ``paused`` flows."""
        if any(self._waiting[flow] for flow in paused):
            waiting = ((due, key) for key, (due, flow) in self._due.items() if flow not in paused)
            return [(key, due) for due, key in heapq.nsmallest(limit, waiting)]
        while self._queue and self._due.get(self._queue[0][1], (None,))[0] != self._queue[0][0]:
            heapq.heappop(self._queue)  # of a run that has moved meanwhile
        if not self._queue:
            return []
        until = max(now, self._queue[0][0])
        found: dict[int, datetime] = {}
        while self._queue and self._queue[0][0] <= until and len(found) < limit:
            due, key = heapq.heappop(self._queue)
            if self._due.get(key, (None,))[0] == due:
                found[key] = due
        for key, due in found.items():
            heapq.heappush(self._queue, (due, key))
        return list(found.items())

    def due_by(self, now: datetime) -> list[int]:
        """All runs that are due."""
        return [key for key, (due, _flow) in self._due.items() if due <= now]

    # reaching the tables

    def stand_at(self, moment: datetime) -> None:
        """Let the views show what stood there at ``moment``, as soon as somebody asks anything."""
        self._moment = self._stood = moment

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A transaction that may be undone. What is pending must not be written in it: raises :class:`Unwritten`."""
        self._is_attempt = True
        try:
            with transaction.atomic():
                yield
        finally:
            self._is_attempt = False

    def savepoint(self) -> AbstractContextManager[Any]:
        if connection.vendor != "postgresql" or not connection.in_atomic_block:
            return nullcontext()  # a statement that fails takes nothing else with it
        self.flush()
        return transaction.atomic()

    def watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Set the moment and write what is pending before a statement that could see it."""
        if self._is_flushing:
            return execute(sql, params, many, context)
        if sql.startswith("ROLLBACK"):  # the moment may have been set since the savepoint
            self._moment = self._stood
        if self._moment is not None and not sql.startswith(_CONTROL):
            moment, self._moment = self._moment, None
            set_moment(moment)
        if self._pending and TABLES.search(sql):
            if self._is_attempt:
                raise Unwritten
            self.flush()
        return execute(sql, params, many, context)

    @contextmanager
    def _unwatched(self) -> Iterator[None]:
        """Statements of the memory itself, which write nothing that is pending."""
        before, self._is_flushing = self._is_flushing, True
        try:
            yield
        finally:
            self._is_flushing = before

    @property
    def _pending(self) -> bool:
        return bool(self._new_runs or self._saved or self._steps or self._decisions)

    def flush(self) -> None:
        """Write everything to the tables."""
        if not self._pending:
            return
        with self._unwatched(), transaction.atomic():
            self._write()
        self._new_runs, self._saved, self._new_keys, self._steps, self._decisions = {}, {}, [], {}, []

    def _write(self) -> None:
        insert(Run, RUN, [tuple(_plain(name, row[name]) for name in RUN) for row in self._new_runs.values()])
        insert(RunKey, ("run_id", "field", "value"), self._new_keys)
        self._write_saved()
        self._write_steps()
        insert(Decision, DECISION, self._decisions)

    def _write_saved(self) -> None:
        alike: dict[frozenset[str], list[tuple[int, dict[str, Any]]]] = {}
        for key, values in self._saved.items():
            alike.setdefault(frozenset(values), []).append((key, values))
        for names, rows in alike.items():
            columns = {name: [stored(name, values[name]) for _key, values in rows] for name in sorted(names)}
            update(Run._meta.db_table, [key for key, _values in rows], columns, WRITTEN)

    def _write_steps(self) -> None:
        new = [(step, row) for step, row in self._steps.values() if step.pk is None]
        for (step, _row), key in zip(new, free_keys(RunStep, len(new)) if new else (), strict=True):
            step.pk = key
        fresh = {id(step) for step, _row in new}
        insert(RunStep, ("id", *STEP), [(step.pk, *row) for step, row in new])
        changed = [(step, row) for step, row in self._steps.values() if id(step) not in fresh]
        if changed:
            rows = [dict(zip(STEP, row, strict=True)) for _step, row in changed]
            columns = {name: [row[name] for row in rows] for name in _CHANGED}
            columns["details"] = [dumped(value) for value in columns["details"]]
            update(RunStep._meta.db_table, [step.pk for step, _row in changed], columns, _CHANGED)

    def settle(self) -> None:
        """Write, and let go of runs that are not needed soon if there are many. Between two things that happen only."""
        self.flush()
        closed = [key for key in self._runs if key not in self._names and key not in self._due]
        for key in self._runs if len(self._runs) - len(closed) > MOST_RUNS else closed:
            self._histories.pop(key, None)
        kept = {} if len(self._runs) - len(closed) > MOST_RUNS else self._runs
        self._runs = {key: run for key, run in kept.items() if key in self._histories}

    def reread(self, keys: Collection[int]) -> None:
        """Take over runs that were changed in the tables by somebody else, who may also have taken the next keys."""
        self._keys = []
        for key in keys:
            self._runs.pop(key, None)
            self._histories.pop(key, None)
        for run in Run.objects.filter(pk__in=keys):
            self._note_due(run)


def _near(known: Known, wanted: Collection[Any], query: str) -> Known:
    """``known`` with the rows of ``wanted`` by ``query``, which is asked for those that are missing."""
    known = known if len(known) < MOST_KNOWN else {}
    missing = [key for key in wanted if key not in known]
    if missing:
        found = found_by(query, missing)
        known |= {key: found.get(key) for key in missing}
    return known


def _plain(name: str, value: Any) -> Any:
    return str(value) if name in ("state", "ending") else value
