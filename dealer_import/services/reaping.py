from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from dealer_import.exceptions import SourceBusy
from dealer_import.locks import source_lock
from dealer_import.models import ImportRun, ParallelRun
from dealer_import.services import comparing, records
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
    repeatable = run.stored_file or run.mode == ImportRun.Mode.ROLLBACK
    if repeatable and run.attempts < MAX_ATTEMPTS:
        changed = still.update(state=ImportRun.State.WAITING, percent=0, progress=0, step="")
        if changed:
            enqueue(TASK, run_id=run.pk)
        return changed
    return still.update(state=ImportRun.State.FAILED, message=records.died(), finished_at=clock.now())


def reap_dead_comparisons() -> int:
    """The same for comparisons of two profiles; returns how many there were."""
    silent = Q(heartbeat_at=None) | Q(heartbeat_at__lt=timezone.now() - SILENCE)
    dead = 0
    for parallel in ParallelRun.objects.filter(silent, state=ParallelRun.State.RUNNING).order_by("pk"):
        try:
            with source_lock(comparing.lock_of(parallel)):
                dead += _reap_comparison(parallel)
        except SourceBusy:
            continue
    return dead


@transaction.atomic
def _reap_comparison(parallel: ParallelRun) -> int:
    still = ParallelRun.objects.filter(pk=parallel.pk, state=ParallelRun.State.RUNNING)
    if parallel.attempts < MAX_ATTEMPTS:
        changed = still.update(state=ParallelRun.State.WAITING, percent=0, progress=0, step="")
        if changed:
            enqueue(comparing.TASK, parallel_id=parallel.pk)
        return changed
    told = _("The process ended in the middle, three times. Nothing was changed. Try it with a smaller file.")
    changed = still.update(state=ParallelRun.State.FAILED, message=told, finished_at=clock.now())
    if changed:
        transaction.on_commit(lambda: comparing.forget_files(parallel))
    return changed
