"""Files that wait: uploads, and the files of held runs. They lie in the private storage, never under a public URL."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import storages
from django.utils.text import get_valid_filename

FOLDER = "imports"


def keep_stream(stream: IO[bytes], *, name: str) -> str:
    """Store ``stream`` and return its name in the private storage."""
    safe = get_valid_filename(Path(name).name or "import") or "import"
    return str(storages["private"].save(f"{FOLDER}/{safe}", File(stream)))


def keep_file(path: Path, *, name: str) -> str:
    """Store a copy of the file at ``path``."""
    with path.open("rb") as stream:
        return keep_stream(stream, name=name)


def forget_file(stored: str) -> None:
    """Remove a stored file; does nothing when it is gone."""
    if stored:
        storages["private"].delete(stored)


@contextmanager
def local_copy(stored: str) -> Iterator[Path]:
    """A path on this machine for a stored file, wherever the storage keeps it."""
    storage = storages["private"]
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
