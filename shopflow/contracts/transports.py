"""Import transports: ways for a dealer's files to come in. They list and fetch; what a file means is not theirs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar

from django.forms import Form

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that lies ready at the other end.

    ``key`` finds it again there, ``name`` is what staff read. ``fingerprint`` changes whenever the file does (size and
    time, ETag, message number): a file whose key and fingerprint are known is not fetched again. A transport that
    cannot tell leaves it empty; the file is then fetched each time and recognised by its content. ``settled`` is False
    while the file may still be growing.
    """

    key: str
    name: str
    fingerprint: str = ""
    size: int | None = None
    settled: bool = True


class TransportFailed(Exception):
    """The other end could not be reached or refused; the message is a sentence that says what to do."""


class ImportTransport(ABC):
    """A way for files to come in: a folder, a server, a mailbox.

    ``form_class`` asks for the settings. They are stored as JSON and shown to staff, so they hold no secrets: a secret
    is the *name* of an environment variable, read by ``dealer_import.transports.secrets.secret``.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    form_class: ClassVar[type[Form]]

    @abstractmethod
    def files(self, settings: Mapping[str, Any]) -> Iterable[RemoteFile]:
        """What lies ready, oldest first. Raises :class:`TransportFailed`."""

    @abstractmethod
    def fetch(self, settings: Mapping[str, Any], file: RemoteFile, target: BinaryIO) -> None:
        """Write the file's bytes to ``target``, streaming. Raises :class:`TransportFailed`."""

    def taken(self, settings: Mapping[str, Any], file: RemoteFile) -> None:  # noqa: B027 - most have nothing to do
        """The shop holds the file now; called once per file, after the commit. Must not delete anything by itself."""


import_transports: Registry[ImportTransport] = Registry("import transport", ImportTransport)
