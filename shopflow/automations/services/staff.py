"""What staff do with runs. Every verb is audited with its reason and written into the log of decisions."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shopflow.automations.definitions import Branch, Resting
from shopflow.automations.exceptions import NotAllowed, RunNotParked
from shopflow.automations.models import Decision, Run, RunStep
from shopflow.automations.queries import definition_of
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.ending import end_run
from shopflow.automations.services.steps import locked_run
from shopflow.contracts.automations import Outcome, Verdict
from shopflow.core.jobs import enqueue
from shopflow.core.services import audit


@transaction.atomic
def resume_run(*, run_id: int, actor: Any, reason: str = "") -> None:
    """Try the step again at which the run was parked, under the same idempotency key.

    Raises :class:`RunNotParked` when there is nothing to resume.
    """
    run = _parked(run_id)
    RunStep.objects.filter(
        run=run, node=run.node, visit=run.visit, outcome__in=[RunStep.Outcome.FAILED, RunStep.Outcome.INTERRUPTED]
    ).update(code="released")
    desk = Desk.of_now([run])
    _note(desk, run, actor, "resumed", _("Tried again"), reason)
    _send_on(desk, run)


@transaction.atomic
def skip_step(*, run_id: int, actor: Any, reason: str = "") -> None:
    """Leave out the step at which an open run stands, a wait included, and go on with the next one.

    Raises :class:`RunNotParked` when the run has ended.
    """
    run = _open(run_id)
    definition = definition_of(run.version)
    desk = Desk.of_now([run])
    note = _("Left out by staff")
    if not run.node:
        target: str | None = definition.steps[0].id
    else:
        step = definition.step(run.node)
        target = definition.follow(run.node, step.then) if isinstance(step, Branch) else definition.follow(run.node)
        _close(desk, run, note)
    _note(desk, run, actor, "skipped", note, reason)
    if target is None:
        end_run(desk, run, Run.State.DONE, code="completed", reason=note)
        desk.write()
        return
    _put_at(desk, run, target)


@transaction.atomic
def move_run(*, run_id: int, node: str, actor: Any, reason: str) -> None:
    """Put an open run before the step ``node`` of its version, and let it go on from there.

    Raises :class:`RunNotParked` when the run has ended, :class:`NotAllowed` for a step that does not exist.
    """
    run = _open(run_id)
    if not definition_of(run.version).has(node):
        raise NotAllowed(_("This version has no step “%(node)s”.") % {"node": node})
    desk = Desk.of_now([run])
    note = _("Moved by staff to “%(node)s”") % {"node": node}
    if run.node:
        _close(desk, run, note)
    _note(desk, run, actor, "moved", note, reason)
    _put_at(desk, run, node)


@transaction.atomic
def send_now(*, run_id: int, actor: Any, reason: str) -> None:
    """End the wait of a run at once. An advertising mail that is next does not heed caps, quiet hours or its place in
    the queue then; consent and blocks it always heeds.

    Raises :class:`NotAllowed` when the run does not wait.
    """
    run = _open(run_id)
    if run.state != Run.State.WAITING:
        raise NotAllowed(_("The run does not wait for anything."))
    desk = Desk.of_now([run])
    _note(desk, run, actor, "hurried", _("Sent on at once"), reason)
    step = definition_of(run.version).step(run.node)
    if isinstance(step, Resting):
        target = definition_of(run.version).follow(run.node)
        _close(desk, run, _("Sent on at once"))
        if target is None:
            end_run(desk, run, Run.State.DONE, code="completed", reason=_("Sent on at once"))
            desk.write()
            return
        _put_at(desk, run, target, urgent=True)
        return
    _send_on(desk, run, urgent=True)


@transaction.atomic
def exit_run(*, run_id: int, actor: Any, reason: str = "") -> None:
    """End an open run for good; raises :class:`RunNotParked` when it has ended already."""
    run = _open(run_id)
    desk = Desk.of_now([run])
    note = _("Ended by staff")
    _note(desk, run, actor, "exited", note, reason)
    end_run(desk, run, Run.State.EXITED, code="staff", reason=note, ending=Run.Ending.MANUAL)
    desk.write()


def _open(run_id: int) -> Run:
    run = locked_run(run_id)
    if not run.is_open:
        raise RunNotParked
    return run


def _parked(run_id: int) -> Run:
    run = locked_run(run_id)
    if run.state != Run.State.PARKED:
        raise RunNotParked
    return run


def _close(desk: Desk, run: Run, note: str) -> None:
    """Write down that the step at which ``run`` stands was left out."""
    step = desk.stored_step(run) or desk.open_step(run)
    desk.close_step(step, Outcome.skipped("staff", note))


def _put_at(desk: Desk, run: Run, node: str, *, urgent: bool = False) -> None:
    desk.save(run, node=node, visit=desk.visits(run, node) + 1, planned_at=desk.now)
    _send_on(desk, run, urgent=urgent)


def _send_on(desk: Desk, run: Run, *, urgent: bool = False) -> None:
    desk.save(
        run, state=Run.State.ACTIVE, due_at=desk.now, lease_until=None, attempts=0, reason_code="", reason="",
        wait={"urgent": True} if urgent else {},
    )  # fmt: skip
    desk.write()
    enqueue("shopflow.automations.run_due")


def _note(desk: Desk, run: Run, actor: Any, verb: str, summary: str, reason: str) -> None:
    audit(
        actor=actor, action=f"automation_run_{verb}", target=run,
        summary=f"{summary}: {run.entry_key}"[:255], data={"reason": reason},
    )  # fmt: skip
    told = f"{summary}: {reason}" if reason else summary
    desk.decide(Decision.Gate.STAFF, verb, Verdict(True, told), flow=run.flow, run=run)
