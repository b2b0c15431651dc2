"""Reads for the staff page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, QuerySet, Subquery

from dealer_import.models import ImportFinding, ImportRun, ProfileVersion
from dealer_import.profiles import BadProfile, Profile, resolve_profile, shipped_profiles
from dealer_import.profiles.loading import read_tables
from shopflow.contracts.imports import import_sources


def profile_tables() -> dict[str, Any]:
    """All profiles as TOML tables: the shipped ones, those of ``SHOPFLOW_IMPORT_PROFILES`` (a TOML file), and over
    them the newest versions of those that staff have saved. Raises ``BadProfile`` if the file cannot be read.
    """
    path = getattr(settings, "SHOPFLOW_IMPORT_PROFILES", None)
    own = read_tables(Path(path)) if path else {}
    return {**shipped_profiles(), **own, **stored_tables()}


def stored_tables() -> dict[str, Any]:
    """The newest version of each profile that staff have saved."""
    newest = ProfileVersion.objects.filter(profile=OuterRef("profile")).order_by("-number").values("number")[:1]
    versions = ProfileVersion.objects.filter(number=Subquery(newest)).order_by()
    return dict(versions.values_list("profile__name", "tables"))


def known_profiles() -> dict[str, Profile]:
    """The profiles that staff may choose, whose format is installed.

    Raises ``BadProfile`` if the file of profiles cannot be read; a single profile that does not hold is left out.
    """
    tables = profile_tables()
    found: dict[str, Profile] = {}
    for name in sorted(tables):
        try:
            profile = resolve_profile(name, tables)
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


def samples_of_findings(run: ImportRun, *, each: int = 3) -> dict[str, list[ImportFinding]]:
    """A few findings of every code, in file order."""
    found: dict[str, list[ImportFinding]] = {}
    for code in run.findings.order_by("code").values_list("code", flat=True).distinct():
        found[code] = list(run.findings.filter(code=code).order_by("line", "pk")[:each])
    return found
