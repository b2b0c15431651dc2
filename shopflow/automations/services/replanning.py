"""Waits of a person whose time zone has changed, reckoned anew."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from shopflow.automations.definitions import Duration, Step, UntilCondition, UntilDate, UntilEvent, Wait
from shopflow.automations.definitions.timing import wall
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.models import Run
from shopflow.automations.queries import definition_of, runs_of
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.resting import as_date

MANY = 500
"""Runs that are locked and held in memory at once."""


@transaction.atomic
def replan_waits(*, email: str) -> int:
    """Reckon the waits of ``email`` anew after the person's time zone has changed; returns how many moved.

    The time on the wall stays: what was due at 18:00 there is due at 18:00 here, or now if that has passed. Waits of a
    fixed zone stay, and those of elapsed hours and minutes. Runs are locked by their keys in rising order, as the
    worker does it.
    """
    waiting = Run.objects.filter(email=email, state=Run.State.WAITING).order_by("pk").values_list("pk", flat=True)
    moved, last = 0, 0
    while keys := list(waiting.filter(pk__gt=last)[:MANY]):
        last = keys[-1]
        runs = [run for run in runs_of(keys, locked=True).values() if run.state == Run.State.WAITING]
        desk = Desk.of_now(runs)
        moved += sum(_replanned(desk, run) for run in runs)
        desk.write()
    return moved


def _replanned(desk: Desk, run: Run) -> bool:
    zone = desk.zone(run)
    if "wall" not in run.wait or run.wait.get("fixed") or run.wait["zone"] == zone:
        return False
    try:
        definition = definition_of(run.version)
    except DefinitionInvalid:  # parks the run when it is due
        return False
    step = definition.step(run.node) if definition.has(run.node) else None
    if step is None or not _by_the_wall(step, run):
        return False
    if isinstance(step, UntilCondition):  # is asked daily anyway: what moves is the time-out
        until = _moved(datetime.fromisoformat(run.wait["until"]), run.wait["zone"], zone)
        due_at, more = min(run.due_at, until), {"until": until.isoformat()}
    else:
        local = datetime.fromisoformat(run.wait["wall"])
        due_at, more = wall(local.date(), local.time(), ZoneInfo(zone)), {}
    desk.save(run, due_at=max(due_at, desk.now), wait={**run.wait, "zone": zone, **more})
    return True


def _moved(moment: datetime, old: str, new: str) -> datetime:
    local = moment.astimezone(ZoneInfo(old))
    return wall(local.date(), local.time(), ZoneInfo(new)).astimezone(UTC)


def _by_the_wall(step: Step, run: Run) -> bool:
    """Whether the end of ``step`` depends on where the person lives; hours and minutes pass everywhere alike."""
    if isinstance(step, UntilEvent | UntilCondition):
        return _on_the_calendar(step.timeout)
    if isinstance(step, UntilDate):
        found = as_date(run.subject.get(step.name))
        is_moment = isinstance(found, datetime) and found.tzinfo is not None
        return not (is_moment and step.moments.any) or _on_the_calendar(step.offset)
    return isinstance(step, Wait) and (type(step) is not Wait or not step.moments.any or _on_the_calendar(step.length))


def _on_the_calendar(length: Duration) -> bool:
    return bool(length.days or length.months or length.workdays)
