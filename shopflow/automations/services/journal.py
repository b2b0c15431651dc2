"""What one transaction of the engine knows and writes: everything is read and written for many runs at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import translation

from shopflow.automations.models import Decision, Flow, Run, RunStep
from shopflow.contracts.automations import Outcome, Verdict
from shopflow.contracts.types import JSONDict, Label

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


@dataclass
class _History:
    """The rows of one run's steps: by node and visit, and how often each node was visited."""

    rows: dict[tuple[str, int], RunStep] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)


class Journal:
    """Collects the rows of one transaction and writes them with few statements.

    The runs must be locked by the caller. ``runs`` were read from the database; their earlier steps are read here.
    """

    def __init__(self, now: datetime, runs: Sequence[Run] = ()) -> None:
        self.now = now
        self._decisions: list[Decision] = []
        self._new: list[RunStep] = []
        self._changed: dict[int, RunStep] = {}
        self._waited: list[int] = []
        self._runs: dict[int, Run] = {}
        self._history: dict[int, _History] = {}
        self.know(runs)

    def know(self, runs: Iterable[Run]) -> None:
        """Read the earlier steps of ``runs``, in one query."""
        keys = [run.pk for run in runs]
        self._history.update({key: _History() for key in keys})
        if not keys:
            return
        rows = RunStep.objects.filter(run_id__in=keys).values_list(
            "pk", "run_id", "node", "visit", "outcome", "code", "started_at", "finished_at"
        )
        for pk, run_id, node, visit, outcome, code, started_at, finished_at in rows:
            history = self._history[run_id]
            history.visits[node] = max(visit, history.visits.get(node, 0))
            if finished_at is None or code == "released":
                history.rows[node, visit] = RunStep(
                    pk=pk, run_id=run_id, node=node, visit=visit, outcome=outcome, code=code, started_at=started_at
                )

    def _of(self, run: Run) -> _History:
        return self._history.setdefault(run.pk, _History())

    def visits(self, run: Run, node: str) -> int:
        """How often ``run`` has come to ``node`` so far."""
        return self._of(run).visits.get(node, 0)

    def unfinished(self, run: Run) -> RunStep | None:
        """The row of the step under way; None when the run has just arrived at it."""
        return self._of(run).rows.get((run.node, run.visit))

    def open_step(self, run: Run, outcome: str = RunStep.Outcome.UNDER_WAY) -> RunStep:
        """The step's row: a new one, or the one that staff released or a gate put off."""
        step = self.unfinished(run)
        if step is None:
            history = self._of(run)
            step = RunStep(run=run, node=run.node, visit=run.visit, started_at=self.now)
            history.rows[run.node, run.visit] = step
            history.visits[run.node] = max(run.visit, history.visits.get(run.node, 0))
            self._new.append(step)
        else:
            step.started_at = self.now
            self._changed[step.pk] = step
        step.finished_at, step.outcome, step.code = None, outcome, ""
        return step

    def close_step(self, step: RunStep, outcome: Outcome) -> None:
        """Write down how a step ended."""
        step.finished_at = self.now
        step.outcome, step.code, step.reason = outcome.kind.value, outcome.code, sentence(outcome.reason)
        step.details = outcome.details
        history = self._history.get(step.run_id)
        if history is not None:
            history.rows.pop((step.node, step.visit), None)
        if step.pk is None:
            return
        if outcome.code == "waited" and not outcome.reason and not outcome.details:
            self._changed.pop(step.pk, None)
            self._waited.append(step.pk)
        else:
            self._changed[step.pk] = step

    def put_off(self, step: RunStep, code: str, reason: Label) -> None:
        """Leave the step open: a gate has put it off."""
        step.outcome, step.code, step.reason = RunStep.Outcome.DEFERRED, code, sentence(reason)
        if step.pk is not None:
            self._changed[step.pk] = step

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
        self._decisions.append(
            Decision(
                flow=flow, run=run, gate=gate, code=code[:64], verdict=_WORDS[verdict.holds],
                reason=sentence(verdict.reason), at=self.now, details=details or {}, **facts,
            )
        )  # fmt: skip

    def save(self, run: Run, **values: object) -> None:
        """Change ``run`` and have it written."""
        for name, value in values.items():
            setattr(run, name, value)
        self._runs[run.pk] = run

    def write(self) -> None:
        """Write everything, in the caller's transaction."""
        if self._waited:
            RunStep.objects.filter(pk__in=self._waited).update(
                finished_at=self.now, outcome=RunStep.Outcome.DONE, code="waited"
            )
        if self._changed:
            fields = ["started_at", "finished_at", "outcome", "code", "reason", "details"]
            RunStep.objects.bulk_update(self._changed.values(), fields, batch_size=500)
        RunStep.objects.bulk_create(self._new, batch_size=1000)
        Decision.objects.bulk_create(self._decisions, batch_size=1000)
        write_runs(list(self._runs.values()))
        self._waited, self._changed, self._new, self._decisions, self._runs = [], {}, [], [], {}


def write_runs(runs: Sequence[Run]) -> None:
    """Write what the engine changes of ``runs``: one statement on PostgreSQL, one each elsewhere."""
    if not runs:
        return
    if connection.vendor != "postgresql":
        for run in runs:
            Run.objects.filter(pk=run.pk).update(**{name: getattr(run, name) for name in WRITTEN})
        return
    columns = [[_stored(name, getattr(run, name)) for run in runs] for name in WRITTEN]
    sets = ", ".join(f"{name} = new.{name}" for name in WRITTEN)
    arrays = ", ".join(f"%s::{kind}[]" for kind in WRITTEN.values())
    table = Run._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS run SET {sets} FROM unnest(%s::bigint[], {arrays}) AS new(id, {', '.join(WRITTEN)}) "  # noqa: S608 - our own names
            "WHERE run.id = new.id",
            [[run.pk for run in runs], *columns],
        )


def _stored(name: str, value: Any) -> Any:
    if name == "wait":
        return json.dumps(value)
    return str(value) if name in ("state", "ending") else value
