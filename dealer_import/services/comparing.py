from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from django.utils import timezone

from dealer_import import stage_tables
from dealer_import.comparing import differences
from dealer_import.locks import source_lock
from dealer_import.models import ImportOrigin, ParallelRun
from dealer_import.profiles import Profile
from dealer_import.reading import Reading
from dealer_import.services.running import SHOP_TIME, digest, reader_of
from dealer_import.staging import Staging, staging
from shopflow.contracts.imports import FileRefused
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.services import audit


def compare_profiles(
    *, path: Path, old: Profile, new: Profile, file_name: str = "", new_path: Path | None = None, actor: Any = None
) -> ParallelRun:
    """Read one delivery by two profiles and write down how the parts differ; the shop is not touched.

    ``new_path`` is the delivery of the new system where it comes as a file of its own. ``result`` of the returned row:

    * ``old`` and ``new``: ``accepted``, ``rejected``, ``skipped``, ``warnings`` by code, and ``refused`` with a reason
      for a file that was not read at all;
    * ``same``: parts that are equal, ``only_old`` and ``only_new``: parts that one profile alone gives, ``different``;
    * ``fields``: by canonical column how many parts differ in it;
    * ``examples``: by kind or column up to twenty parts with ``number``, ``brand``, ``old`` and ``new``.
    """
    today = timezone.localdate(clock.now(), SHOP_TIME)
    with (
        source_lock(f"compare:{old.source}"),
        staging(old, today, stage_tables.stage("shopflow_old")) as first,
        staging(new, today, stage_tables.stage("shopflow_new")) as second,
    ):
        result: JSONDict = {"old": _read(path, first), "new": _read(new_path or path, second)}
        result |= differences(first, second)
    sha256, _size = digest(path, reader_of(old))
    return ParallelRun.objects.create(
        source=old.source,
        old_profile=old.name,
        new_profile=new.name,
        old_version=old.version,
        new_version=new.version,
        file_name=(file_name or path.name)[:255],
        sha256=sha256,
        result=result,
        started_by=actor,
        created_at=clock.now(),
    )


def switch_profile(*, origin_id: int, profile: str, actor: Any) -> None:
    """Have an origin's deliveries read by another profile from now on."""
    origin = ImportOrigin.objects.get(pk=origin_id)
    ImportOrigin.objects.filter(pk=origin_id).update(profile=profile)
    audit(actor=actor, action="import_profile_switched", target=origin, summary=f"{origin.profile} → {profile}")


def _read(path: Path, staged: Staging) -> JSONDict:
    with path.open("rb") as stream:
        return _told(stream, staged)


def _told(stream: BinaryIO, staged: Staging) -> JSONDict:
    try:
        reading = Reading(staged.profile, reader_of(staged.profile), stream)
        staged.put(reading.parts(), lambda: None)
    except FileRefused as refusal:
        return {"refused": refusal.reason, "hint": refusal.hint}
    return {
        "accepted": reading.accepted,
        "rejected": reading.rejected,
        "skipped": reading.skipped + reading.left_out,
        "warnings": dict(reading.warnings),
        "errors": dict(reading.errors),
    }
