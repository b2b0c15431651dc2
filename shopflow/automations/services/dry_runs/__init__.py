"""Dry runs over history: who would have got what, when, and why not. See ``replay`` for how they are made."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shopflow.automations.definitions import missing_extensions, read
from shopflow.automations.exceptions import DefinitionInvalid, NotAllowed
from shopflow.automations.models import Decision, DryRun, Flow, Run
from shopflow.automations.services.dry_runs.replay import Tell, replayed
from shopflow.automations.services.dry_runs.reporting import numbers, write_lines
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.jobs import enqueue

__all__ = ["JOB", "LONGEST", "execute_dry_run", "start_dry_run"]

logger = logging.getLogger("shopflow.automations")

JOB = "shopflow.automations.dry_run"
LONGEST = timedelta(days=366)
KEEPS = timedelta(days=90)
"""Reports with people's addresses in them are deleted after that."""

LEASE = timedelta(minutes=10)
"""Wall-clock time. A worker that has not told anything for so long is dead."""


@transaction.atomic
def start_dry_run(
    *,
    flow: Flow,
    since: datetime,
    until: datetime,
    actor: Any,
    definition: JSONDict | None = None,
    label: str = "",
    together: bool = True,
) -> DryRun:
    """Have the history from ``since`` to ``until`` replayed in the background.

    Without ``definition`` the flow is replayed as it was: its versions and its switch of then. Raises
    :class:`DefinitionInvalid`, or :class:`NotAllowed` for a stretch of time that is none, lies ahead or is too long.
    """
    until = min(until, clock.now())
    if not timedelta() < until - since <= LONGEST:
        raise NotAllowed(_("Choose a stretch of the past of at most a year."))
    if definition is not None and (problems := missing_extensions(read(definition))):
        raise DefinitionInvalid(problems)
    if definition is None and flow.active_version_id is None:
        raise NotAllowed(_("The automation has no version yet."))
    DryRun.objects.filter(created_at__lt=clock.now() - KEEPS).delete()
    dry_run = DryRun.objects.create(
        flow=flow, definition=definition, label=label[:100], since=since, until=until, together=together,
        started_by=actor, created_at=clock.now(),
    )  # fmt: skip
    enqueue(JOB, dry_run_id=dry_run.pk)
    return dry_run


def execute_dry_run(*, dry_run_id: int) -> bool:
    """Do it now, unless another worker is about it; False then. A failure is kept for staff to read."""
    free = Q(state=DryRun.State.WAITING) | Q(state=DryRun.State.RUNNING, lease_until__lt=timezone.now())
    taken = DryRun.objects.filter(free, pk=dry_run_id).update(
        state=DryRun.State.RUNNING, lease_until=timezone.now() + LEASE, events_done=0, error=""
    )
    if not taken:
        return False
    dry_run = DryRun.objects.get(pk=dry_run_id)
    try:
        dry_run.lines.all().delete()
        with replayed(dry_run, tell=_teller(dry_run)) as came_of, transaction.atomic():
            tally = write_lines(dry_run)
            found = numbers(dry_run, came_of, tally)
        report = {**found, **_of_life(dry_run)}
        _finish(dry_run, DryRun.State.DONE, report=report, events_total=came_of.total, events_done=came_of.total)
    except Exception as error:  # shown to staff on the dry run's page
        logger.exception("Dry run %s failed", dry_run_id)
        _finish(dry_run, DryRun.State.FAILED, error=f"{type(error).__name__}: {error}")
    return True


def _finish(dry_run: DryRun, state: str, **values: Any) -> None:
    DryRun.objects.filter(pk=dry_run.pk).update(state=state, lease_until=None, finished_at=clock.now(), **values)


def _teller(dry_run: DryRun) -> Tell:
    """Tells the progress over a connection of its own: the replay's own may write nothing and commits late."""
    if connection.in_atomic_block:
        return lambda done, total: None
    other = connection.copy()
    statement = (
        f"UPDATE {DryRun._meta.db_table} SET events_done = %s, events_total = %s, lease_until = %s WHERE id = %s"  # noqa: S608 - our own name
    )

    def tell(done: int, total: int) -> None:
        lease = other.ops.adapt_datetimefield_value(timezone.now() + LEASE)
        with other.cursor() as cursor:
            cursor.execute(statement, [done, total, lease, dry_run.pk])
        if done >= total:
            other.close()

    return tell


def _of_life(dry_run: DryRun) -> JSONDict:
    """What happened in life and a replay cannot know: staff's own hand, and runs from before."""
    by_staff = Decision.objects.filter(
        flow=dry_run.flow_id, gate=Decision.Gate.STAFF, at__gte=dry_run.since, at__lt=dry_run.until
    )
    from_before = Run.objects.filter(flow=dry_run.flow_id, entered_at__lt=dry_run.since).filter(
        Q(ended_at=None) | Q(ended_at__gte=dry_run.since)
    )
    return {"by_staff": by_staff.count(), "from_before": from_before.count()}
