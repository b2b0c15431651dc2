"""What staff do with a parked run. Every verb is audited and written into the log of decisions."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shopflow.automations.definitions import Branch
from shopflow.automations.exceptions import RunNotParked
from shopflow.automations.models import Decision, Run, RunStep
from shopflow.automations.queries import definition_of
from shopflow.automations.services.asking import record_verdict
from shopflow.automations.services.ending import end_run
from shopflow.contracts.automations import Verdict
from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.core.services import audit


@transaction.atomic
def resume_run(*, run_id: int, actor: Any) -> None:
    """Try the step again at which the run was parked, under the same idempotency key.

    Raises :class:`RunNotParked` when there is nothing to resume.
    """
    run = _parked(run_id)
    RunStep.objects.filter(
        run=run, node=run.node, visit=run.visit, outcome__in=[RunStep.Outcome.FAILED, RunStep.Outcome.INTERRUPTED]
    ).update(code="released")
    _note(run, actor, "resumed", _("Tried again"))
    _send_on(run)


@transaction.atomic
def skip_step(*, run_id: int, actor: Any) -> None:
    """Leave out the step at which the run was parked and go on with the next one; raises :class:`RunNotParked`."""
    run = _parked(run_id)
    definition = definition_of(run.version)
    note = _("Left out by staff")
    if not run.node:
        target: str | None = definition.steps[0].id
    else:
        step = definition.step(run.node)
        target = definition.follow(run.node, step.then) if isinstance(step, Branch) else definition.follow(run.node)
        now = clock.now()
        left_out = {"finished_at": now, "outcome": RunStep.Outcome.SKIPPED, "code": "staff", "reason": note}
        RunStep.objects.update_or_create(
            run=run, node=run.node, visit=run.visit, defaults=left_out, create_defaults={**left_out, "started_at": now}
        )
    _note(run, actor, "skipped", note)
    if target is None:
        end_run(run, Run.State.DONE, code="completed", reason=note)
        return
    run.node, run.visit = target, RunStep.objects.filter(run=run, node=target).count() + 1
    _send_on(run)


@transaction.atomic
def exit_run(*, run_id: int, actor: Any) -> None:
    """End an open run for good; raises :class:`RunNotParked` when it has ended already."""
    run = _locked(run_id)
    if not run.is_open:
        raise RunNotParked
    note = _("Ended by staff")
    _note(run, actor, "exited", note)
    end_run(run, Run.State.EXITED, code="staff", reason=note)


def _locked(run_id: int) -> Run:
    return Run.objects.select_for_update(of=("self",)).select_related("flow", "version").get(pk=run_id)


def _parked(run_id: int) -> Run:
    run = _locked(run_id)
    if run.state != Run.State.PARKED:
        raise RunNotParked
    return run


def _send_on(run: Run) -> None:
    run.state, run.due_at, run.lease_until = Run.State.ACTIVE, clock.now(), None
    run.attempts, run.reason_code, run.reason = 0, "", ""
    run.save(update_fields=["state", "due_at", "lease_until", "attempts", "reason_code", "reason", "node", "visit"])
    enqueue("shopflow.automations.run_due")


def _note(run: Run, actor: Any, verb: str, summary: str) -> None:
    audit(actor=actor, action=f"automation_run_{verb}", target=run, summary=f"{summary}: {run.entry_key}")
    record_verdict(gate=Decision.Gate.STAFF, code=verb, verdict=Verdict(True, summary), flow=run.flow, run=run)
