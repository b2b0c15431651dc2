from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dealer_import.exceptions import SourceBusy
from dealer_import.locks import source_lock
from dealer_import.models import ImportRun
from dealer_import.services import records
from dealer_import.services.notifying import notify_staff
from dealer_import.services.queueing import TASK
from shopflow.core import clock
from shopflow.core.jobs import enqueue

SILENCE = timedelta(minutes=2)
"""A run that has shown no sign of life for so long, and whose source is not locked, has died."""
MAX_ATTEMPTS = 3


def reap_dead_runs() -> int:
    """Close runs whose process is gone, and queue those again whose file is still there; returns how many there were.

    Nothing of such a run was written: everything that it does to the shop is one transaction.
    """
    silent = Q(heartbeat_at=None) | Q(heartbeat_at__lt=timezone.now() - SILENCE)
    dead = 0
    for run in ImportRun.objects.filter(silent, state=ImportRun.State.RUNNING).order_by("pk"):
        try:
            with source_lock(run.source):
                dead += _reap(run)
        except SourceBusy:
            continue
    if dead:
        notify_staff()
    return dead


@transaction.atomic
def _reap(run: ImportRun) -> int:
    still = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.RUNNING)
    if run.stored_file and run.attempts < MAX_ATTEMPTS:
        changed = still.update(state=ImportRun.State.WAITING, percent=0, progress=0, step="")
        if changed:
            enqueue(TASK, run_id=run.pk)
        return changed
    return still.update(state=ImportRun.State.FAILED, message=records.died(), finished_at=clock.now())
