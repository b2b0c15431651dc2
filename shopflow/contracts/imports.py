"""Import sources: readers that turn a dealer's file into raw records, without touching the database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


@dataclass(slots=True)
class RawRecord:
    """One record as delivered: the first physical line it stands on (from 1), its fields by source name, its text.

    ``gone`` says that the record takes a part out of the range: number and brand are all that counts. ``warnings`` are
    what the reader has to say about a record that it could read. ``unusable`` says why the reader leaves a field empty
    that the record has: if the row is refused by that code, with these words. Not to be changed once it is made.
    """

    line: int
    fields: Mapping[str, str]
    raw: str = ""
    gone: bool = False
    warnings: tuple[RecordProblem, ...] = ()
    unusable: tuple[RecordProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordProblem:
    """A record that could not be read at all. ``code`` is a finding code, ``hint`` a sentence that says what to do."""

    line: int
    code: str
    raw: str
    hint: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class FileEvidence:
    """What a reader found out about a file before reading its records.

    ``stamp`` is when the file was made, aware, if it says so. ``warnings`` concern the file as a whole. ``mode`` is
    what the file says of itself (``full``, ``delta``, ``prices``, ``stock``; empty if it does not): a file that is not
    full hides nothing, whatever the profile says. ``lacks`` are the fields of the profile for which the file has no
    column at all: it says nothing about them, and they stay as they are in the shop.
    """

    encoding: str = ""
    delimiter: str = ""
    header_line: int = 0
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stamp: datetime | None = None
    warnings: tuple[RecordProblem, ...] = ()
    mode: str = ""
    lacks: tuple[str, ...] = ()


class FileRefused(Exception):
    """The whole file is refused and nothing is written. ``reason`` is a stable code, ``hint`` says what to do."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(hint)
        self.reason = reason
        self.hint = hint


class ImportSource(ABC):
    """A file format. ``extensions`` are the file endings it usually has.

    ``defaults`` is a profile in the form of a TOML table that every profile of this format starts from. A format with
    names of its own (XML, an interface) says there what they mean, so that a profile need only say what differs.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    extensions: ClassVar[tuple[str, ...]] = ()
    defaults: ClassVar[Mapping[str, Any]] = {}

    def companions(self, path: Path) -> Sequence[Path]:
        """Files beside ``path`` that belong to the same delivery; what they hold counts like the file itself."""
        return ()

    @abstractmethod
    def inspect(self, stream: BinaryIO, profile: Mapping[str, Any]) -> FileEvidence:
        """Look at the file and return the evidence; raise :class:`FileRefused` for a file that must not be read."""

    @abstractmethod
    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[RawRecord | RecordProblem]:
        """Yield every record, streaming. Raise :class:`FileRefused` when the end shows that the file is incomplete."""


import_sources: Registry[ImportSource] = Registry("import source", ImportSource)
