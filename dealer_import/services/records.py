"""The rows about a run: begun, moved on, ended."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from dealer_import.exceptions import NotWaiting
from dealer_import.findings import Finding
from dealer_import.models import ImportFinding, ImportRun
from dealer_import.profiles import Profile, resolve_profile
from dealer_import.report import Report
from dealer_import.scope import PARTNER_CODE
from shopflow.core import clock

TASK = "dealer_import.execute_run"
"""The job that does a waiting run."""
COUNTS = ("accepted", "rejected", "skipped", "created", "changed", "unchanged", "hidden")


def create_run(*, profile: Profile, file_name: str, **fields: Any) -> ImportRun:
    """A run that waits."""
    return ImportRun.objects.create(
        source=profile.source,
        profile=profile.name,
        profile_version=profile.version,
        profile_tables=dict(profile.options),
        file_name=file_name[:255],
        created_at=clock.now(),
        **{"mode": profile.mode, **fields},
    )


def profile_of(run: ImportRun) -> Profile:
    """The profile as it was when the run was created. Raises ``BadProfile`` if it does not hold any more."""
    return resolve_profile(run.profile, {run.profile: run.profile_tables})


def partner_id_of(run: ImportRun | None) -> int:
    """Key of the partner whose prices and stocks the run writes; 0 if there is none any more."""
    code = str((run.profile_tables if run is not None else {}).get("partner", "")) or PARTNER_CODE
    partners = get_model("partner", "Partner").objects.filter(code=code)
    return partners.values_list("pk", flat=True).first() or 0


def start_run(run: ImportRun, *, sha256: str, size: int) -> None:
    """The run holds its source's lock and begins; runs of the source that still say so have died, and are closed.

    Raises ``NotWaiting`` when another process has done the run meanwhile.
    """
    dead = ImportRun.objects.filter(source=run.source, state=ImportRun.State.RUNNING).exclude(pk=run.pk)
    dead.update(state=ImportRun.State.FAILED, message=died(), finished_at=clock.now())
    begun = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.WAITING).update(
        state=ImportRun.State.RUNNING,
        step=ImportRun.Step.READING,
        sha256=sha256,
        size=size,
        progress=0,
        percent=0,
        attempts=F("attempts") + 1,
        started_at=clock.now(),
        heartbeat_at=timezone.now(),
    )
    if not begun:
        raise NotWaiting(str(run))


def died() -> str:
    """What is said of a run whose process ended in the middle."""
    return _("The process ended in the middle. Nothing of the file was written; import it again.")


def note_mode(run: ImportRun, *, profile_mode: str, told: str) -> None:
    """Write down how far the delivery goes where its file says something else than the profile; ``told`` is that."""
    if run.mode == profile_mode != told:
        run.mode = told
        ImportRun.objects.filter(pk=run.pk).update(mode=told)


def finish_run(run_id: int, report: Report, *, stored_file: str = "") -> None:
    """Write down the report; findings in one go."""
    values: dict[str, Any] = {name: getattr(report, name) for name in COUNTS}
    if stored_file:
        values["stored_file"] = stored_file
    run = ImportRun.objects.filter(pk=run_id)
    run.update(
        state=ImportRun.State.DONE,
        outcome=report.outcome,
        reason=report.reason,
        message=report.message,
        stamp=report.stamp,
        warnings=report.warnings,
        samples=report.samples,
        columns=_columns(report),
        finished_at=clock.now(),
        progress=F("size"),
        percent=100,
        step="",
        **values,
    )
    ImportFinding.objects.bulk_create([_row(run_id, finding) for finding in report.findings], batch_size=1000)


def _columns(report: Report) -> list[str]:
    """The columns of the delivered rows in their order, which a JSON object does not keep on PostgreSQL."""
    return next((list(finding.fields) for finding in report.findings if finding.fields), [])


def fail_run(run_id: int, error: Exception) -> None:
    """The run ended by an error that no rule foresaw; nothing of it was written."""
    told = _("The import broke off (%(error)s). Nothing was written. Tell whoever looks after the shop.")
    end_failed(run_id, told % {"error": f"{type(error).__name__}: {error}"[:500]})


def end_failed(run_id: int, message: str) -> None:
    """The run cannot be done; ``message`` says why, and what to do."""
    ImportRun.objects.filter(pk=run_id).update(state=ImportRun.State.FAILED, message=message, finished_at=clock.now())


def last_applied(source: str) -> ImportRun | None:
    """The last run of ``source`` that was written into the shop as a whole file, and not taken back since."""
    return _written(source).first()


def overtaken_by(run: ImportRun) -> ImportRun | None:
    """The run in the shop of a file that came after the file of ``run`` and takes its place.

    That is one that the same profile read, or after a whole catalogue another one: the source may have been switched to
    another profile since. A file came with the first of the runs that follow each other: its dry run, or the held one.
    """
    came = Coalesce("follows__follows_id", "follows_id", "pk")
    own = ImportRun.objects.annotate(came=came).values_list("came", flat=True).get(pk=run.pk)
    alike = Q(profile=run.profile)
    if run.mode == ImportRun.Mode.FULL:
        alike |= Q(mode=ImportRun.Mode.FULL)
    return _written(run.source).annotate(came=came).filter(alike, came__gt=own).first()


def _written(source: str) -> QuerySet[ImportRun]:
    runs = ImportRun.objects.filter(source=source, outcome=ImportRun.Outcome.APPLIED, dry_run=False)
    aside = (ImportRun.Mode.CORRECTION, ImportRun.Mode.ROLLBACK)
    return runs.filter(undone_by=None).exclude(mode__in=aside)


def _row(run_id: int, finding: Finding) -> ImportFinding:
    return ImportFinding(
        run_id=run_id,
        code=finding.code[:32],
        severity=finding.severity.value,
        line=finding.line,
        column=finding.column[:200],
        raw=finding.raw[:200],
        hint=finding.hint,
        record=finding.record,
        fields=finding.fields if finding.fields is None else dict(finding.fields),
    )
