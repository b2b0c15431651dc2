"""The worker: it takes due runs in batches and moves each as far as it goes, with one commit for a batch.

A batch that fails in the database is undone and taken again run by run, so that one run never holds up another.
"""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from shopflow.automations.calendars import Rules
from shopflow.automations.definitions import Act
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.models import Flow, FlowVersion, Run
from shopflow.automations.queries import definition_of, runs_of
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.ending import park_run
from shopflow.automations.services.languages import known_together
from shopflow.automations.services.steps import advance, park_broken, run_outside
from shopflow.contracts.automations import actions
from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.claims import claim
from shopflow.mailing.services import written_together

logger = logging.getLogger("shopflow.automations")

LEASE = timedelta(minutes=5)
BATCH = 2000
"""Runs claimed at once: what they share costs each the less; how long a transaction takes has a limit of its own."""
BUSY_ATTEMPTS = 5
LONGEST = 2.0
"""Seconds that one transaction may decide for before it is committed: events about its runs wait so long at most."""


def run_due(*, limit: int = BATCH) -> int:
    """Move up to ``limit`` due runs and return how many were taken. Its cost grows with what is due, not what waits."""
    rules = Rules.of_now()
    if rules.halted:
        return 0
    now = clock.now()
    due = Run.objects.filter(state__in=Run.RUNNABLE, due_at__lte=now)
    paused = list(Flow.objects.filter(paused_at__isnull=False).values_list("pk", flat=True))
    if paused:
        due = due.exclude(flow_id__in=paused)
    keys = claim(due.order_by("due_at", "pk"), now=now, lease=LEASE, limit=limit)
    left, size = keys, limit
    while left:
        taken, rest = left[:size], left[size:]
        late = _work(taken, rules)
        size = max(1, 2 * (len(taken) - len(late)))  # what the time suffices for, and room to find out
        left = [*late, *rest]
    return len(keys)


def _work(keys: Sequence[int], rules: Rules) -> Sequence[int]:
    """Move the runs ``keys`` in one transaction; return those that the time did not suffice for."""
    try:
        with _uncollected(), transaction.atomic():
            outside, left = _move(keys, rules)
    except Exception as error:
        if len(keys) > 1:
            logger.warning("A batch of %s runs is taken again one by one: %s", len(keys), error)
            for key in keys:
                _work([key], rules)
        elif isinstance(error, OperationalError):
            logger.warning("Run %s meets a busy database: %s", keys[0], error)
            _later(keys[0], str(error))
        else:
            logger.exception("A step of run %s failed", keys[0])
            park_broken(keys[0], error)
        return []
    for run in outside:
        _reach_out(run, rules)
    return left


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from going through the rows of a batch over and over: all are needed to its end."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _move(keys: Sequence[int], rules: Rules) -> tuple[list[Run], Sequence[int]]:
    """Lock and advance; return the runs that stand before an outside action, and the keys not come to."""
    now = clock.now()
    runs = [run for run in runs_of(keys, locked=True).values() if run.state in Run.RUNNABLE and run.due_at <= now]
    moved = {run.id for run in runs}
    if len(moved) < len(keys):  # somebody else has moved or ended them meanwhile
        Run.objects.filter(pk__in=set(keys) - moved).update(lease_until=None)
    runs.sort(key=lambda run: (-run.flow.priority, run.due_at, run.id))
    desk = Desk(now, runs, rules)
    writing = {version.pk for version in {run.version for run in runs} if _advertises(version)}
    desk.lock([run.email for run in runs if run.version_id in writing])
    outside: list[Run] = []
    left: Sequence[int] = []
    began = time.monotonic()
    with written_together(), known_together(run.email for run in runs):
        for number, run in enumerate(runs):
            if number and time.monotonic() - began > LONGEST:
                left = [late.id for late in runs[number:]]
                break
            if advance(desk, run):
                outside.append(run)
    desk.write()
    return outside, left


def _advertises(version: FlowVersion) -> bool:
    """Whether the version may write advertising; its people are then locked before anything is decided."""
    try:
        definition = definition_of(version)
    except DefinitionInvalid:
        return False
    for step in definition.steps:
        if isinstance(step, Act) and step.action in actions:
            sending = actions.get(step.action).sends(step.settings)
            if sending is not None and sending.mail_class is MailClass.ADVERTISING:
                return True
    return False


def _reach_out(run: Run, rules: Rules) -> None:
    """Do an outside action, and go on with the run by itself."""
    try:
        goes_on = run_outside(run)
    except OperationalError as error:
        logger.warning("Run %s meets a busy database: %s", run.id, error)
        _later(run.id, str(error))
        return
    if goes_on:
        _work([run.id], rules)


@transaction.atomic
def _later(run_id: int, reason: str) -> None:
    run = Run.objects.select_for_update(of=("self",)).select_related("flow").get(pk=run_id)
    if run.state not in Run.RUNNABLE:
        return
    desk = Desk.of_now([run])
    attempts = run.attempts + 1
    if attempts > BUSY_ATTEMPTS:
        sentence = _("The database refused the step %(count)s times: %(reason)s")
        park_run(desk, run, code="database_busy", reason=sentence % {"count": attempts, "reason": reason})
    desk.save(run, attempts=attempts, due_at=desk.now + timedelta(minutes=attempts), lease_until=None)
    desk.write()
