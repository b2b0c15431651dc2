from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet

from dealer_import.models import ImportFinding, ImportRun


def finding_counts(run: ImportRun) -> list[dict[str, Any]]:
    """How many findings of which code and severity the run has, the most frequent first."""
    grouped = run.findings.order_by().values("severity", "code").annotate(number=Count("pk"))
    return list(grouped.order_by("severity", "-number", "code"))


def findings(run: ImportRun, *, severity: str = "", code: str = "") -> QuerySet[ImportFinding]:
    """The run's findings in file order, narrowed if asked."""
    rows = run.findings.order_by("line", "pk")
    if severity:
        rows = rows.filter(severity=severity)
    return rows.filter(code=code) if code else rows


def samples_of_findings(run: ImportRun, *, each: int = 3) -> dict[str, list[ImportFinding]]:
    """A few findings of every code, in file order."""
    found: dict[str, list[ImportFinding]] = {}
    for code in run.findings.order_by("code").values_list("code", flat=True).distinct():
        found[code] = list(run.findings.filter(code=code).order_by("line", "pk")[:each])
    return found
