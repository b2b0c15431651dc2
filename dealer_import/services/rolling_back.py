from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from dealer_import.apply import taking_back
from dealer_import.exceptions import NotReversible
from dealer_import.locks import source_lock
from dealer_import.models import ImportRun
from shopflow.core import clock
from shopflow.core.services import audit
from shopflow.parts.services import announce_change


def rollback_run(*, run_id: int, actor: Any) -> ImportRun:
    """Take back what a run has written, and return the run that did so.

    Only fields whose value is still the run's go back to what they were; what staff or later runs have changed since
    stays. Parts that the run has added are hidden, never deleted. Raises ``NotReversible`` for a run that has written
    nothing or was taken back before, and ``SourceBusy`` while the source is being imported.
    """
    run = ImportRun.objects.get(pk=run_id)
    with source_lock(run.source), transaction.atomic():
        _check(run)
        undoing = ImportRun.objects.create(
            source=run.source,
            profile=run.profile,
            profile_version=run.profile_version,
            file_name=run.file_name,
            mode=ImportRun.Mode.ROLLBACK,
            state=ImportRun.State.RUNNING,
            undoes=run,
            started_by=actor,
            created_at=clock.now(),
            started_at=clock.now(),
        )
        at = connection.ops.adapt_datetimefield_value(clock.now())
        counts = taking_back.take_back(run_id=run.pk, undoing_id=undoing.pk, at=at)
        ImportRun.objects.filter(pk=undoing.pk).update(
            state=ImportRun.State.DONE,
            outcome=ImportRun.Outcome.APPLIED,
            changed=counts.changed,
            hidden=counts.hidden,
            percent=100,
            finished_at=clock.now(),
        )
        if counts.changed or counts.hidden:
            announce_change(run_id=undoing.pk, changed=counts.touched)
        audit(
            actor=actor, action="import_rolled_back", target=run, summary=f"{run}: {counts.changed} / {counts.hidden}"
        )
        undoing.refresh_from_db()
    return undoing


def may_roll_back(run: ImportRun) -> bool:
    """Whether the run has written something that can be taken back."""
    written = (
        run.outcome == ImportRun.Outcome.APPLIED and not run.dry_run and bool(run.created + run.changed + run.hidden)
    )
    return written and run.mode != ImportRun.Mode.ROLLBACK and not ImportRun.objects.filter(undoes=run).exists()


def _check(run: ImportRun) -> None:
    if not may_roll_back(run):
        raise NotReversible(_("This run has written nothing that could be taken back, or was taken back before."))
