from __future__ import annotations

import hashlib
import logging
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from dealer_import.exceptions import FileForgotten
from dealer_import.files import forget_file, keep_stream, local_copy
from dealer_import.models import ImportOrigin, ImportRun, ReceivedFile
from dealer_import.profiles import BadProfile, Profile
from dealer_import.queries import known_profiles
from dealer_import.services import records
from dealer_import.services.origins import next_look
from dealer_import.services.queueing import TASK
from dealer_import.transports.limits import TriedAgain, not_kept
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.transports import ImportTransport, RemoteFile, TransportFailed, import_transports
from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.core.services import audit

logger = logging.getLogger("dealer_import.receiving")

LEASE = timedelta(hours=2)
"""How long a look may last until it counts as dead and the origin is looked at again. No fetch takes longer."""
SOON = timedelta(minutes=15)
"""When an origin is looked at again that was only out of order, or had a file that still grew, though its time may be
tomorrow only."""
SOON_TRIES = 4
LATEST = timedelta(days=1)
"""The longest time that another server may keep the shop waiting."""


@dataclass
class Look:
    """What one look at an origin brought: files taken, files with content that was here before, files still growing.

    ``again`` is in how long the other end wants to be looked at again, whatever the schedule says: zero if it was only
    out of order, None if it was not.
    """

    taken: int = 0
    same: int = 0
    growing: int = 0
    error: str = ""
    again: timedelta | None = None


def look_at_due_origins() -> int:
    """Look at every origin whose time has come; returns how many.

    Each is claimed by moving its time on by :data:`LEASE`: nobody else looks meanwhile, and it is looked at again soon
    if this process dies.
    """
    now, looked = clock.now(), 0
    for origin in ImportOrigin.objects.filter(enabled=True, due_at__lte=now).order_by("due_at"):
        begun = clock.now()
        lease = begun + LEASE
        if not ImportOrigin.objects.filter(pk=origin.pk, due_at=origin.due_at).update(due_at=lease):
            continue
        look = look_at_origin(origin_id=origin.pk)
        ImportOrigin.objects.filter(pk=origin.pk, due_at=lease).update(due_at=_due_after(origin, look, begun))
        looked += 1
    return looked


def _due_after(origin: ImportOrigin, look: Look, begun: datetime) -> datetime | None:
    """When the origin is due after a look that its schedule has ``begun``."""
    now, due = clock.now(), next_look(origin, begun)
    if due is not None and due <= now:
        due = next_look(origin, now)
    if due is None:
        return due
    if look.again:
        return now + min(max(look.again, timedelta(minutes=1)), LATEST)
    out_of_order = look.again is not None and origin.failures < SOON_TRIES
    return min(due, now + SOON) if out_of_order or look.growing else due


def look_at_origin(*, origin_id: int) -> Look:
    """Fetch what is new at an origin and queue a run for each file whose content has not been taken before.

    Problems of the other end are written down at the origin and shown to staff; they do not raise.
    """
    origin, look = ImportOrigin.objects.get(pk=origin_id), Look()
    try:
        profile = _profile_of(origin)
        transport = import_transports.get(origin.transport)
        for file in transport.files(origin.settings):
            _try(origin, profile, transport, file, look)
    except TransportFailed as error:
        _tell(look, error)
    except UnknownCode as error:
        look.error = str(error)
    except OSError as error:
        look.error = not_kept(error)
        logger.exception("A file of the origin “%s” could not be kept.", origin.name)
    except Exception as error:
        look.error = _("The source broke off (%(error)s). Tell whoever looks after the shop.") % {"error": repr(error)}
        logger.exception("The origin “%s” broke off.", origin.name)
    if look.error:
        logger.warning("The origin “%s” could not be read: %s", origin.name, look.error)
    failures = F("failures") + 1 if look.error else 0
    ImportOrigin.objects.filter(pk=origin.pk).update(
        checked_at=clock.now(), last_error=look.error[:1000], failures=failures
    )
    return look


def _try(origin: ImportOrigin, profile: Profile, transport: ImportTransport, file: RemoteFile, look: Look) -> None:
    """Take one file; one that cannot be read is told, and keeps none of the others from coming."""
    try:
        _take(origin, profile, transport, file, look)
    except TransportFailed as error:
        _tell(look, error)


def _tell(look: Look, error: TransportFailed) -> None:
    look.error = look.error or str(error)
    if isinstance(error, TriedAgain):
        look.again = max(look.again or timedelta(), timedelta(seconds=error.seconds or 0))


def _profile_of(origin: ImportOrigin) -> Profile:
    try:
        return known_profiles()[origin.profile]
    except KeyError:
        raise TransportFailed(_("The profile %(name)s is gone or does not hold.") % {"name": origin.profile}) from None
    except BadProfile as error:
        raise TransportFailed(str(error)) from error


def _take(origin: ImportOrigin, profile: Profile, transport: ImportTransport, file: RemoteFile, look: Look) -> None:
    if not file.settled:
        look.growing += 1
        return
    known = ReceivedFile.objects.filter(origin=origin, remote_key=file.key[:500], fingerprint=file.fingerprint[:200])
    if file.fingerprint and known.exists():
        return
    with tempfile.TemporaryFile(prefix="import-") as content:
        transport.fetch(origin.settings, file, content)
        received = receive_file(origin=origin, profile=profile, file=file, content=content)
    if received is None:
        return
    look.taken += received.state == ReceivedFile.State.TAKEN
    look.same += received.state == ReceivedFile.State.SAME
    transport.taken(origin.settings, file)


def receive_file(
    *, origin: ImportOrigin, profile: Profile, file: RemoteFile, content: IO[bytes]
) -> ReceivedFile | None:
    """Archive the content and queue its run; content that this source has had before is only noted.

    None if this very file was noted before.
    """
    content.seek(0)
    sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    values = {
        "origin": origin,
        "remote_key": file.key[:500],
        "fingerprint": file.fingerprint[:200] or sha256,
        "file_name": file.name[:255],
        "source": profile.source,
        "sha256": sha256,
        "profile_version": profile.version,
        "size": content.tell(),
        "received_at": clock.now(),
    }
    same = {name: values[name] for name in ("source", "sha256", "profile_version")}
    if not ReceivedFile.objects.filter(state=ReceivedFile.State.TAKEN, **same).exists():
        content.seek(0)
        taken = _archive(content, values, profile)
        if taken is not None:
            return taken
    return _note(values)


def _archive(content: IO[bytes], values: dict[str, Any], profile: Profile) -> ReceivedFile | None:
    """The content as taken; None if another origin was quicker."""
    stored = keep_stream(content, name=values["file_name"])
    try:
        with transaction.atomic():
            received = ReceivedFile.objects.create(state=ReceivedFile.State.TAKEN, stored_file=stored, **values)
            run = _queue(received, profile, dry_run=not values["origin"].applies)
            ReceivedFile.objects.filter(pk=received.pk).update(run=run)
            received.run = run
            return received
    except IntegrityError:
        forget_file(stored)
        return None
    except Exception:
        forget_file(stored)
        raise


def _note(values: dict[str, Any]) -> ReceivedFile | None:
    try:
        with transaction.atomic():
            return ReceivedFile.objects.create(state=ReceivedFile.State.SAME, **values)
    except IntegrityError:
        return None


def _queue(received: ReceivedFile, profile: Profile, *, dry_run: bool, actor: Any = None) -> ImportRun:
    with local_copy(received.stored_file) as path, path.open("rb") as stream:
        copied = keep_stream(stream, name=received.file_name)
    try:
        run = records.create_run(
            profile=profile, file_name=received.file_name, stored_file=copied, dry_run=dry_run, started_by=actor
        )
    except Exception:
        forget_file(copied)
        raise
    enqueue(TASK, run_id=run.pk)
    return run


def take_again(*, received_id: int, actor: Any) -> ImportRun:
    """Queue a dry run of content that was here before. Raises :class:`FileForgotten`, ``TransportFailed``."""
    received = ReceivedFile.objects.select_related("origin").get(pk=received_id)
    kept = ReceivedFile.objects.filter(sha256=received.sha256, source=received.source).exclude(stored_file="").first()
    if kept is None:
        raise FileForgotten(_("The file is no longer kept. Have it delivered again, or upload it."))
    with transaction.atomic():
        run = _queue(kept, _profile_of(received.origin), dry_run=True, actor=actor)
        ReceivedFile.objects.filter(pk=received.pk).update(run=run)
        audit(actor=actor, action="import_file_taken_again", target=received, summary=received.file_name)
    return run
