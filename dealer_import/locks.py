"""One run per source at a time, by a lock that dies with whoever holds it.

PostgreSQL: an advisory lock of the session. SQLite: an operating system lock on a file beside the database, which is
enough because such a shop runs on one machine.
"""

from __future__ import annotations

import fcntl
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from dealer_import.canonical import hash62
from dealer_import.exceptions import SourceBusy


@contextmanager
def source_lock(source: str) -> Iterator[None]:
    """Hold the lock of ``source`` for the length of the block; raise :class:`SourceBusy` if another run does."""
    with _advisory(source) if connection.vendor == "postgresql" else _file(source):
        yield


def lock_key(source: str) -> int:
    """The number of the source's advisory lock on PostgreSQL."""
    return hash62(f"dealer_import:{source}".encode())


def _busy(source: str) -> SourceBusy:
    return SourceBusy(
        _("An import of the source %(source)s is already under way. Wait until it has ended.") % {"source": source}
    )


@contextmanager
def _advisory(source: str) -> Iterator[None]:
    key = lock_key(source)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        if not cursor.fetchone()[0]:
            raise _busy(source)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@contextmanager
def _file(source: str) -> Iterator[None]:
    with _lock_path(source).open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(source) from None
        yield


def _lock_path(source: str) -> Path:
    database = Path(str(connection.settings_dict["NAME"]))
    name = hashlib.sha256(f"{database}:{source}".encode()).hexdigest()[:16]
    folder = database.parent if database.is_file() else Path(tempfile.gettempdir())
    return folder / f".import-{name}.lock"
