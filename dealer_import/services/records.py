"""The rows about a run: begun, moved on, ended."""

from __future__ import annotations

from typing import Any

from dealer_import.findings import Finding
from dealer_import.models import ImportFinding, ImportRun
from dealer_import.profiles import Profile
from dealer_import.report import Report
from shopflow.core import clock

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
        **fields,
    )


def start_run(run: ImportRun, *, sha256: str, size: int) -> None:
    """The run holds its source's lock and begins; runs of the source that still say so have died, and are closed."""
    dead = ImportRun.objects.filter(source=run.source, state=ImportRun.State.RUNNING).exclude(pk=run.pk)
    dead.update(state=ImportRun.State.FAILED, finished_at=clock.now())
    ImportRun.objects.filter(pk=run.pk).update(
        state=ImportRun.State.RUNNING, sha256=sha256, size=size, progress=0, started_at=clock.now()
    )


def move_on(run_id: int, *, progress: int) -> None:
    """Note how many bytes have been read."""
    ImportRun.objects.filter(pk=run_id).update(progress=progress)


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
        finished_at=clock.now(),
        progress=run.values("size"),
        **values,
    )
    ImportFinding.objects.bulk_create([_row(run_id, finding) for finding in report.findings], batch_size=1000)


def fail_run(run_id: int, error: Exception) -> None:
    """The run ended by an error that no rule foresaw; nothing of it was written."""
    ImportRun.objects.filter(pk=run_id).update(
        state=ImportRun.State.FAILED, message=f"{type(error).__name__}: {error}"[:1000], finished_at=clock.now()
    )


def last_applied(source: str) -> ImportRun | None:
    """The last run of ``source`` that was written into the shop."""
    return ImportRun.objects.filter(source=source, outcome=ImportRun.Outcome.APPLIED, dry_run=False).first()


def _row(run_id: int, finding: Finding) -> ImportFinding:
    return ImportFinding(
        run_id=run_id,
        code=finding.code[:32],
        severity=finding.severity.value,
        line=finding.line,
        column=finding.column[:200],
        raw=finding.raw[:200],
        hint=finding.hint,
    )
