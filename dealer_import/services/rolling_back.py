from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from dealer_import.apply import prices, taking_back
from dealer_import.exceptions import NotReversible
from dealer_import.locks import source_lock
from dealer_import.models import ImportRun, PartUndo
from dealer_import.progress import TAKING_BACK, Pulse
from dealer_import.services import records
from dealer_import.services.switching import switch_due_prices
from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.core.services import audit
from shopflow.parts.services import align_tax_classes, announce_change

State = ImportRun.State


def queue_rollback(*, run_id: int, actor: Any) -> ImportRun:
    """Queue the taking back of a run, and return the run that will do so; one that has failed is queued again.

    Raises ``NotReversible`` for a run that has written nothing, was taken back before, or is too old.
    """
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        _check(run)
        undoing, _created = ImportRun.objects.update_or_create(
            undoes=run,
            defaults={"state": State.WAITING, "message": "", "attempts": 0, "percent": 0, "started_by": actor},
            create_defaults={
                "source": run.source,
                "profile": run.profile,
                "profile_version": run.profile_version,
                "file_name": run.file_name,
                "mode": ImportRun.Mode.ROLLBACK,
                "started_by": actor,
                "created_at": clock.now(),
                "undoes": run,
            },
        )
        enqueue(records.TASK, run_id=undoing.pk)
    return undoing


def rollback_run(*, run_id: int, actor: Any) -> ImportRun:
    """Take back at once what a run has written, and return the run that did so.

    Only fields whose value is still the run's go back to what they were; what staff or later runs have changed since
    stays. Parts that the run has added are hidden, never deleted. Raises ``NotReversible`` as :func:`queue_rollback`
    does, and ``SourceBusy`` while the source is being imported.
    """
    run = ImportRun.objects.get(pk=run_id)
    with source_lock(run.source):
        undoing = queue_rollback(run_id=run_id, actor=actor)
    carry_out(undoing)
    undoing.refresh_from_db()
    return undoing


def carry_out(undoing: ImportRun) -> None:
    """Do a waiting taking-back, in one transaction; nothing if it is not waiting (any more). Raises ``SourceBusy``."""
    with source_lock(undoing.source):
        waiting = ImportRun.objects.filter(pk=undoing.pk, state=State.WAITING)
        now = clock.now()
        begun = {"state": State.RUNNING, "started_at": now, "heartbeat_at": timezone.now()}
        if not waiting.update(attempts=F("attempts") + 1, **begun):
            return
        try:
            with Pulse(undoing, size=1, shares=TAKING_BACK) as pulse, transaction.atomic():
                pulse.begin("undo", rows=PartUndo.objects.filter(run_id=undoing.undoes_id).count())
                _take_back(undoing)
        except NotReversible as error:
            ImportRun.objects.filter(pk=undoing.pk).update(
                state=State.FAILED, message=str(error), finished_at=clock.now()
            )
        except Exception as error:
            if not transaction.get_connection().needs_rollback:
                records.fail_run(undoing.pk, error)
            raise


def _take_back(undoing: ImportRun) -> None:
    run = ImportRun.objects.get(pk=undoing.undoes_id)
    if run.undo_forgotten_at:
        raise NotReversible(too_old())
    at = connection.ops.adapt_datetimefield_value(clock.now())
    prices.hold_those_of(run.pk)
    counts = taking_back.take_back(run_id=run.pk, undoing_id=undoing.pk, partner_id=records.partner_id_of(run), at=at)
    switch_due_prices()  # the day of a price that waits again may have begun meanwhile
    ImportRun.objects.filter(pk=undoing.pk).update(
        state=State.DONE,
        outcome=ImportRun.Outcome.APPLIED,
        changed=counts.changed,
        hidden=counts.hidden,
        percent=100,
        finished_at=clock.now(),
    )
    align_tax_classes()
    if counts.changed or counts.hidden:
        announce_change(run_id=undoing.pk, changed=counts.touched)
    summary = f"{run}: {counts.changed} / {counts.hidden}"
    audit(actor=undoing.started_by, action="import_rolled_back", target=run, summary=summary)


def may_roll_back(run: ImportRun) -> bool:
    """Whether the run has written something that can be taken back."""
    return _wrote(run) and not run.undo_forgotten_at and not _undone(run)


def too_old() -> str:
    """What is said of a run whose former values are no longer kept."""
    return _(
        "This run can no longer be taken back: what it replaced is no longer kept. "
        "Import a delivery that holds the values you want."
    )


def refusal(run: ImportRun) -> str:
    """Why the run cannot be taken back."""
    if run.undo_forgotten_at and _wrote(run):
        return too_old()
    return _("This run has written nothing that could be taken back, or was taken back before.")


def _wrote(run: ImportRun) -> bool:
    written = run.outcome == ImportRun.Outcome.APPLIED and not run.dry_run and run.mode != ImportRun.Mode.ROLLBACK
    return written and (run.created + run.changed + run.hidden > 0 or PartUndo.objects.filter(run_id=run.pk).exists())


def _undone(run: ImportRun) -> bool:
    return ImportRun.objects.filter(undoes=run).exclude(state=State.FAILED).exists()


def _check(run: ImportRun) -> None:
    if not may_roll_back(run):
        raise NotReversible(refusal(run))
