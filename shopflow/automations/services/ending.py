"""How a run stops: done, left early, failed, or parked for staff."""

from __future__ import annotations

from shopflow.automations.models import Decision, Run
from shopflow.automations.services.journal import Journal, sentence
from shopflow.contracts.automations import Verdict
from shopflow.contracts.types import Label


def end_run(
    journal: Journal, run: Run, state: str, *, code: str, reason: Label = "", ending: str = Run.Ending.COMPLETED
) -> None:
    """End ``run`` for good."""
    journal.close_open_steps(run, code=code, reason=reason)
    journal.save(
        run, state=state, ended_at=journal.now, lease_until=None, wait={}, ending=ending,
        reason_code=code[:64], reason=sentence(reason),
    )  # fmt: skip
    journal.ended.append(run)


def park_run(journal: Journal, run: Run, *, code: str, reason: Label) -> None:
    """Stop ``run`` where it stands until staff decide, and say so in the log."""
    journal.decide(Decision.Gate.ENGINE, code, Verdict(None, reason), flow=run.flow, run=run)
    journal.save(run, state=Run.State.PARKED, lease_until=None, reason_code=code[:64], reason=sentence(reason))
