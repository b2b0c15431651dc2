from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from dealer_import.models import ProfileVersion, StoredProfile
from dealer_import.profiles import Profile, resolve_profile
from dealer_import.queries import profile_tables
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.services import audit


def save_profile(
    *, name: str, tables: JSONDict, actor: Any, based_on: str = "", note: str = ""
) -> tuple[StoredProfile, Profile]:
    """Keep ``tables`` as the newest version of the profile ``name``; former versions stay.

    Tables that equal the newest version make no new one. Raises ``BadProfile`` for tables that do not hold.
    """
    profile = resolve_profile(name, {**profile_tables(), name: tables})
    with transaction.atomic():
        stored, _created = StoredProfile.objects.select_for_update().get_or_create(
            name=name, defaults={"based_on": based_on, "created_at": clock.now()}
        )
        newest = stored.versions.first()
        if newest is None or newest.tables != tables:
            number = (stored.versions.aggregate(last=Max("number"))["last"] or 0) + 1
            ProfileVersion.objects.create(
                profile=stored,
                number=number,
                tables=tables,
                version=profile.version,
                note=note[:200],
                saved_by=actor,
                saved_at=clock.now(),
            )
            audit(actor=actor, action="import_profile_saved", target=stored, summary=f"{name} v{number} {note}".strip())
    return stored, profile


def restore_version(*, version_id: int, actor: Any, note: str = "") -> StoredProfile:
    """Make an old version the newest again, as a version of its own."""
    old = ProfileVersion.objects.select_related("profile").get(pk=version_id)
    stored, _profile = save_profile(name=old.profile.name, tables=old.tables, actor=actor, note=note)
    return stored
