from __future__ import annotations

from typing import IO, Any

from django.db import transaction

from dealer_import.files import forget_file, keep_stream, local_copy
from dealer_import.models import ImportRun, ProfileDraft, StoredProfile
from dealer_import.profiles import resolve_profile
from dealer_import.services import records
from dealer_import.services.profiles import save_profile
from dealer_import.services.queueing import TASK
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.jobs import enqueue


def begin_draft(
    *, stream: IO[bytes], file_name: str, evidence: JSONDict, tables: JSONDict, based_on: str, name: str, actor: Any
) -> ProfileDraft:
    """Keep a sample file and what it says of itself."""
    stream.seek(0)
    return ProfileDraft.objects.create(
        name=name,
        based_on=based_on,
        tables=tables,
        evidence=evidence,
        file_name=file_name[:255],
        stored_file=keep_stream(stream, name=file_name),
        started_by=actor,
        created_at=clock.now(),
    )


def change_draft(*, draft_id: int, tables: JSONDict, evidence: JSONDict | None = None) -> None:
    """What staff have said about the sample so far; it need not hold yet. ``evidence`` is what it shows by that."""
    seen = {} if evidence is None else {"evidence": evidence}
    ProfileDraft.objects.filter(pk=draft_id).update(tables=tables, run=None, **seen)


def choose_source(*, draft_id: int, name: str, source: str) -> None:
    """Say whose parts the profile is to keep: those of ``source``, or its own if that is empty."""
    draft = ProfileDraft.objects.get(pk=draft_id)
    tables = _keeping(draft.tables, name=name, source=source)
    ProfileDraft.objects.filter(pk=draft_id).update(name=name, tables=tables, run=None)


def _keeping(tables: JSONDict, *, name: str, source: str) -> JSONDict:
    kept = {key: value for key, value in tables.items() if key != "source"}
    return {**kept, "source": source} if source and source != name else kept


def try_draft(*, draft_id: int, actor: Any) -> ImportRun:
    """Queue a dry run of the sample by the draft. Raises ``BadProfile`` for a draft that does not hold yet."""
    draft = ProfileDraft.objects.get(pk=draft_id)
    name = draft.name or "entwurf"
    profile = resolve_profile(name, {name: draft.tables})
    with local_copy(draft.stored_file) as path, path.open("rb") as stream:
        stored = keep_stream(stream, name=draft.file_name)
    with transaction.atomic():
        run = records.create_run(
            profile=profile, file_name=draft.file_name, stored_file=stored, dry_run=True, started_by=actor
        )
        ProfileDraft.objects.filter(pk=draft_id).update(run=run)
        enqueue(TASK, run_id=run.pk)
    return run


def finish_draft(*, draft_id: int, name: str, note: str, actor: Any, source: str | None = None) -> StoredProfile:
    """Save the draft as a profile and drop it with its sample. Raises ``BadProfile``.

    ``source`` is whose parts it keeps, empty for its own; None leaves that as the draft has it.
    """
    draft = ProfileDraft.objects.get(pk=draft_id)
    tables = draft.tables if source is None else _keeping(draft.tables, name=name, source=source)
    with transaction.atomic():
        stored, _profile = save_profile(name=name, tables=tables, actor=actor, based_on=draft.based_on, note=note)
        drop_draft(draft_id=draft_id)
    return stored


def drop_draft(*, draft_id: int) -> None:
    """Forget a draft and its sample."""
    with transaction.atomic():
        draft = ProfileDraft.objects.select_for_update().get(pk=draft_id)
        draft.delete()
        transaction.on_commit(lambda: forget_file(draft.stored_file))
