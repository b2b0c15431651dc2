"""How much a transport may bring in."""

from __future__ import annotations

from typing import Any, BinaryIO, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from shopflow.contracts.transports import TransportFailed

CHUNK = 1 << 16


class TriedAgain(TransportFailed):
    """The other end is only out of order for a while. ``seconds`` is how long it asks to be left alone, if it does."""

    def __init__(self, message: str, seconds: int | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class BrokenOff(TriedAgain):
    """The connection ended in the middle."""

    def __init__(self) -> None:
        super().__init__(_("The connection broke off; it is tried again."))


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def max_bytes() -> int:
    """The largest file that is taken, from ``SHOPFLOW_IMPORT_MAX_MB``."""
    return int(getattr(settings, "SHOPFLOW_IMPORT_MAX_MB", 4096)) << 20


def copy(source: Readable | Any, target: BinaryIO) -> int:
    """Copy in pieces and return the number of bytes; stops at the limit with :class:`TransportFailed`."""
    limit, done = max_bytes(), 0
    while chunk := source.read(CHUNK):
        done += len(chunk)
        if done > limit:
            raise TransportFailed(_("The file is larger than %(mb)s MB and was not taken.") % {"mb": limit >> 20})
        try:
            target.write(chunk)
        except OSError as error:
            raise TransportFailed(not_kept(error)) from error
    return done


def not_kept(error: OSError) -> str:
    """What is said when this machine cannot keep a file: its disk is full, or it may not write there."""
    told = _("The shop cannot keep the file (%(error)s). Make room on its disk, or let it write there.")
    return told % {"error": error.strerror or error}
