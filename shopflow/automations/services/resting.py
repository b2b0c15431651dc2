"""Waiting: for a time, a date, an event or a condition. A wait is a row with ``due_at``, never a sleeping task."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import DatabaseError, OperationalError
from django.utils.translation import gettext as _

from shopflow.automations.definitions import (
    Definition,
    PluginWait,
    Resting,
    UntilCondition,
    UntilDate,
    UntilEvent,
    Wait,
)
from shopflow.automations.definitions.timing import NoSuchMoment, date_comes, later
from shopflow.automations.exceptions import StepStuck, TransactionBroken
from shopflow.automations.models import Decision, Run, RunStep
from shopflow.automations.services.asking import details, lacking
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.happenings import Arrival, concerns, happened, holds
from shopflow.automations.services.journal import StepRow
from shopflow.automations.services.moving import Progress, arrive, run_context
from shopflow.contracts.automations import Outcome, Verdict
from shopflow.contracts.types import JSONDict
from shopflow.contracts.waits import NoMoment, waits

logger = logging.getLogger("shopflow.automations")

DAILY = timedelta(days=1)


def rest(desk: Desk, run: Run, definition: Definition, step: Resting) -> Progress:
    """Begin to wait, or go on if the wait is over."""
    waiting = desk.unfinished(run)
    if waiting is not None and waiting.outcome == RunStep.Outcome.WAITING:
        return _over(desk, run, definition, step, waiting)
    try:
        if isinstance(step, Wait):
            return _wait(desk, run, step)
        if isinstance(step, UntilDate):
            return _until_date(desk, run, definition, step)
        if isinstance(step, UntilEvent):
            return _until_event(desk, run, definition, step)
        return _until_condition(desk, run, definition, step)
    except NoSuchMoment as error:
        raise StepStuck("no_such_moment", str(error)) from error


def _over(desk: Desk, run: Run, definition: Definition, step: Resting, waiting: StepRow) -> Progress:
    if isinstance(step, UntilCondition):
        return _asked_again(desk, run, definition, step, waiting)
    if isinstance(step, UntilEvent):
        return _leave(desk, run, definition, waiting, step.otherwise, "timeout", _("Nothing of it happened in time."))
    desk.close_step(waiting, Outcome.done("waited"))
    return arrive(desk, run, definition.follow(run.node))


def _sleep(desk: Desk, run: Run, due_at: datetime, *, step_zone: str = "", until: datetime | None = None) -> Progress:
    """Wait until ``due_at``; what it is on the wall is kept, to be reckoned anew if the person's zone changes."""
    zone = step_zone or desk.zone(run)
    wait: JSONDict = {"wall": desk.reckoning.on_the_wall(due_at, zone), "zone": zone}
    if step_zone:
        wait["fixed"] = True
    if until is not None:
        wait["until"] = until.isoformat()
        wait["until_wall"] = desk.reckoning.on_the_wall(until, zone)
    if desk.unfinished(run) is None:
        desk.open_step(run, RunStep.Outcome.WAITING)
    desk.save(run, state=Run.State.WAITING, lease_until=None, due_at=due_at, wait=wait)
    return Progress.REST


def _leave(
    desk: Desk, run: Run, definition: Definition, row: StepRow | None, target: str, code: str, reason: str
) -> Progress:
    """Leave a wait by one of its ways, and say why."""
    desk.close_step(row or desk.open_step(run), Outcome.done(code, reason))
    desk.decide(Decision.Gate.WAIT, code, Verdict(True, reason), flow=run.flow, run=run)
    return arrive(desk, run, definition.follow(run.node, target))


def _wait(desk: Desk, run: Run, wait: Wait) -> Progress:
    return _sleep(desk, run, due_of(desk, run, wait), step_zone=wait.moments.zone)


def due_of(desk: Desk, run: Run, wait: Wait) -> datetime:
    """When ``wait`` would be over if ``run`` came to it now.

    Raises NoSuchMoment, and StepStuck for a plugin's wait that fails.
    """
    if isinstance(wait, PluginWait):
        return max(desk.now, _moment_of(desk, run, wait))
    return desk.reckoning.end_of(wait, began_at=run.began_at, zone=desk.zone(run), day_off=desk.rules.day_off)


def _moment_of(desk: Desk, run: Run, wait: PluginWait) -> datetime:
    kind = waits.get(wait.code)
    if missing := lacking(kind.needs, run.subject):
        reason = _("The event does not say: %(fields)s.") % {"fields": ", ".join(missing)}
        raise StepStuck("subject_incomplete", reason)
    try:
        return kind.due(run_context(run, desk), wait.settings, zone=desk.zone(run)).astimezone(UTC)
    except OperationalError:
        raise
    except NoMoment as error:
        raise StepStuck("no_such_moment", str(error)) from error
    except DatabaseError as error:
        raise TransactionBroken("wait_failed", f"{wait.code}: {error}") from error
    except Exception as error:  # a plugin's wait may fail in any way; the run is parked and staff see why
        logger.exception("The wait “%s” failed for run %s", wait.code, run.pk)
        raise StepStuck("wait_failed", f"{wait.code}: {type(error).__name__}: {error}") from error


def _until_date(desk: Desk, run: Run, definition: Definition, step: UntilDate) -> Progress:
    found = as_date(run.subject.get(step.name))
    if found is None:
        reason = _("“%(field)s” holds no date.") % {"field": step.name}
        return _leave(desk, run, definition, None, step.unknown, "unknown", reason)
    due_at = date_comes(step, found, zone=desk.zone(run), day_off=desk.rules.day_off)
    if due_at < desk.now:
        return _leave(desk, run, definition, None, step.past, "past", _("That moment has passed already."))
    return _sleep(desk, run, due_at, step_zone=step.moments.zone)


def as_date(value: object) -> date | datetime | None:
    """A date or a moment from an event's field, such as ``2026-12-24`` or ``2026-12-24T18:00+01:00``."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        return None


def _timeout(desk: Desk, run: Run, step: UntilEvent | UntilCondition) -> datetime:
    return later(desk.now, step.timeout, ZoneInfo(desk.zone(run)), desk.rules.day_off)


def _until_event(desk: Desk, run: Run, definition: Definition, step: UntilEvent) -> Progress:
    if step.since_entry:
        for happening, arrival in happened([way.happening for way in step.ways], run, since=run.entered_at):
            if holds(happening, run_context(run, desk)):
                target = next(way.then for way in step.ways if way.happening is happening)
                return _leave(desk, run, definition, None, target, f"event:{arrival.code}", _happened(arrival))
    return _sleep(desk, run, _timeout(desk, run, step))


def _until_condition(desk: Desk, run: Run, definition: Definition, step: UntilCondition) -> Progress:
    row = desk.open_step(run, RunStep.Outcome.WAITING)
    desk.save(run, wait={"until": _timeout(desk, run, step).isoformat()})
    return _asked_again(desk, run, definition, step, row)


def _asked_again(desk: Desk, run: Run, definition: Definition, step: UntilCondition, row: StepRow) -> Progress:
    answer = desk.ask(step.question, run, run_context(run, desk))
    until = datetime.fromisoformat(run.wait["until"])
    if answer.holds:
        desk.decide(
            Decision.Gate.WAIT, step.question.code, answer.verdict, flow=run.flow, run=run, details=details(answer)
        )
        desk.close_step(row, Outcome.done("yes", answer.reason))
        return arrive(desk, run, definition.follow(run.node, step.then))
    if desk.now >= until:
        return _leave(desk, run, definition, row, step.otherwise, "timeout", _("It did not come true in time."))
    return _sleep(desk, run, min(desk.now + DAILY, until), until=until)


def _happened(arrival: Arrival) -> str:
    return _("“%(event)s” has happened.") % {"event": arrival.label}


def wake(desk: Desk, run: Run, definition: Definition, arrival: Arrival) -> bool:
    """Move a run on that waits for ``arrival``, or have it ask its condition again; whether it did."""
    step = definition.step(run.node) if definition.has(run.node) else None
    row = desk.unfinished(run)
    if run.state != Run.State.WAITING or row is None or arrival.occurred_at < run.entered_at:
        return False
    if isinstance(step, UntilCondition):
        if any(concerns(happening, run, arrival) for happening in step.wakes):
            desk.save(run, due_at=min(run.due_at, desk.now))
            return True
    elif isinstance(step, UntilEvent):
        for way in step.ways:
            early = not step.since_entry and arrival.occurred_at < row.started_at
            if early or not concerns(way.happening, run, arrival):
                continue
            if holds(way.happening, run_context(run, desk)):
                code = f"event:{arrival.code}"
                desk.save(run, due_at=desk.now)
                _leave(desk, run, definition, row, way.then, code, _happened(arrival))
                return True
    return False
