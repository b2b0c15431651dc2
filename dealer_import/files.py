"""Files that wait: uploads, and the files of held runs. They lie in the private storage, never under a public URL."""

from __future__ import annotations

import secrets
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import storages
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from dealer_import.exceptions import FileForgotten

FOLDER = "imports"
MAX_NAME = 200
"""Bytes of the longest name that is kept; file systems take 255, and the column holds the folder too."""


def keep_stream(stream: IO[bytes], *, name: str) -> str:
    """Store ``stream`` in a folder of its own and return its name in the private storage.

    In a folder of its own, because some formats take files that lie beside theirs for part of the delivery.
    """
    wanted = f"{FOLDER}/{secrets.token_hex(8)}/{_safe(name)}"
    try:
        return str(storages["private"].save(wanted, File(stream)))
    except Exception:
        forget_file(wanted)  # half of it may be there
        raise


def _safe(name: str) -> str:
    """A name that every storage takes; of a long one the end, which tells the kind of the file."""
    try:
        safe = get_valid_filename(Path(name).name)
    except SuspiciousFileOperation:  # nothing is left of it
        return "import"
    return safe.encode()[-MAX_NAME:].decode(errors="ignore")


def keep_file(path: Path, *, name: str) -> str:
    """Store a copy of the file at ``path``."""
    with path.open("rb") as stream:
        return keep_stream(stream, name=name)


def keep_delivery(path: Path, companions: Sequence[Path], *, name: str) -> str:
    """Store a copy of the file at ``path``, packed together with the files that belong to it if there are any."""
    if not companions:
        return keep_file(path, name=name)
    with tempfile.TemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in (path, *companions):
                archive.write(member, member.name)
        packed.seek(0)
        return keep_stream(packed, name=f"{name}.zip")


def forget_file(stored: str) -> None:
    """Remove a stored file and its folder; does nothing when it is gone."""
    if not stored:
        return
    storage = storages["private"]
    storage.delete(stored)
    folder = PurePosixPath(stored).parent
    if folder.parent.name == FOLDER:
        storage.delete(str(folder))


@contextmanager
def local_copy(stored: str) -> Iterator[Path]:
    """A path on this machine for a stored file, wherever the storage keeps it. Raises ``FileForgotten``."""
    storage = storages["private"]
    if not stored or not storage.exists(stored):
        raise FileForgotten(_("The file is no longer kept. Have it delivered again, or upload it."))
    try:
        yield Path(storage.path(stored))
        return
    except NotImplementedError:
        pass
    with storage.open(stored) as source, tempfile.NamedTemporaryFile(prefix="import-") as copy:
        for chunk in File(source).chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)
