"""One step of one run, in one short transaction.

The step's row is written before its effect, under the run's row lock and the unique key of run, step and visit. A
transactional action shares that transaction: after a crash there is either all of it or nothing, and nothing is done
again. Any other action runs between two transactions: after a crash its row is unfinished and the run is parked.
"""

from __future__ import annotations

import logging
from enum import Enum, auto

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from shopflow.automations.definitions import Act, Branch, Definition, Wait
from shopflow.automations.definitions.model import NEXT
from shopflow.automations.definitions.timing import wait_ends
from shopflow.automations.exceptions import DefinitionInvalid, StepStuck
from shopflow.automations.models import Decision, Run, RunStep
from shopflow.automations.queries import definition_of
from shopflow.automations.services.asking import ask, lacking, record_verdict, sentence
from shopflow.automations.services.ending import end_run, park_run
from shopflow.automations.services.entries import run_context
from shopflow.contracts.automations import Action, Outcome, OutcomeKind, Verdict, actions
from shopflow.contracts.registry import UnknownCode
from shopflow.core import clock
from shopflow.core.services import caused_at

logger = logging.getLogger("shopflow.automations")

MAX_VISITS = 20


class Progress(Enum):
    """What came of one step."""

    GO_ON = auto()
    REST = auto()
    RUN_OUTSIDE = auto()


def advance(run_id: int) -> bool:
    """Take the run's next step; True when there is another one to take at once."""
    try:
        with transaction.atomic():
            run = _take(run_id)
            if run is None:
                return False
            with caused_at(run.cause_depth):
                progress = _advance(run)
    except OperationalError:
        raise
    except StepStuck as stuck:
        return _park_after(run_id, stuck.code, stuck.reason)
    except Exception as error:  # whatever a step raised: its transaction is undone, the run parked, others go on
        logger.exception("A step of run %s failed", run_id)
        return _park_after(run_id, "action_failed", f"{type(error).__name__}: {error}")
    if progress is Progress.RUN_OUTSIDE:
        return _run_outside(run)
    return progress is Progress.GO_ON


def _take(run_id: int) -> Run | None:
    """Lock the run; None when it is not to be moved (any more)."""
    run = Run.objects.select_for_update(of=("self",)).select_related("flow", "version").filter(pk=run_id).first()
    if run is None or run.state not in Run.RUNNABLE or run.due_at > clock.now():
        Run.objects.filter(pk=run_id).update(lease_until=None)
        return None
    return run


def _advance(run: Run) -> Progress:
    try:
        definition = definition_of(run.version)
    except DefinitionInvalid as error:
        raise StepStuck("definition_invalid", str(error)) from error
    if not run.node:
        return _enter(run, definition)
    step = definition.step(run.node)
    if isinstance(step, Wait):
        return _wait(run, definition, step)
    if isinstance(step, Branch):
        return _branch(run, definition, step)
    return _act(run, definition, step)


def _enter(run: Run, definition: Definition) -> Progress:
    """Ask the entry conditions of a run that was parked before they could be answered."""
    context = run_context(run, run_key=f"run:{run.pk}:entry")
    for question in definition.conditions:
        verdict = ask(question, context)
        record_verdict(gate=Decision.Gate.ENTRY, code=question.condition, verdict=verdict, flow=run.flow, run=run)
        if not verdict.holds:
            end_run(run, Run.State.EXITED, code=f"entry:{question.condition}", reason=verdict.reason)
            return Progress.REST
    return _arrive(run, definition.steps[0].id)


def _arrive(run: Run, node: str | None) -> Progress:
    """Put the run before its next step, or end it."""
    if node is None:
        end_run(run, Run.State.DONE, code="completed", reason=_("Every step has been taken."))
        return Progress.REST
    visit = RunStep.objects.filter(run=run, node=node).count() + 1
    if visit > MAX_VISITS:
        reason = _("The run has come to “%(node)s” more than %(count)s times.") % {"node": node, "count": MAX_VISITS}
        record_verdict(gate=Decision.Gate.ENGINE, code="loop", verdict=Verdict(False, reason), flow=run.flow, run=run)
        end_run(run, Run.State.FAILED, code="loop", reason=reason)
        return Progress.REST
    run.node, run.visit, run.state, run.attempts = node, visit, Run.State.ACTIVE, 0
    run.save(update_fields=["node", "visit", "state", "attempts"])
    return Progress.GO_ON


def _begin_step(run: Run, outcome: str = RunStep.Outcome.UNDER_WAY) -> RunStep:
    """Write the step's row before anything happens. A row that staff released is taken up again under its own key."""
    now = clock.now()
    released = RunStep.objects.filter(run=run, node=run.node, visit=run.visit, code="released").first()
    if released is None:
        return RunStep.objects.create(run=run, node=run.node, visit=run.visit, started_at=now, outcome=outcome)
    released.started_at, released.finished_at, released.outcome, released.code = now, None, outcome, ""
    released.save(update_fields=["started_at", "finished_at", "outcome", "code"])
    return released


def _finish_step(step: RunStep, outcome: Outcome) -> None:
    step.finished_at = clock.now()
    step.outcome, step.code, step.reason = outcome.kind.value, outcome.code, sentence(outcome.reason)
    step.details = outcome.details
    step.save(update_fields=["finished_at", "outcome", "code", "reason", "details"])


def _wait(run: Run, definition: Definition, wait: Wait) -> Progress:
    waiting = RunStep.objects.filter(
        run=run, node=run.node, visit=run.visit, outcome=RunStep.Outcome.WAITING, finished_at=None
    ).first()
    if waiting is not None:
        _finish_step(waiting, Outcome.done("waited"))
        return _arrive(run, definition.follow(run.node))
    _begin_step(run, RunStep.Outcome.WAITING)
    run.state, run.lease_until = Run.State.WAITING, None
    run.due_at = wait_ends(wait, now=clock.now(), began_at=run.began_at)
    run.save(update_fields=["state", "lease_until", "due_at"])
    return Progress.REST


def _branch(run: Run, definition: Definition, branch: Branch) -> Progress:
    step = _begin_step(run)
    verdict = ask(branch.question, run_context(run, run_key=_key(run)))
    record_verdict(gate=Decision.Gate.BRANCH, code=branch.question.condition, verdict=verdict, flow=run.flow, run=run)
    words = {True: ("yes", branch.then), False: ("no", branch.otherwise), None: ("unknown", branch.unknown)}
    code, target = words[verdict.holds]
    _finish_step(step, Outcome.done(code, verdict.reason))
    return _arrive(run, definition.follow(run.node, target))


def _act(run: Run, definition: Definition, act: Act) -> Progress:
    if _unfinished(run):
        raise StepStuck("interrupted", _("The worker stopped while this was being done; nobody knows how far it came."))
    action = _action(act, run)
    step = _begin_step(run)
    if act.max_lateness is not None and clock.now() > run.due_at + act.max_lateness:
        return _leave_out(run, definition, step, "too_late", _("It is too late for this now."))
    for question in act.recheck:
        verdict = ask(question, run_context(run, run_key=_key(run)))
        record_verdict(gate=Decision.Gate.RECHECK, code=question.condition, verdict=verdict, flow=run.flow, run=run)
        if verdict.holds:
            continue
        if question.skip:
            return _leave_out(run, definition, step, question.condition, verdict.reason)
        _finish_step(step, Outcome.skipped(question.condition, verdict.reason))
        end_run(run, Run.State.EXITED, code=f"recheck:{question.condition}", reason=verdict.reason)
        return Progress.REST
    if not action.transactional:
        return Progress.RUN_OUTSIDE
    outcome = action.run(run_context(run, run_key=_key(run)), act.settings)
    return _conclude(run, definition, step, outcome)


def _leave_out(run: Run, definition: Definition, step: RunStep, code: str, reason: object) -> Progress:
    return _conclude(run, definition, step, Outcome.skipped(code, str(reason)))


def _conclude(run: Run, definition: Definition, step: RunStep, outcome: Outcome) -> Progress:
    """Write down what an action did and go where that leads."""
    _finish_step(step, outcome)
    record_verdict(
        gate=Decision.Gate.ACTION,
        code=outcome.code or outcome.kind.value,
        verdict=Verdict(outcome.kind is OutcomeKind.DONE, outcome.reason),
        flow=run.flow,
        run=run,
    )
    if outcome.kind is OutcomeKind.FAILED:
        park_run(run, code=outcome.code or "action_failed", reason=outcome.reason)
        return Progress.REST
    if outcome.kind is OutcomeKind.DEFERRED and outcome.until is not None:
        run.visit, run.state, run.due_at, run.lease_until = run.visit + 1, Run.State.WAITING, outcome.until, None
        run.save(update_fields=["visit", "state", "due_at", "lease_until"])
        return Progress.REST
    if outcome.details.get("ends_run"):
        end_run(run, Run.State.DONE, code=outcome.code, reason=outcome.reason)
        return Progress.REST
    return _arrive(run, definition.follow(run.node, NEXT))


def _run_outside(run: Run) -> bool:
    """Run an action that reaches beyond the database: its row is committed, no lock is held."""
    try:
        definition = definition_of(run.version)
        act = definition.step(run.node)
        assert isinstance(act, Act)  # noqa: S101 - only actions are handed over
        with caused_at(run.cause_depth):
            outcome = _action(act, run).run(run_context(run, run_key=_key(run)), act.settings)
        with transaction.atomic():
            locked = Run.objects.select_for_update(of=("self",)).select_related("flow", "version").get(pk=run.pk)
            step = RunStep.objects.get(run=locked, node=run.node, visit=run.visit)
            if (locked.node, locked.visit) != (run.node, run.visit) or not locked.is_open:
                _finish_step(step, outcome)
                return False
            return _conclude(locked, definition, step, outcome) is Progress.GO_ON
    except OperationalError:
        raise
    except StepStuck as stuck:
        return _park_after(run.pk, stuck.code, stuck.reason)
    except Exception as error:  # the action's failure is recorded and shown; other runs go on
        logger.exception("A step of run %s failed", run.pk)
        return _park_after(run.pk, "action_failed", f"{type(error).__name__}: {error}")


def _action(act: Act, run: Run) -> Action:
    try:
        action = actions.get(act.action)
    except UnknownCode as error:
        raise StepStuck("unknown_action", str(error)) from error
    if missing := lacking(action.needs, run.subject):
        reason = _("The event does not say: %(fields)s.") % {"fields": ", ".join(missing)}
        raise StepStuck("subject_incomplete", reason)
    return action


def _unfinished(run: Run) -> bool:
    return RunStep.objects.filter(
        run=run, node=run.node, visit=run.visit, finished_at__isnull=True, outcome=RunStep.Outcome.UNDER_WAY
    ).exists()


def _key(run: Run) -> str:
    return f"run:{run.pk}:{run.node}:{run.visit}"


def _park_after(run_id: int, code: str, reason: str) -> bool:
    """Park a run whose step could not be taken, with a row that says so, in a transaction of its own; always False."""
    failed = {
        "finished_at": clock.now(),
        "outcome": RunStep.Outcome.INTERRUPTED if code == "interrupted" else RunStep.Outcome.FAILED,
        "code": code,
        "reason": reason,
    }
    with transaction.atomic():
        run = Run.objects.select_for_update(of=("self",)).select_related("flow").get(pk=run_id)
        if not run.is_open:
            return False
        if run.node:
            RunStep.objects.update_or_create(
                run=run,
                node=run.node,
                visit=run.visit,
                defaults=failed,
                create_defaults={**failed, "started_at": clock.now()},
            )
        park_run(run, code=code, reason=reason)
    return False
