"""Reads for the staff page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet

from dealer_import.models import ImportFinding, ImportRun
from dealer_import.profiles import BadProfile, Profile, load_profile, shipped_profiles
from dealer_import.profiles.loading import read_tables
from shopflow.contracts.imports import import_sources


def known_profiles() -> dict[str, Profile]:
    """The profiles that staff may choose: those of ``SHOPFLOW_IMPORT_PROFILES`` (a TOML file) and the shipped ones.

    Raises ``BadProfile`` if the file cannot be read; a single profile that does not hold is left out.
    """
    path = getattr(settings, "SHOPFLOW_IMPORT_PROFILES", None)
    own = read_tables(Path(path)) if path else {}
    found: dict[str, Profile] = {}
    for name in sorted({**shipped_profiles(), **own}):
        try:
            profile = load_profile(name, Path(path) if path else None)
        except BadProfile:
            continue
        if profile.format in import_sources:
            found[name] = profile
    return found


def runs() -> QuerySet[ImportRun]:
    """All runs, newest first."""
    return ImportRun.objects.select_related("started_by")


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
