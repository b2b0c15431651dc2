from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery

from dealer_import.exports.profile import export_profiles
from dealer_import.models import ProfileVersion
from dealer_import.profiles import BadProfile, Profile, resolve_profile, shipped_profiles
from dealer_import.profiles.loading import read_tables
from shopflow.contracts.imports import import_sources


def profile_tables() -> dict[str, Any]:
    """All profiles as TOML tables: the shipped ones, those of ``SHOPFLOW_IMPORT_PROFILES`` (a TOML file), those that
    read the shop's own exports, and over them the newest versions of those that staff have saved.

    Raises ``BadProfile`` if the file cannot be read.
    """
    return {**shipped_profiles(), **_own_tables(), **export_profiles(), **stored_tables()}


def profile_named(name: str, path: Path | None = None) -> Profile:
    """The profile that staff know by this name, or that of the TOML file ``path``. Raises ``BadProfile``."""
    given = read_tables(path) if path is not None else {}
    tables = {**shipped_profiles(), **_own_tables(), **stored_tables(), **given}
    return resolve_profile(name, tables if name in tables else {**profile_tables(), **given})


def _own_tables() -> dict[str, Any]:
    path = getattr(settings, "SHOPFLOW_IMPORT_PROFILES", None)
    return read_tables(Path(path)) if path else {}


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
