from __future__ import annotations

from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from dealer_import.brakes import Seen
from dealer_import.exceptions import FileForgotten, NotWaiting, Overtaken, SourceBusy
from dealer_import.files import forget_file, keep_stream, local_copy
from dealer_import.models import ImportRun
from dealer_import.profiles import BadProfile, Profile
from dealer_import.report import Report
from dealer_import.services import records
from dealer_import.services.correcting import feed_corrections
from dealer_import.services.rolling_back import carry_out
from dealer_import.services.running import run_import
from shopflow.core.jobs import enqueue

TASK = records.TASK


def queue_upload(*, stream: IO[bytes], file_name: str, profile: Profile, actor: Any) -> ImportRun:
    """Store an uploaded file and queue a dry run of it; nothing reaches the shop before staff apply it."""
    stored = keep_stream(stream, name=file_name)
    with transaction.atomic():
        run = records.create_run(
            profile=profile, file_name=file_name, stored_file=stored, dry_run=True, started_by=actor
        )
        enqueue(TASK, run_id=run.pk)
    return run


def queue_run(*, follows: ImportRun, actor: Any) -> ImportRun:
    """Queue the real run of a dry run's or a held run's file, by the same profile.

    Raises ``FileForgotten``, and ``Overtaken`` where that would bring back what a later file has replaced.
    """
    if not follows.stored_file:
        raise FileForgotten(_("The file is no longer kept. Have it delivered again, or upload it."))
    overtaken = why_overtaken(follows)
    if overtaken:
        raise Overtaken(overtaken)
    profile = records.profile_of(follows)
    with transaction.atomic():
        run = records.create_run(
            profile=profile,
            file_name=follows.file_name,
            stored_file=follows.stored_file,
            started_by=actor,
            follows=follows,
        )
        enqueue(TASK, run_id=run.pk)
    return run


def why_overtaken(run: ImportRun) -> str:
    """Why the file of a dry run or a held run may not be brought in any more; empty if it may."""
    later = records.overtaken_by(run)
    if later is None:
        return ""
    told = _(
        "A later file of this source is in the shop already (run %(number)s); this one would bring back old prices and "
        "stocks. If you want it all the same, upload it again."
    )
    return told % {"number": later.pk}


def execute_run(*, run_id: int) -> Report | None:
    """Do a waiting run; None when it is not waiting (any more), takes a run back, or cannot be done.

    A run whose file or reader is gone has failed, and says so. Raises ``SourceBusy`` to be called again later: while
    the source is being imported, or an earlier run of it still waits.
    """
    run = ImportRun.objects.select_related("follows").filter(pk=run_id, state=ImportRun.State.WAITING).first()
    if run is None:
        return None
    _keep_order(run)
    if run.mode == ImportRun.Mode.ROLLBACK:
        carry_out(run)
        return None
    try:
        report = feed_corrections(run) if run.mode == ImportRun.Mode.CORRECTION else _import(run)
    except NotWaiting:
        return None
    except (BadProfile, FileForgotten) as error:
        records.end_failed(run.pk, str(error))
        return None
    if report.outcome == "refused" or (not run.dry_run and report.outcome != "held"):
        forget_file(run.stored_file)
    return report


def _keep_order(run: ImportRun) -> None:
    """What changes the shop is done in the order in which it came, or yesterday's stock would follow today's."""
    earlier = ImportRun.objects.filter(source=run.source, state=ImportRun.State.WAITING, dry_run=False, pk__lt=run.pk)
    if not run.dry_run and earlier.exists():
        raise SourceBusy(_("An earlier run of the source %(source)s comes first.") % {"source": run.source})


def _import(run: ImportRun) -> Report:
    held = run.follows if run.follows and run.follows.decision == ImportRun.Decision.RELEASED else None
    seen = held.samples.get("seen") if held else None
    with local_copy(run.stored_file) as path:
        return run_import(
            path=path,
            profile=records.profile_of(run),
            file_name=run.file_name,
            dry_run=run.dry_run,
            run=run,
            override_brakes=held is not None and seen is None,
            released=Seen(**seen) if seen else None,
        )
