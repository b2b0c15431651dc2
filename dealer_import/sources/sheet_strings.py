"""The shared strings of a spreadsheet, packed on disk: memory does not grow with their number.

A spreadsheet writes each text once and lets cells name it by its number. The numbers of neighbouring rows lie close
together, so the blocks used last answer nearly every question.
"""

from __future__ import annotations

import re
import tempfile
from array import array
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any
from weakref import finalize

from dealer_import.sentences import say as _
from dealer_import.sources.sheet_cells import unescaped
from dealer_import.sources.xml_batch import Batch
from dealer_import.sources.xml_stream import Closing, Opening, XmlStream
from dealer_import.sources.xml_text import Chains, Parted, Tag, take_apart
from shopflow.contracts.imports import FileRefused

BLOCK = 64
"""Texts that are written and read together."""
MAX_TEXT = 1 << 17
"""Characters of one text; spreadsheets allow 32,767."""
MAX_IN_MEMORY = 1 << 20
"""Bytes up to which the table needs no file."""
MAX_CACHED = 8 << 20
"""Characters of texts that are held in memory."""
_END = "\udfff"
"""Half a character, which no text holds. A NUL may be in one: spreadsheets write it as ``_x0000_``."""
_PLAIN = re.compile(r"\s*<si><t(?: xml:space=\"(preserve)\")?>([^<]*)</t>")


class SharedStrings:
    """Texts by their numbers."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(MAX_IN_MEMORY, prefix="shopflow-strings-")  # noqa: SIM115
        finalize(self, self._file.close)
        self._ends = array("Q", [0])
        self._pending: list[str] = []
        self._blocks: dict[int, list[str]] = {}
        self._cached = 0
        self.count = 0

    def extend(self, texts: Sequence[str]) -> None:
        """Append ``texts``."""
        pending = self._pending
        pending += texts
        self.count += len(texts)
        whole = len(pending) - len(pending) % BLOCK
        for start in range(0, whole, BLOCK):
            self._write(pending[start : start + BLOCK])
        del pending[:whole]

    def close(self) -> None:
        """No more texts follow."""
        if self._pending:
            self._write(self._pending)
            self._pending = []
        self._file.flush()

    def __getitem__(self, index: int) -> str:
        """Raises IndexError for a number that no text has."""
        if not 0 <= index < self.count:
            raise IndexError(index)
        block = self._blocks.get(index // BLOCK)
        return (block or self._read(index // BLOCK))[index % BLOCK]

    def _write(self, texts: Sequence[str]) -> None:
        data = _END.join(texts).encode("utf-8", "surrogatepass")
        self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))

    def _read(self, number: int) -> list[str]:
        start, end = self._ends[number : number + 2]
        self._file.seek(start)
        text = self._file.read(end - start).decode("utf-8", "surrogatepass")
        blocks = self._blocks
        while blocks and self._cached + len(text) > MAX_CACHED:
            self._cached -= sum(map(len, blocks.pop(next(iter(blocks)))))
        block = blocks[number] = text.split(_END)
        self._cached += len(text) - len(block) + 1
        return block


def read_strings(stream: Any) -> SharedStrings:
    """All texts of the part ``stream``; raises ``FileRefused``."""
    strings = SharedStrings()
    texts = iter(_Strings(stream, _Table()))
    while batch := list(islice(texts, 1000)):
        strings.extend(batch)  # type: ignore[arg-type]
    strings.close()
    return strings


class _Table:
    """The grammar of the table: runs of a rich text are one text, readings of Asian characters are none."""

    roots = frozenset(["sst"])
    records = frozenset(["si"])
    skipped: frozenset[str] = frozenset()
    opening: Mapping[str, Opening] = {}
    closing: Mapping[str, Closing] = {}

    def meet(self, name: str, count: int) -> None:
        """Nothing is counted here."""

    def record(self, name: str, text: str | Parted, line: int, raw: str) -> Any:
        return checked(rich_text(text))

    def close(self) -> None:
        return


class _Strings(XmlStream):
    """Texts without formatting are read many at a time."""

    def _proven(self, name: bytes, lines: list[int], wholes: list[str], end: int, *, is_doubtful: bool) -> Batch:
        self._prove(end, is_doubtful=True)
        found, close = list[Any](), self._plain_end(name).decode("ascii")
        for whole in wholes:
            piece = whole.removesuffix(close)
            plain = _PLAIN.fullmatch(piece)
            if plain is None:
                found.append(checked(rich_text(f"{piece}</si>")))
                continue
            kept, text = plain.groups()
            if "&" in text or "_x" in text or "\r" in text:
                text = unescaped(text)
            found.append(checked(text if kept else text.strip()))
        return Batch.of(found)


def checked(text: str) -> str:
    """``text``; raises ``FileRefused`` for one that no spreadsheet could hold."""
    if len(text) > MAX_TEXT:
        raise FileRefused("archive_limits", _("A cell of the spreadsheet is larger than it should be."))
    return text


def rich_text(record: str | Parted) -> str:
    """The text of an ``si`` or ``is`` element: its own and that of its runs."""
    parts: list[str] = []
    within: list[bool] = []

    def resolve(tag: Tag) -> Any:
        if tag.name == "rPh":
            return (lambda text: within.clear()) if tag.closing else (lambda text: within.append(True))
        if tag.name != "t" or tag.closing:
            return None
        is_kept = tag.attributes.get("space") == "preserve"

        def take(text: str) -> None:
            if not within:
                text = unescaped(text, ())
                parts.append(text if is_kept else text.strip())

        return take

    take_apart(record, Chains(resolve), {})
    return "".join(parts)
