"""The worker: it takes due runs in batches and moves each as far as it goes."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from shopflow.automations.models import Run
from shopflow.automations.services.ending import park_run
from shopflow.automations.services.steps import advance
from shopflow.core import clock
from shopflow.core.claims import claim

logger = logging.getLogger("shopflow.automations")

LEASE = timedelta(minutes=5)
BATCH = 50
STEPS_AT_ONCE = 50
BUSY_ATTEMPTS = 5


def run_due(*, limit: int = BATCH) -> int:
    """Move up to ``limit`` due runs and return how many were taken. Its cost grows with what is due, not what waits."""
    now = clock.now()
    due = Run.objects.filter(state__in=Run.RUNNABLE, due_at__lte=now).order_by("due_at", "pk")
    keys = claim(due, now=now, lease=LEASE, limit=limit)
    for key in keys:
        _work(key)
    return len(keys)


def _work(run_id: int) -> None:
    """Take step after step until the run waits, ends or is parked."""
    try:
        for _step in range(STEPS_AT_ONCE):
            if not advance(run_id):
                return
    except OperationalError as error:  # the database was busy: the step is undone and tried again later
        logger.warning("Run %s meets a busy database: %s", run_id, error)
        _later(run_id, str(error))
        return
    Run.objects.filter(pk=run_id).update(lease_until=None)


@transaction.atomic
def _later(run_id: int, reason: str) -> None:
    run = Run.objects.select_for_update(of=("self",)).select_related("flow").get(pk=run_id)
    if run.state not in Run.RUNNABLE:
        return
    run.attempts += 1
    if run.attempts > BUSY_ATTEMPTS:
        sentence = _("The database refused the step %(count)s times: %(reason)s")
        park_run(run, code="database_busy", reason=sentence % {"count": run.attempts, "reason": reason})
    else:
        run.due_at, run.lease_until = clock.now() + timedelta(minutes=run.attempts), None
    run.save(update_fields=["attempts", "due_at", "lease_until"])
