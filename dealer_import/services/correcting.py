from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dealer_import.exceptions import NotCorrectable
from dealer_import.files import keep_stream, local_copy
from dealer_import.findings import printable
from dealer_import.models import ImportFinding, ImportRun
from dealer_import.profiles import Profile
from dealer_import.report import Report
from dealer_import.services import records
from dealer_import.services.running import run_import
from dealer_import.sources.headers import MISSING_COLUMN
from shopflow.contracts.imports import FileEvidence, ImportSource, RawRecord
from shopflow.core.jobs import enqueue
from shopflow.core.services import audit

Fields = Mapping[str, str]


class CorrectedRows(ImportSource):
    """Rows that staff have put right: JSON lines of line and fields. Not registered, because nobody delivers them."""

    code = "corrected"
    label = "corrected rows"

    def inspect(self, stream: BinaryIO, profile: Mapping[str, Any]) -> FileEvidence:
        return FileEvidence(encoding="utf-8")

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[RawRecord]:
        stream.seek(0)
        for text in stream:
            row = json.loads(text)
            yield RawRecord(row["line"], row["fields"])


def queue_correction(*, run_id: int, rows: Mapping[int, Fields], actor: Any) -> ImportRun:
    """Queue refused rows of a run as staff have corrected them, and return the run that will bring them in.

    ``rows`` are fields by line. They go through the same mapping, checks and comparison, by the run's own profile;
    nothing is hidden by them. Raises ``NotCorrectable`` for a line that the run has not refused or that was corrected
    before, and for a whole catalogue after which a later one has come.
    """
    run = ImportRun.objects.get(pk=run_id)
    _check(run, rows)
    lines = [json.dumps({"line": line, "fields": dict(fields)}) for line, fields in rows.items()]
    stored = keep_stream(io.BytesIO("".join(f"{text}\n" for text in lines).encode()), name="rows.jsonl")
    with transaction.atomic():
        correction = records.create_run(
            profile=records.profile_of(run),
            file_name=run.file_name,
            stored_file=stored,
            mode=ImportRun.Mode.CORRECTION,
            corrects=run,
            started_by=actor,
        )
        enqueue(records.TASK, run_id=correction.pk)
        audit(actor=actor, action="import_corrected", target=run, summary=f"{run}: {len(rows)}")
    return correction


def feed_corrections(correction: ImportRun) -> Report:
    """Do a waiting correction. Findings of the rows that are accepted say by which run they were corrected.

    Raises ``SourceBusy`` while the source is being imported.
    """
    with local_copy(correction.stored_file) as path:
        lines = [json.loads(text)["line"] for text in path.read_text("utf-8").splitlines()]
        profile = replace(_as_read(correction), mode="delta")
        report = run_import(path=path, profile=profile, run=correction, reader=CorrectedRows(), override_brakes=True)
    again = {finding.line for finding in report.findings if finding.severity == "error"}
    good = [line for line in lines if line not in again]
    corrected = correction.corrects
    while corrected is not None:  # a row may have been refused again, and be corrected at the run that tried
        refused(corrected).filter(line__in=good).update(corrected_by=correction)
        corrected = corrected.corrects
    return report


def _as_read(correction: ImportRun) -> Profile:
    """The profile without the fields for which the file of the refused rows had no column."""
    profile, first = records.profile_of(correction), correction
    while first.corrects is not None:
        first = first.corrects
    lacked = set(first.findings.filter(code=MISSING_COLUMN).values_list("column", flat=True))
    return profile.without(
        [name for name, column in profile.columns.items() if printable(", ".join(column.labels)) in lacked]
    )


def refused(run: ImportRun) -> QuerySet[ImportFinding]:
    """The run's refused rows that nobody has corrected yet."""
    return run.findings.filter(severity=ImportFinding.Severity.ERROR, line__gt=0, corrected_by=None)


def why_out_of_date(run: ImportRun) -> str:
    """Why refused rows of a whole catalogue may not be corrected any more; empty if they may."""
    later = records.overtaken_by(run) if run.mode == ImportRun.Mode.FULL else None
    if later is None:
        return ""
    told = _("A later file is in the shop already. Correct its rows at run %(number)s: these are out of date.")
    return told % {"number": later.pk}


def _check(run: ImportRun, rows: Mapping[int, Fields]) -> None:
    out_of_date = why_out_of_date(run)
    if out_of_date:
        raise NotCorrectable(out_of_date)
    known = set(refused(run).filter(line__in=list(rows)).values_list("line", flat=True))
    unknown = sorted(set(rows) - known)
    if not rows or unknown:
        listed = ", ".join(str(line) for line in unknown)
        raise NotCorrectable(
            _("These rows were not refused by this run, or have been corrected before: %(lines)s.") % {"lines": listed}
        )
