"""What one transaction of the engine knows and writes: everything is read and written for many runs at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import translation

from shopflow.automations.models import Decision, Flow, Run, RunStep
from shopflow.automations.services.announcing import announce_ends
from shopflow.automations.services.bookkeeping import current_book
from shopflow.contracts.automations import Outcome, Verdict
from shopflow.contracts.types import JSONDict, Label
from shopflow.core.rows import OneOf, dumped, insert

WRITTEN = {
    "state": "varchar", "node": "varchar", "visit": "smallint", "due_at": "timestamptz", "planned_at": "timestamptz",
    "wait": "jsonb", "lease_until": "timestamptz", "attempts": "smallint", "ended_at": "timestamptz",
    "ending": "varchar", "reason_code": "varchar", "reason": "text", "exclusive": "boolean",
}  # fmt: skip
"""The columns of a run that the engine changes, with their types in PostgreSQL."""

_WORDS = {True: Decision.Verdict.TRUE, False: Decision.Verdict.FALSE, None: Decision.Verdict.UNKNOWN}


def sentence(text: Label) -> str:
    """A reason in the shop's language, whichever language the worker happens to speak."""
    if isinstance(text, str):
        return text
    with translation.override(settings.LANGUAGE_CODE):
        return str(text)


@dataclass(slots=True)
class StepRow:
    """A row of ``RunStep`` on its way; ``pk`` is None until it is written."""

    pk: int | None
    run_id: int
    node: str
    visit: int
    started_at: datetime
    finished_at: datetime | None = None
    outcome: str = ""
    code: str = ""
    reason: str = ""
    details: JSONDict = field(default_factory=dict)


STEP = ("run_id", "node", "visit", "started_at", "finished_at", "outcome", "code", "reason", "details")
row_of = attrgetter(*STEP)
DECISION = (
    "flow_id", "run_id", "event_id", "email", "subject", "node", "gate", "code", "verdict", "reason", "details", "at"
)  # fmt: skip


@dataclass
class History:
    """The rows of one run's steps: by node and visit, and how often each node was visited."""

    rows: dict[tuple[str, int], StepRow] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)


def read_histories(keys: Sequence[int]) -> dict[int, History]:
    """The steps of the runs ``keys`` so far, in one query."""
    found = {key: History() for key in keys}
    if not keys:
        return found
    rows = RunStep.objects.filter(OneOf("run_id", keys)).values_list(
        "pk", "run_id", "node", "visit", "outcome", "code", "started_at", "finished_at"
    )
    for pk, run_id, node, visit, outcome, code, started_at, finished_at in rows:
        history = found[run_id]
        history.visits[node] = max(visit, history.visits.get(node, 0))
        if finished_at is None or code == "released":
            history.rows[node, visit] = StepRow(pk, run_id, node, visit, started_at, None, outcome, code)
    return found


class Journal:
    """Collects the rows of one transaction and writes them with few statements.

    The runs must be locked by the caller. ``runs`` were read from the database; their earlier steps are read here.
    """

    def __init__(self, now: datetime, runs: Sequence[Run] = ()) -> None:
        self.now = now
        self._book = current_book()
        self.decisions: list[tuple[Any, ...]] = []
        self.new: list[StepRow] = []
        self.changed: dict[int, StepRow] = {}
        self._waited: list[int] = []
        self.runs: dict[int, Run] = {}
        self.touched: dict[int, set[str]] = {}
        self.ended: list[Run] = []
        self._history: dict[int, History] = {}
        self.know(runs)

    def know(self, runs: Iterable[Run]) -> None:
        """Read the earlier steps of ``runs``, in one query."""
        if self._book is not None:
            self._history.update(self._book.histories(list(runs)))
        else:
            self._history.update(read_histories([run.id for run in runs]))

    def _of(self, run: Run) -> History:
        history = self._history.get(run.id)
        if history is None:
            history = self._history[run.id] = History()
        return history

    def visits(self, run: Run, node: str) -> int:
        """How often ``run`` has come to ``node`` so far."""
        return self._of(run).visits.get(node, 0)

    def unfinished(self, run: Run) -> StepRow | None:
        """The row of the step under way; None when the run has just arrived at it."""
        history = self._history.get(run.id)
        return None if history is None else history.rows.get((run.node, run.visit))

    def open_step(self, run: Run, outcome: str = RunStep.Outcome.UNDER_WAY) -> StepRow:
        """The step's row: a new one, or the one that staff released or a gate put off. It keeps when it was come to."""
        step = self.unfinished(run)
        if step is None:
            history = self._of(run)
            step = StepRow(None, run.id, run.node, run.visit, self.now)
            history.rows[run.node, run.visit] = step
            history.visits[run.node] = max(run.visit, history.visits.get(run.node, 0))
            self.new.append(step)
        else:
            self._change(step)
        step.finished_at, step.outcome, step.code = None, str(outcome), ""
        return step

    def _change(self, step: StepRow) -> None:
        if step.pk is not None or self._book is not None:
            self.changed[id(step)] = step

    def stored_step(self, run: Run) -> StepRow | None:
        """The row of the step at which ``run`` stands, finished or not."""
        row = self.unfinished(run)
        if row is not None:
            return row
        found = RunStep.objects.filter(run_id=run.id, node=run.node, visit=run.visit).first()
        if found is None:
            return None
        return StepRow(found.pk, run.id, found.node, found.visit, found.started_at)

    def close_step(self, step: StepRow, outcome: Outcome) -> None:
        """Write down how a step ended."""
        step.finished_at = self.now
        step.outcome, step.code, step.reason = outcome.kind.value, outcome.code, sentence(outcome.reason)
        step.details = outcome.details
        history = self._history.get(step.run_id)
        if history is not None:
            history.rows.pop((step.node, step.visit), None)
        plain = outcome.code == "waited" and not outcome.reason and not outcome.details
        if step.pk is not None and plain and self._book is None:
            self.changed.pop(id(step), None)
            self._waited.append(step.pk)
        else:
            self._change(step)

    def put_off(self, step: StepRow, code: str, reason: Label) -> None:
        """Leave the step open: a gate has put it off."""
        step.outcome, step.code, step.reason = RunStep.Outcome.DEFERRED.value, code, sentence(reason)
        self._change(step)

    def close_open_steps(self, run: Run, *, code: str, reason: Label) -> None:
        """Close whatever ``run`` was waiting for."""
        for step in list(self._of(run).rows.values()):
            if step.outcome in (RunStep.Outcome.WAITING, RunStep.Outcome.DEFERRED):
                self.close_step(step, Outcome.skipped(code, reason))

    def decide(
        self,
        gate: str,
        code: str,
        verdict: Verdict,
        *,
        flow: Flow,
        run: Run | None = None,
        details: JSONDict | None = None,
        **facts: Any,
    ) -> None:
        """Write an answer into the log. A decision about a run does not repeat the run's subject."""
        if run is not None:
            facts = {"email": run.email, "event_id": run.event_id, "node": run.node, **facts}
        self.decisions.append(
            (
                flow.pk, None if run is None else run.id, facts.get("event_id"), facts.get("email", ""),
                facts.get("subject", {}), facts.get("node", ""), str(gate), code[:64], str(_WORDS[verdict.holds]),
                sentence(verdict.reason), details or {}, self.now,
            )
        )  # fmt: skip

    def save(self, run: Run, **values: object) -> None:
        """Change ``run`` and have that written; nothing else of it is."""
        run.__dict__.update(values)  # columns, which need no descriptor; this is done several times for each run
        self.runs[run.id] = run
        self.touched.setdefault(run.id, set()).update(values)

    def write(self) -> None:
        """Write everything, in the caller's transaction."""
        if self._book is not None:
            self._book.take(self)
        else:
            self._write()
            announce_ends(self.ended)
        self._waited, self.changed, self.new, self.decisions = [], {}, [], []
        self.runs, self.touched, self.ended = {}, {}, []

    def _write(self) -> None:
        if self._waited:
            RunStep.objects.filter(OneOf("pk", self._waited)).update(
                finished_at=self.now, outcome=RunStep.Outcome.DONE, code="waited"
            )
        if self.changed:
            fields = ["started_at", "finished_at", "outcome", "code", "reason", "details"]
            rows = [
                RunStep(pk=row.pk, **{name: getattr(row, name) for name in fields}) for row in self.changed.values()
            ]
            RunStep.objects.bulk_update(rows, fields, batch_size=500)
        insert(RunStep, STEP, [row_of(step) for step in self.new])
        insert(Decision, DECISION, self.decisions)
        write_runs([(run, frozenset(self.touched[key])) for key, run in self.runs.items()])


def write_runs(saved: Iterable[tuple[Run, frozenset[str]]]) -> None:
    """Write the named columns of each run: on PostgreSQL in one statement for all runs with the same ones."""
    alike: dict[frozenset[str], list[Run]] = {}
    for run, names in saved:
        alike.setdefault(names, []).append(run)
    for names, runs in alike.items():
        if connection.vendor == "postgresql":
            _write_alike(runs, sorted(names))
            continue
        for run in runs:
            Run.objects.filter(pk=run.id).update(**{name: getattr(run, name) for name in names})


def _write_alike(runs: Sequence[Run], names: Sequence[str]) -> None:
    """Write the columns ``names``; a value that all ``runs`` share is sent once."""
    shared, own = {}, {}
    for name in names:
        values = [getattr(run, name) for run in runs]
        if values.count(values[0]) == len(values):
            shared[name] = stored(name, values[0])
        else:
            own[name] = [stored(name, value) for value in values]
    sets = [f"{name} = %s::{WRITTEN[name]}" for name in shared] + [f"{name} = new.{name}" for name in own]
    arrays = ", ".join(["%s::bigint[]", *(f"%s::{WRITTEN[name]}[]" for name in own)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Run._meta.db_table} AS run SET {', '.join(sets)} "  # noqa: S608 - our own names
            f"FROM unnest({arrays}) AS new({', '.join(['id', *own])}) WHERE run.id = new.id",
            [*shared.values(), [run.id for run in runs], *own.values()],
        )


def stored(name: str, value: Any) -> Any:
    if name == "wait":
        return dumped(value)
    return str(value) if name in ("state", "ending") else value
