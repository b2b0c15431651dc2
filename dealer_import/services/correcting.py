from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from dealer_import.exceptions import NotCorrectable
from dealer_import.models import ImportFinding, ImportRun
from dealer_import.report import Report
from dealer_import.services import records
from dealer_import.services.queueing import profile_of
from dealer_import.services.running import run_import
from shopflow.contracts.imports import FileEvidence, ImportSource, RawRecord
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


def correct_and_refeed(*, run_id: int, rows: Mapping[int, Fields], actor: Any) -> Report:
    """Bring refused rows of a run into the shop as staff have corrected them: ``rows`` are fields by line.

    The rows go through the same mapping, checks and comparison, by the run's own profile; nothing is hidden by them.
    Findings of the rows that are accepted say by which run. Raises ``NotCorrectable`` for a line that the run has not
    refused or that was corrected before, and ``SourceBusy`` while the source is being imported.
    """
    run = ImportRun.objects.get(pk=run_id)
    _check(run, rows)
    profile = replace(profile_of(run), mode="delta")
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / "rows.jsonl"
        body = [json.dumps({"line": line, "fields": dict(fields)}, ensure_ascii=False) for line, fields in rows.items()]
        path.write_text("\n".join(body) + "\n", "utf-8")
        correction = records.create_run(
            profile=profile,
            file_name=run.file_name,
            mode=ImportRun.Mode.CORRECTION,
            corrects=run,
            started_by=actor,
        )
        report = run_import(path=path, profile=profile, run=correction, reader=CorrectedRows(), override_brakes=True)
    again = {finding.line for finding in report.findings if finding.severity == "error"}
    good = [line for line in rows if line not in again]
    refused(run).filter(line__in=good).update(corrected_by=correction)
    audit(actor=actor, action="import_corrected", target=run, summary=f"{run}: {len(good)} / {len(rows)}")
    return report


def refused(run: ImportRun) -> Any:
    """The run's refused rows that nobody has corrected yet."""
    return run.findings.filter(severity=ImportFinding.Severity.ERROR, line__gt=0, corrected_by=None)


def _check(run: ImportRun, rows: Mapping[int, Fields]) -> None:
    known = set(refused(run).filter(line__in=list(rows)).values_list("line", flat=True))
    unknown = sorted(set(rows) - known)
    if not rows or unknown:
        listed = ", ".join(str(line) for line in unknown)
        raise NotCorrectable(
            _("These rows were not refused by this run, or have been corrected before: %(lines)s.") % {"lines": listed}
        )
