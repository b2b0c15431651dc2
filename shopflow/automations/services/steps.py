"""The steps of one run, as far as they go without waiting.

A step's row, its effect and the run's next place are written in one transaction, under the run's row lock and the
unique key of run, step and visit: after a crash there is either all of it or nothing, and nothing is done again. Only
an action that reaches outside of the database runs between two transactions: its row is written first, and after a
crash the run is parked.
"""

from __future__ import annotations

import logging
from contextlib import nullcontext

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from shopflow.automations.definitions import Act, Branch, Definition, Resting, Split
from shopflow.automations.definitions.model import NEXT
from shopflow.automations.exceptions import DefinitionInvalid, StepStuck, TransactionBroken
from shopflow.automations.models import Decision, Run, RunStep
from shopflow.automations.queries import definition_of
from shopflow.automations.services.asking import ask, details, lacking
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.ending import end_run, park_run
from shopflow.automations.services.gates import Case, Result, Ruling, judge
from shopflow.automations.services.journal import StepRow, sentence
from shopflow.automations.services.moving import MAX_VISITS, Progress, arrive, run_context, step_key
from shopflow.automations.services.performing import perform
from shopflow.automations.services.resting import rest
from shopflow.contracts.automations import Action, Outcome, OutcomeKind, RunContext, Verdict, actions
from shopflow.contracts.registry import UnknownCode
from shopflow.core.services import caused_at
from shopflow.mailing.services import expect_new, undone_together

__all__ = ["MAX_VISITS", "advance", "conclude", "definition_for", "locked_run", "park_broken", "run_outside"]

logger = logging.getLogger("shopflow.automations")

STEPS_AT_ONCE = 50


def advance(desk: Desk, run: Run) -> bool:
    """Take step after step until the run waits, ends or is parked; True if it stands before an outside action."""
    desk.begin(run)
    try:
        with caused_at(run.cause_depth, [*run.causes, run.id]):
            for _step in range(STEPS_AT_ONCE):
                progress = _advance(desk, run)
                if progress is not Progress.GO_ON:
                    return progress is Progress.RUN_OUTSIDE
    except TransactionBroken:
        raise
    except StepStuck as stuck:
        stuck_at(desk, run, stuck.code, stuck.reason)
        return False
    desk.save(run, lease_until=None)  # many steps at once: the rest at the next sweep
    return False


def definition_for(run: Run) -> Definition:
    """The definition that ``run`` follows; raises :class:`StepStuck` for one that cannot be read."""
    try:
        return definition_of(run.version)
    except DefinitionInvalid as error:
        raise StepStuck("definition_invalid", str(error)) from error


def stuck_at(desk: Desk, run: Run, code: str, reason: str) -> None:
    """Park ``run``, with a row that says what its step failed of."""
    if run.node:
        step = desk.unfinished(run) or desk.open_step(run)
        kind = RunStep.Outcome.INTERRUPTED if code == "interrupted" else RunStep.Outcome.FAILED
        desk.close_step(step, Outcome(OutcomeKind.FAILED, code, reason))
        step.outcome = kind.value
    park_run(desk, run, code=code, reason=reason)


def _advance(desk: Desk, run: Run) -> Progress:
    definition = definition_for(run)
    if not run.node:
        return _enter(desk, run, definition)
    if not definition.has(run.node):
        raise StepStuck("no_such_step", _("The version has no step “%(node)s”.") % {"node": run.node})
    step = definition.step(run.node)
    if isinstance(step, Resting):
        return rest(desk, run, definition, step)
    if isinstance(step, Branch):
        return _branch(desk, run, definition, step)
    if isinstance(step, Split):
        return _split(desk, run, definition, step)
    return _act(desk, run, definition, step)


def _enter(desk: Desk, run: Run, definition: Definition) -> Progress:
    """Ask the entry conditions of a run that was parked before they could be answered."""
    context = run_context(run, desk, run_key=f"run:{run.id}:entry")
    for question in definition.conditions:
        answer = ask(question, context)
        desk.decide(Decision.Gate.ENTRY, question.code, answer.verdict, flow=run.flow, run=run, details=details(answer))
        if not answer.holds:
            code = f"entry:{question.code}"
            end_run(desk, run, Run.State.EXITED, code=code, reason=answer.reason, ending=Run.Ending.RECHECK)
            return Progress.REST
    return arrive(desk, run, definition.steps[0].id)


def _branch(desk: Desk, run: Run, definition: Definition, branch: Branch) -> Progress:
    step = desk.open_step(run)
    answer = desk.ask(branch.question, run, run_context(run, desk))
    desk.decide(
        Decision.Gate.BRANCH, branch.question.code, answer.verdict, flow=run.flow, run=run, details=details(answer)
    )
    words = {True: ("yes", branch.then), False: ("no", branch.otherwise), None: ("unknown", branch.unknown)}
    code, target = words[answer.holds]
    desk.close_step(step, Outcome.done(code, answer.reason))
    return arrive(desk, run, definition.follow(run.node, target))


def _split(desk: Desk, run: Run, definition: Definition, split: Split) -> Progress:
    step = desk.open_step(run)
    arm = desk.draws.arm(run.flow, split.experiment, run.email, [(arm.code, arm.weight) for arm in split.arms])
    target = next(one.then for one in split.arms if one.code == arm)
    desk.close_step(step, Outcome.done(f"arm:{arm}", experiment=split.experiment, arm=arm))
    return arrive(desk, run, definition.follow(run.node, target))


def _act(desk: Desk, run: Run, definition: Definition, act: Act) -> Progress:
    begun = desk.unfinished(run)
    if begun is not None and begun.outcome == RunStep.Outcome.UNDER_WAY and begun.code != "released":
        raise StepStuck("interrupted", _("The worker stopped while this was being done; nobody knows how far it came."))
    action = _action(act, run)
    step = desk.open_step(run)
    case = _case(desk, run, definition, act, action)
    ruling = judge(case)
    if ruling.result is not Result.SEND:
        return _held(desk, run, definition, step, ruling)
    if case.sending is not None:
        expect_new(step_key(run))
    if not action.transactional:
        return Progress.RUN_OUTSIDE
    outcome = _do(action, act, run, context=case.context, saved=case.sending is None or desk.is_alone)
    if case.sending is None:
        desk.outlook.forget(run.email)
        desk.together.forget()
    elif outcome.kind is OutcomeKind.DONE:
        if case.advertises:
            desk.add_advert(run.email, case.sending.purpose)
        if run.wait.get("urgent"):
            outcome.details["urgent"] = True
    return conclude(desk, run, definition, step, outcome)


def _case(desk: Desk, run: Run, definition: Definition, act: Act, action: Action) -> Case:
    return Case(
        desk=desk,
        run=run,
        definition=definition,
        act=act,
        sending=action.sends(act.settings),
        context=run_context(run, desk),
        exits_pending=desk.outlook.any_pending(way.event for way in definition.exits),
    )


def _do(action: Action, act: Act, run: Run, *, context: RunContext, saved: bool) -> Outcome:
    """Run a transactional action; what it wrote is undone if it fails.

    A savepoint of its own would cost a mail more than its gates do. Where others hang on the transaction, a mail that
    fails has the whole batch undone and taken again run by run.
    """
    try:
        with undone_together() if saved else nullcontext():
            return perform(action, context, act.settings)
    except OperationalError:
        raise
    except Exception as error:  # whatever an action raises, its effect is undone, the run parked, and others go on
        if not saved:
            raise TransactionBroken("action_failed", f"{type(error).__name__}: {error}") from error
        logger.exception("A step of run %s failed", run.id)
        raise StepStuck("action_failed", f"{type(error).__name__}: {error}") from error


def _held(desk: Desk, run: Run, definition: Definition, step: StepRow, ruling: Ruling) -> Progress:
    """What a gate that did not let the action through leads to."""
    if ruling.result is Result.DEFER and ruling.until is not None:
        desk.put_off(step, ruling.code, ruling.reason)
        desk.save(run, state=Run.State.WAITING, due_at=ruling.until, lease_until=None)
        return Progress.REST
    if ruling.result is Result.EXIT:
        desk.close_step(step, Outcome.skipped(ruling.code.partition(":")[2] or ruling.code, ruling.reason))
        end_run(desk, run, Run.State.EXITED, code=ruling.code, reason=ruling.reason, ending=ruling.ending)
        return Progress.REST
    if ruling.result is Result.ERROR:
        raise StepStuck(ruling.code, sentence(ruling.reason))
    return conclude(desk, run, definition, step, Outcome.skipped(ruling.code, ruling.reason))


def conclude(desk: Desk, run: Run, definition: Definition, step: StepRow, outcome: Outcome) -> Progress:
    """Write down what an action did and go where that leads."""
    desk.close_step(step, outcome)
    verdict = Verdict(outcome.kind is OutcomeKind.DONE, outcome.reason)
    desk.decide(Decision.Gate.ACTION, outcome.code or outcome.kind.value, verdict, flow=run.flow, run=run)
    if outcome.kind is OutcomeKind.FAILED:
        park_run(desk, run, code=outcome.code or "action_failed", reason=outcome.reason)
        return Progress.REST
    if outcome.kind is OutcomeKind.DEFERRED and outcome.until is not None:
        desk.save(run, visit=run.visit + 1, state=Run.State.WAITING, due_at=outcome.until, lease_until=None)
        return Progress.REST
    if outcome.details.get("ends_run"):
        end_run(desk, run, Run.State.DONE, code=outcome.code, reason=outcome.reason)
        return Progress.REST
    return arrive(desk, run, definition.follow(run.node, NEXT))


def run_outside(run: Run) -> bool:
    """Run an action that reaches beyond the database: its row is committed, no lock is held. True: go on with it."""
    try:
        definition = definition_for(run)
        act = definition.step(run.node)
        assert isinstance(act, Act)  # noqa: S101 - only actions are handed over
        with caused_at(run.cause_depth, [*run.causes, run.id]):
            outcome = perform(_action(act, run), run_context(run, Desk.of_now()), act.settings)
    except OperationalError:
        raise
    except StepStuck as stuck:
        return _park_after(run, stuck.code, stuck.reason)
    except Exception as error:  # the action's failure is recorded and shown; other runs go on
        logger.exception("A step of run %s failed", run.id)
        return _park_after(run, "action_failed", f"{type(error).__name__}: {error}")
    return _conclude_outside(run, definition, outcome)


def _conclude_outside(run: Run, definition: Definition, outcome: Outcome) -> bool:
    with transaction.atomic():
        locked = locked_run(run.id)
        desk = Desk.of_now([locked])
        if (locked.node, locked.visit) != (run.node, run.visit) or not locked.is_open:
            step = desk.stored_step(run)  # staff have moved the run meanwhile
            if step is not None:
                desk.close_step(step, outcome)
            desk.write()
            return False
        step = desk.unfinished(locked) or desk.open_step(locked)
        progress = conclude(desk, locked, definition, step, outcome)
        desk.write()
    return progress is Progress.GO_ON


def locked_run(run_id: int) -> Run:
    return Run.objects.select_for_update(of=("self",)).select_related("flow", "version").get(pk=run_id)


def _park_after(run: Run, code: str, reason: str) -> bool:
    """Park a run whose step could not be taken, in a transaction of its own; always False."""
    with transaction.atomic():
        locked = locked_run(run.id)
        if locked.is_open:
            desk = Desk.of_now([locked])
            stuck_at(desk, locked, code, reason)
            desk.write()
    return False


def park_broken(run_id: int, error: Exception) -> None:
    """Park a run whose step broke its transaction."""
    code, reason = "action_failed", f"{type(error).__name__}: {error}"
    if isinstance(error, StepStuck):
        code, reason = error.code, error.reason
    _park_after(Run(pk=run_id), code, reason)


def _action(act: Act, run: Run) -> Action:
    try:
        action = actions.get(act.action)
    except UnknownCode as error:
        raise StepStuck("unknown_action", str(error)) from error
    if missing := lacking(action.needs, run.subject):
        reason = _("The event does not say: %(fields)s.") % {"fields": ", ".join(missing)}
        raise StepStuck("subject_incomplete", reason)
    return action
