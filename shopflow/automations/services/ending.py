"""How a run stops: done, left early, failed, or parked for staff."""

from __future__ import annotations

from shopflow.automations.models import Decision, Run, RunStep
from shopflow.automations.services.asking import record_verdict, sentence
from shopflow.contracts.automations import Verdict
from shopflow.contracts.types import Label
from shopflow.core import clock


def end_run(run: Run, state: Run.State, *, code: str, reason: Label = "") -> None:
    """End ``run`` for good."""
    RunStep.objects.filter(run=run, finished_at__isnull=True, outcome=RunStep.Outcome.WAITING).update(
        finished_at=clock.now(), outcome=RunStep.Outcome.SKIPPED, code=code, reason=sentence(reason)
    )
    _set(run, state=state, ended_at=clock.now(), lease_until=None, reason_code=code, reason=sentence(reason))


def park_run(run: Run, *, code: str, reason: Label) -> None:
    """Stop ``run`` where it stands until staff decide, and say so in the log."""
    record_verdict(gate=Decision.Gate.ENGINE, code=code, verdict=Verdict(None, reason), flow=run.flow, run=run)
    _set(run, state=Run.State.PARKED, lease_until=None, reason_code=code, reason=sentence(reason))


def _set(run: Run, **values: object) -> None:
    for name, value in values.items():
        setattr(run, name, value)
    run.save(update_fields=list(values))
