from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from dealer_import import stage_tables
from dealer_import.archives import unpacked
from dealer_import.comparing import differences
from dealer_import.exceptions import NotUnderWay
from dealer_import.files import forget_file, keep_stream, local_copy
from dealer_import.locks import source_lock
from dealer_import.models import ImportOrigin, ParallelRun
from dealer_import.profiles import BadProfile, Profile, resolve_profile
from dealer_import.progress import PARALLEL, Pulse
from dealer_import.queries import known_profiles
from dealer_import.reading import Reading
from dealer_import.services.running import digest, reader_of
from dealer_import.services.switching import SHOP_TIME
from dealer_import.staging import Staging, staging
from shopflow.contracts.imports import FileRefused
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.core.services import audit

TASK = "dealer_import.compare_profiles"
State = ParallelRun.State


def queue_comparison(
    *, stream: IO[bytes], file_name: str, old: Profile, new: Profile, new_stream: IO[bytes] | None = None, actor: Any
) -> ParallelRun:
    """Keep a delivery and queue its reading by two profiles; the shop is not touched.

    ``new_stream`` is the delivery of the new system where it comes as a file of its own.
    """
    stored = keep_stream(stream, name=file_name)
    new_stored = keep_stream(new_stream, name=file_name) if new_stream is not None else ""
    with transaction.atomic():
        parallel = ParallelRun.objects.create(
            source=old.source,
            old_profile=old.name,
            new_profile=new.name,
            old_version=old.version,
            new_version=new.version,
            old_tables=dict(old.options),
            new_tables=dict(new.options),
            file_name=file_name[:255],
            stored_file=stored,
            new_stored_file=new_stored,
            state=State.WAITING,
            started_by=actor,
            created_at=clock.now(),
        )
        enqueue(TASK, parallel_id=parallel.pk)
    return parallel


def compare_profiles(*, parallel_id: int) -> ParallelRun | None:
    """Do a waiting comparison; None when it is not waiting (any more). Raises ``SourceBusy`` to be called again later.

    ``result`` of the returned row:

    * ``old`` and ``new``: ``accepted``, ``rejected``, ``skipped``, ``warnings`` by code, and ``refused`` with a reason
      for a file that was not read at all;
    * ``same``: parts that are equal, ``only_old`` and ``only_new``: parts that one profile alone gives, ``different``;
    * ``fields``: by canonical column how many parts differ in it;
    * ``examples``: by kind or column up to twenty parts with ``number``, ``brand``, ``old`` and ``new``.
    """
    parallel = ParallelRun.objects.filter(pk=parallel_id, state=State.WAITING).first()
    if parallel is None:
        return None
    with source_lock(lock_of(parallel)):
        begun = ParallelRun.objects.filter(pk=parallel_id, state=State.WAITING)
        if not begun.update(state=State.RUNNING, attempts=F("attempts") + 1, heartbeat_at=timezone.now()):
            return None
        try:
            values: dict[str, Any] = {"state": State.DONE, "percent": 100, **_Comparison(parallel).execute()}
        except NotUnderWay:
            values = {}
        except Exception as error:
            _end(parallel, state=State.FAILED, message=_failed(error))
            raise
        _end(parallel, **values)
    parallel.refresh_from_db()
    return parallel


def cancel_comparison(*, parallel_id: int, actor: Any) -> None:
    """Stop a comparison; its files are forgotten. Raises ``NotUnderWay`` for one that has ended."""
    with transaction.atomic():
        under_way = ParallelRun.objects.filter(pk=parallel_id, state__in=(State.WAITING, State.RUNNING))
        if not under_way.update(state=State.CANCELLED, finished_at=clock.now()):
            raise NotUnderWay(_("This comparison has ended already."))
        parallel = ParallelRun.objects.get(pk=parallel_id)
        audit(actor=actor, action="import_comparison_cancelled", target=parallel, summary=str(parallel))
        transaction.on_commit(lambda: forget_files(parallel))


def why_not_switched(parallel: ParallelRun) -> str:
    """Why no source may be switched between the two profiles; empty if it may. They must keep the same parts."""
    old, new = (
        str(tables.get("source", name))
        for name, tables in (
            (parallel.old_profile, parallel.old_tables),
            (parallel.new_profile, parallel.new_tables),
        )
    )
    if old == new:
        return ""
    told = _(
        "The two profiles keep parts of their own (%(old)s and %(new)s), so a source cannot be switched from one to "
        "the other: the parts of the old one would stay as they are for ever. Write source = “%(old)s” into the new "
        "profile and compare again."
    )
    return told % {"old": old, "new": new}


@transaction.atomic
def switch_profile(*, origin_id: int, profile: str, actor: Any) -> None:
    """Have an origin's deliveries read by another profile from now on; nothing happens if they are already.

    Raises ``BadProfile`` for a profile that is gone or that keeps other parts than the one in use.
    """
    origin = ImportOrigin.objects.select_for_update().get(pk=origin_id)
    known = known_profiles()
    if profile not in known:
        raise BadProfile(_("The profile %(name)s is gone or does not hold.") % {"name": profile})
    used = known.get(origin.profile)
    if used is not None and used.source != known[profile].source:
        told = _("The profile %(name)s keeps the parts of %(source)s, not those of %(own)s.")
        raise BadProfile(told % {"name": profile, "source": known[profile].source, "own": used.source})
    if origin.profile == profile:
        return
    ImportOrigin.objects.filter(pk=origin_id).update(profile=profile)
    audit(actor=actor, action="import_profile_switched", target=origin, summary=f"{origin.profile} → {profile}")


def lock_of(parallel: ParallelRun) -> str:
    """The name under which a comparison is locked: one at a time for a source, beside its imports."""
    return f"compare:{parallel.source}"


def forget_files(parallel: ParallelRun) -> None:
    """Remove the files of a comparison that has ended."""
    forget_file(parallel.stored_file)
    forget_file(parallel.new_stored_file)


def _end(parallel: ParallelRun, **values: Any) -> None:
    """Write down the end, unless staff have cancelled it meanwhile; the files are not needed any more."""
    ParallelRun.objects.filter(pk=parallel.pk, state=State.RUNNING).update(finished_at=clock.now(), step="", **values)
    forget_files(parallel)


def _failed(error: Exception) -> str:
    told = _("The comparison could not be made (%(error)s). Nothing was changed. Tell whoever looks after the shop.")
    return told % {"error": f"{type(error).__name__}: {error}"[:500]}


class _Comparison:
    """One comparison while it lasts."""

    ASK_SECONDS = 1.0

    def __init__(self, parallel: ParallelRun) -> None:
        self.parallel = parallel
        self.old = resolve_profile(parallel.old_profile, {parallel.old_profile: parallel.old_tables})
        self.new = resolve_profile(parallel.new_profile, {parallel.new_profile: parallel.new_tables})
        self._asked = time.monotonic()

    def execute(self) -> JSONDict:
        """What is to be written down. Raises ``NotUnderWay`` once staff have cancelled it."""
        today = timezone.localdate(clock.now(), SHOP_TIME)
        with ExitStack() as held:
            old_path = held.enter_context(local_copy(self.parallel.stored_file))
            second = self.parallel.new_stored_file
            new_path = held.enter_context(local_copy(second)) if second else old_path
            first = held.enter_context(staging(self.old, today, stage_tables.stage("shopflow_old")))
            other = held.enter_context(staging(self.new, today, stage_tables.stage("shopflow_new")))
            size = old_path.stat().st_size + new_path.stat().st_size
            self.pulse = held.enter_context(Pulse(self.parallel, size=size, shares=PARALLEL))
            result: JSONDict = {"old": self._read(old_path, first, 0)}
            result["new"] = self._read(new_path, other, old_path.stat().st_size)
            self.pulse.begin("comparing", rows=first.rows + other.rows)
            result |= differences(first, other, self._still_wanted)
            sha256, _size = digest(old_path, reader_of(self.old))
        return {"result": result, "sha256": sha256}

    def _read(self, path: Path, staged: Staging, before: int) -> JSONDict:
        """Stage the file at ``path``; ``before`` are the bytes read already."""
        reader = reader_of(staged.profile)
        try:
            with unpacked(path, staged.profile.options, reader) as stream:
                reading = Reading(staged.profile, reader, stream)
                staged.put(reading.taken(), lambda: self._move(before, stream))
        except FileRefused as refusal:
            return {"refused": refusal.reason, "hint": refusal.hint}
        return {
            "accepted": reading.accepted,
            "rejected": reading.rejected,
            "skipped": reading.skipped + reading.left_out,
            "warnings": dict(reading.warnings),
            "errors": dict(reading.errors),
        }

    def _move(self, before: int, stream: BinaryIO) -> None:
        self.pulse.read(before + stream.tell())
        self._still_wanted()

    def _still_wanted(self) -> None:
        """Ask now and then whether staff have cancelled the comparison."""
        if time.monotonic() - self._asked < self.ASK_SECONDS:
            return
        self._asked = time.monotonic()
        if not ParallelRun.objects.filter(pk=self.parallel.pk, state=State.RUNNING).exists():
            raise NotUnderWay(str(self.parallel))
