"""What an import leaves behind, and for how long: values that runs have replaced, and files that nobody has used."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef

from dealer_import.exceptions import SourceBusy
from dealer_import.files import forget_file
from dealer_import.locks import source_lock
from dealer_import.models import ImportRun, PartUndo, ProfileDraft
from dealer_import.services.drafting import drop_draft
from shopflow.core import clock
from shopflow.parts.services.sql import execute

BATCH = 10_000
DEFAULT_DAYS = 90


def keep_days() -> int:
    """For how many days a run can be taken back, from ``SHOPFLOW_IMPORT_KEEP_DAYS``."""
    return int(getattr(settings, "SHOPFLOW_IMPORT_KEEP_DAYS", DEFAULT_DAYS))


def forget_old_values() -> int:
    """Delete undo entries of runs whose time is over, in small statements; returns how many were deleted.

    A run is marked first, under its source's lock, so that nobody takes half of it back; a source that is busy comes
    next time.
    """
    for run in _expired():
        try:
            with source_lock(run.source):
                ImportRun.objects.filter(pk=run.pk).update(undo_forgotten_at=clock.now())
        except SourceBusy:
            continue
    entries = PartUndo.objects.filter(run_id=OuterRef("pk"))
    marked = ImportRun.objects.filter(Exists(entries), undo_forgotten_at__isnull=False)
    return sum(_delete(run_id) for run_id in list(marked.values_list("pk", flat=True)))


def _expired() -> list[ImportRun]:
    runs = ImportRun.objects.filter(outcome=ImportRun.Outcome.APPLIED, dry_run=False, undo_forgotten_at=None)
    return list(runs.filter(finished_at__lt=_limit()).only("pk", "source"))


def _delete(run_id: int) -> int:
    table = connection.ops.quote_name(PartUndo._meta.db_table)
    some = f"SELECT part_id FROM {table} WHERE run_id = %s LIMIT {BATCH}"  # noqa: S608 - our own table
    deleted = 0
    while number := execute(f"DELETE FROM {table} WHERE run_id = %s AND part_id IN ({some})", [run_id, run_id]):  # noqa: S608
        deleted += number
    return deleted


def forget_unused_files() -> int:
    """Remove the files of old dry runs that nobody has applied, and old drafts of profiles; returns how many."""
    forgotten = 0
    unused = ImportRun.objects.filter(dry_run=True, followed_by=None, finished_at__lt=_limit()).exclude(stored_file="")
    for run in unused.only("pk", "stored_file"):
        if ImportRun.objects.filter(pk=run.pk, followed_by=None).update(stored_file=""):
            forget_file(run.stored_file)
            forgotten += 1
    for draft in ProfileDraft.objects.filter(created_at__lt=_limit()).only("pk"):
        drop_draft(draft_id=draft.pk)
        forgotten += 1
    return forgotten


def _limit() -> datetime:
    return clock.now() - timedelta(days=keep_days())
