"""Waits reckoned anew: of a person whose time zone has changed, and of zones whose clocks are set otherwise."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from shopflow.automations.definitions import Duration, PluginWait, Step, UntilCondition, UntilDate, UntilEvent, Wait
from shopflow.automations.definitions.timing import wall
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.models import Run, ZoneData
from shopflow.automations.queries import definition_of, runs_of
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.resting import as_date
from shopflow.contracts.types import JSONDict
from shopflow.core import clock

MANY = 500
"""Runs that are locked and held in memory at once."""
SETTLED = timedelta(minutes=1)
"""After this long no worker reckons by the old data of a zone any more."""


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
    step = _step_by_the_wall(run)
    if step is None:
        return False
    due_at, more = _due_in(zone, run, step)
    desk.save(run, due_at=max(due_at, desk.now), wait={**run.wait, "zone": zone, **more})
    return True


def replan_zones() -> int:
    """Reckon waits anew whose zone's clocks are set otherwise than was known when they began; returns how many moved.

    ``look_at_zones`` has noted these zones. Each page of runs is one transaction that also notes how far it has come:
    whoever is stopped goes on there, and of several workers each page has one. What stays at its instant is left alone,
    as are elapsed hours and minutes; what is due by the new clocks already is due now.
    """
    moved = 0
    while (page := _replan_page()) is not None:
        moved += page
    return moved


@transaction.atomic
def _replan_page() -> int | None:
    """How many waits of the next page have moved; None when nothing is left that nobody else is at."""
    noted = ZoneData.objects.filter(replan_after__isnull=False, changed_at__lte=clock.now() - SETTLED)
    zones = list(noted.select_for_update(skip_locked=True).order_by("zone"))
    if not zones:
        return None
    last = min(zone.replan_after or 0 for zone in zones)
    mine = [zone.zone for zone in zones if zone.replan_after == last]
    waiting = Run.objects.filter(state=Run.State.WAITING, pk__gt=last, wait__zone__in=mine)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:MANY])
    ZoneData.objects.filter(zone__in=mine).update(replan_after=keys[-1] if keys else None)
    if not keys:
        return 0
    runs = [run for run in runs_of(keys, locked=True).values() if run.state == Run.State.WAITING]
    desk = Desk.of_now(runs)
    moved = sum(_follows_the_clocks(desk, run) for run in runs)
    desk.write()
    return moved


def _follows_the_clocks(desk: Desk, run: Run) -> bool:
    step = _step_by_the_wall(run)
    if step is None:
        return False
    due_at, more = _due_in(run.wait["zone"], run, step)
    due_at = max(due_at, min(desk.now, run.due_at))
    if due_at == run.due_at and all(run.wait.get(name) == value for name, value in more.items()):
        return False
    changed = {"wait": {**run.wait, **more}} if more else {}
    desk.save(run, due_at=due_at, **changed)
    return True


def _step_by_the_wall(run: Run) -> Step | None:
    """The step at which ``run`` waits for a time on the wall; None if it waits for something else."""
    if "wall" not in run.wait:
        return None
    try:
        definition = definition_of(run.version)
    except DefinitionInvalid:  # parks the run when it is due
        return None
    step = definition.step(run.node) if definition.has(run.node) else None
    return step if step is not None and _by_the_wall(step, run) else None


def _due_in(zone: str, run: Run, step: Step) -> tuple[datetime, JSONDict]:
    """When ``run`` is due by the clocks of ``zone``, past or not, and what else changes in its ``wait``."""
    there = ZoneInfo(zone)
    if isinstance(step, UntilCondition):  # is asked daily anyway: what moves is the time-out
        found = _wall_of_until(run, moves=zone != run.wait["zone"])
        if found is None:
            return run.due_at, {}
        until = wall(found.date(), found.time(), there)
        return min(run.due_at, until), {"until": until.isoformat()}
    local = datetime.fromisoformat(run.wait["wall"])
    at = _at(step)
    if at is None and run.due_at.astimezone(there).replace(tzinfo=None) == local:
        return run.due_at, {}  # also the second time of a doubled hour
    return wall(local.date(), at or local.time(), there), {}


def _wall_of_until(run: Run, *, moves: bool) -> datetime | None:
    """What clocks show at the time-out; None for a wait of an older shopflow that has only the moment."""
    if "until_wall" in run.wait:
        return datetime.fromisoformat(run.wait["until_wall"])
    if not moves:
        return None  # is noted when it is asked again, within a day
    return datetime.fromisoformat(run.wait["until"]).astimezone(ZoneInfo(run.wait["zone"])).replace(tzinfo=None)


def _at(step: Step) -> time | None:
    """The time of the day that ``step`` names itself; on a day without it, the wall showed a later one."""
    named = isinstance(step, Wait | UntilDate) and not isinstance(step, PluginWait)
    return step.moments.at if named else None  # type: ignore[union-attr]


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
