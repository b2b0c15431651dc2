"""The files of a DATANORM delivery: version, encoding, date, and their records cut at the semicolons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from dealer_import.decoding import Encoding, decide_encoding
from dealer_import.findings import printable
from dealer_import.sentences import say as _
from dealer_import.sources.heads import read_evidence
from dealer_import.sources.lines import HEAD_SIZE, TOO_LONG, read_lines, too_long_hint
from dealer_import.sources.stamps import DEFAULT_ZONE
from shopflow.contracts.imports import FileRefused, RecordProblem

KINDS = frozenset("ABCDEGJKPRSTVWZ")
_VERSION_4 = re.compile(r"(\d\d)[A-Z]{2,3}\s*\Z")
_SHORTEST = {"A": 10, "B": 4, "T": 6, "D": 7, "P": 5, "S": 4, "R": 5}
"""Fewest cells of a record that can be used."""


@dataclass(frozen=True)
class Volume:
    """One file of the delivery; ``stream`` is set for the file that was handed in, ``path`` for those beside it."""

    name: str
    version: int
    encoding: Encoding
    stamp: datetime | None
    stream: BinaryIO | None = None
    path: Path | None = None

    def open(self) -> Any:
        return nullcontext(self.stream) if self.stream is not None else self.path.open("rb")  # type: ignore[union-attr]


class Record(NamedTuple):
    """A record with at least one cell; cells are stripped, and a lone blank means empty."""

    line: int
    cells: list[str]
    text: str


def volume_of(stream: BinaryIO | None, path: Path | None, profile: Mapping[str, Any]) -> Volume:
    """Look at one file of the delivery. Raises :class:`FileRefused` for what is no DATANORM 4 or 5."""
    if stream is None and path is not None:
        with path.open("rb") as opened:
            return _looked_at(opened, None, path, profile)
    if stream is None:
        raise ValueError("either a stream or a path")
    return _looked_at(stream, stream, path, profile)


def _looked_at(readable: BinaryIO, stream: BinaryIO | None, path: Path | None, profile: Mapping[str, Any]) -> Volume:
    head = read_evidence(readable)
    encoding = decide_encoding(head, str(profile.get("encoding", "auto")), whole=len(head) < HEAD_SIZE)
    if encoding.name == "utf-8" and not encoding.bom and head.isascii():
        encoding = Encoding("cp850")
    first = next((line.text or "" for line in read_lines(readable, encoding) if (line.text or "").strip()), "")
    name = path.name if path else ""
    version = _version(first, name)
    stamp = _made_at(first, version, str(profile.get("time_zone", DEFAULT_ZONE)))
    return Volume(name, version, encoding, stamp, stream, path if stream is None else None)


def _version(first: str, name: str) -> int:
    if first.startswith("V;") and first.split(";")[1].strip() in ("050", "05", "5", "50"):
        return 5
    if first.startswith("V") and not first.startswith("V;"):
        told = first[123:125] if first[123:125].isdigit() else ""
        match = _VERSION_4.search(first)
        if (told or (match.group(1) if match else "")) == "04":
            return 4
    hint = _("%(name)s does not say that it is DATANORM 4 or 5. Ask the supplier for one of these versions.")
    raise FileRefused("datanorm_version", hint % {"name": name or _("The file")})


def _made_at(first: str, version: int, zone: str) -> datetime | None:
    text, form = (
        (first.split(";")[3].strip(), "%Y%m%d") if version == 5 and first.count(";") > 3 else (first[2:8], "%d%m%y")
    )
    try:
        return datetime.strptime(text, form).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        return None


def volume_records(volume: Volume) -> Iterator[Record | RecordProblem]:
    """The records of one file without its first; a file whose last record is cut off is refused."""
    with volume.open() as readable:
        for line in read_lines(readable, volume.encoding):
            text = line.text
            if line.problem or text is None:
                yield _problem(line.problem, line.number, line.shown, volume)
                continue
            if not text or text[0] == "V" or not text.strip():
                continue
            cells = [cell.strip() for cell in text.split(";")]
            whole = cells[0] in KINDS and len(cells) >= _SHORTEST.get(cells[0], 2)
            if not line.ended and not (whole and text.rstrip().endswith(";")):
                raise FileRefused("incomplete_file", _("The last row is cut off. Transfer the file again."))
            if not whole:
                yield _problem("columns", line.number, text, volume)
                continue
            yield Record(line.number, cells, text)


def _problem(code: str, line: int, shown: str, volume: Volume) -> RecordProblem:
    hints = {
        "undecodable": _("The row holds bytes that the file's encoding does not know. Correct the text in the system."),
        "nul": _("The row holds a NUL character. Correct the text in the system that exports it."),
        TOO_LONG: too_long_hint(),
        "columns": _("The row is no DATANORM record, or it is not whole. Ask the supplier for the file again."),
    }
    return RecordProblem(line, code, printable(shown), hints[code], volume.name)
