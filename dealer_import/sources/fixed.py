"""Fixed-width files of manufacturers: record kinds by a mark, positions from the profile, control sums at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy

from dealer_import.decoding import Encoding, decide_encoding
from dealer_import.findings import printable
from dealer_import.sentences import say as _
from dealer_import.sources.heads import read_evidence
from dealer_import.sources.lines import HEAD_SIZE, TOO_LONG, Line, read_lines, too_long_hint
from dealer_import.sources.stamps import stamp_at
from shopflow.contracts.imports import FileEvidence, FileRefused, ImportSource, RawRecord, RecordProblem

HEADER_WITHIN = 5
"""Lines within which the header must stand."""
UNDECODABLE_SHARE = 10


class FixedSource(ImportSource):
    """One record per line, every field at its place.

    The profile says where: ``columns`` with ``at = [place, length]`` counted from 1, ``record_length``, and under
    ``records`` the marks of the kinds ``part``, ``header`` and ``trailer``, which stand at ``kind_at``.
    """

    code = "fixed"
    label = gettext_lazy("Text file with fixed columns")
    extensions = (".txt", ".dat", ".dta")
    defaults = {"encoding": "cp850"}

    def inspect(self, stream: BinaryIO, profile: Mapping[str, Any]) -> FileEvidence:
        layout, encoding = Layout.of(profile), _encoding(stream, profile)
        header = _header(stream, layout, encoding)
        stamp = _stamp(header, profile) if header is not None else None
        _check_shape(stream, layout, encoding)
        warnings: tuple[RecordProblem, ...] = ()
        if encoding.differs:
            hint = _("The file is in %(name)s, not in the encoding of the profile; it was read as %(name)s.")
            warnings = (RecordProblem(0, "encoding_differs", encoding.name, hint % {"name": encoding.name}),)
        return FileEvidence(
            encoding=encoding.name,
            header_line=header.number if header else 0,
            columns=tuple(layout.fields),
            stamp=stamp,
            warnings=warnings,
        )

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[RawRecord | RecordProblem]:
        layout, encoding = Layout.of(profile), _encoding(stream, profile)
        control = Control(layout)
        for line in read_lines(stream, encoding):
            if line.problem:
                control.count(line)
                control.add(line.text or line.shown)
                yield _problem(line)
                continue
            text = line.text or ""
            kind = layout.kind_of(text)
            if kind == "part":
                control.count(line)
                control.add(text)
                if layout.length and len(text) != layout.length and not _is_padded(text, layout):
                    control.short = line.number
                    yield _wrong_length(line, layout)
                    continue
                yield RawRecord(line.number, layout.cut(text), text)
            elif kind == "trailer":
                control.trailer = line
            elif kind == "" and text.strip():
                yield _unknown(line, layout)
        control.check()


@dataclass(frozen=True)
class Layout:
    """The positions of a profile, as slices."""

    fields: Mapping[str, slice]
    kinds: Mapping[str, str]
    kind: slice
    length: int
    trailer: Mapping[str, Any]
    summed: slice | None

    @classmethod
    def of(cls, profile: Mapping[str, Any]) -> Layout:
        fields = {name: _slice(column["at"]) for name, column in profile.get("columns", {}).items() if "at" in column}
        kinds = {str(mark): kind for kind, mark in profile.get("records", {}).items()}
        longest = max((len(mark) for mark in kinds), default=1)
        trailer = profile.get("trailer", {})
        return cls(
            fields=fields,
            kinds=kinds,
            kind=_slice(profile.get("kind_at", [1, longest])),
            length=int(profile.get("record_length", 0)),
            trailer=trailer,
            summed=fields.get(str(trailer.get("sum_of", ""))),
        )

    def kind_of(self, text: str) -> str:
        """``part``, ``header``, ``trailer`` or another kind of the profile; empty for a mark that it does not name."""
        if not self.kinds:
            return "part" if text.strip() else ""
        return self.kinds.get(text[self.kind].strip(), "")

    def cut(self, text: str) -> dict[str, str]:
        return {name: text[place] for name, place in self.fields.items()}


@dataclass
class Control:
    """What was read, against what the trailer tells."""

    layout: Layout
    parts: int = 0
    total: int = 0
    undecodable: int = 0
    short: int = 0
    trailer: Line | None = None
    last: Line | None = None

    def count(self, line: Line) -> None:
        self.parts += 1
        self.undecodable += line.problem == "undecodable"
        self.last = line

    def add(self, text: str) -> None:
        """Add the field that the trailer sums up; what is no number is left to the mapping to refuse."""
        digits = text[self.layout.summed].strip() if self.layout.summed else ""
        if digits.isascii() and digits.isdigit():
            self.total += int(digits)

    def check(self) -> None:
        """Raise :class:`FileRefused` for a file that is cut off, counts wrongly, or holds nothing."""
        if "trailer" in self.layout.kinds.values() and self.trailer is None:
            hint = _("The closing record is missing: the file is not complete. Transfer it again.")
            raise FileRefused("incomplete_file", hint)
        if self.last is not None and self.short == self.last.number and not self.last.ended:
            raise FileRefused("incomplete_file", _("The last row is cut off. Transfer the file again."))
        if self.trailer is not None:
            if not self.trailer.ended and len(self.trailer.text or "") < self.layout.length:
                raise FileRefused("incomplete_file", _("The last row is cut off. Transfer the file again."))
            self._compare("count", self.parts, _("The closing record counts %(told)s parts, the file holds %(found)s."))
            self._compare(
                "sum", self.total, _("The closing record adds the prices up to %(told)s, the file to %(found)s.")
            )
        if not self.parts:
            raise FileRefused("no_records", _("The file holds no part. Export it again."))
        if self.undecodable > 5 and self.undecodable * UNDECODABLE_SHARE > self.parts:
            hint = _("Many rows do not fit the encoding of the profile. Set the right one there.")
            raise FileRefused("encoding", hint)

    def _compare(self, key: str, found: int, sentence: str) -> None:
        place = self.layout.trailer.get(key)
        if place is None or self.trailer is None or (key == "sum" and self.layout.summed is None):
            return
        told = (self.trailer.text or "")[_slice(place)].strip()
        if told.isascii() and told.isdigit() and int(told) == found:
            return
        told = printable(told, 20) or "?"
        transfer = _("Transfer it again.")
        raise FileRefused("control_total", f"{sentence % {'told': told, 'found': found}} {transfer}")


def _slice(at: Any) -> slice:
    first, length = at
    return slice(first - 1, first - 1 + length)


def _encoding(stream: BinaryIO, profile: Mapping[str, Any]) -> Encoding:
    head = read_evidence(stream)
    return decide_encoding(head, str(profile.get("encoding", "cp850")), whole=len(head) < HEAD_SIZE)


def _header(stream: BinaryIO, layout: Layout, encoding: Encoding) -> Line | None:
    if "header" not in layout.kinds.values():
        return None
    for line in read_lines(stream, encoding):
        if layout.kind_of(line.text or "") == "header":
            return line
        if line.number >= HEADER_WITHIN:
            break
    hint = _("The file does not start with its header record. Is this the right file for this profile?")
    raise FileRefused("not_a_table", hint)


def _stamp(header: Line, profile: Mapping[str, Any]) -> datetime | None:
    rule = profile.get("stamp")
    if not rule or "at" not in rule:
        return None
    return stamp_at((header.text or "")[_slice(rule["at"])].strip(), header.number, profile)


def _check_shape(stream: BinaryIO, layout: Layout, encoding: Encoding) -> None:
    """Refuse a file whose first records are not of the profile's length; one of them may be damaged, all may not."""
    seen = fitting = 0
    for line in read_lines(stream, encoding):
        text = line.text or ""
        if line.number > 200:
            break
        if layout.kind_of(text) == "part":
            seen += 1
            fitting += not layout.length or len(text) == layout.length or _is_padded(text, layout)
    if seen and not fitting and seen > 1:
        hint = _("The records are not %(length)s characters long, as the profile says. Is this the right file for it?")
        raise FileRefused("not_a_table", hint % {"length": layout.length})


def _is_padded(text: str, layout: Layout) -> bool:
    """Some systems cut the blanks at the end of a record; all fields with something in them are there all the same."""
    end = max((place.stop for place in layout.fields.values()), default=0)
    return end <= len(text) < layout.length or (len(text) > layout.length and not text[layout.length :].strip())


def _problem(line: Line) -> RecordProblem:
    hints = {
        "undecodable": _("The row holds bytes that the file's encoding does not know. Correct the text in the system."),
        "nul": _("The row holds a NUL character. Correct the text in the system that exports it."),
        TOO_LONG: too_long_hint(),
    }
    return RecordProblem(line.number, line.problem, printable(line.shown), hints[line.problem])


def _wrong_length(line: Line, layout: Layout) -> RecordProblem:
    hint = _("The row is %(found)s characters long instead of %(wanted)s. Export the file again.")
    values = {"found": len(line.text or ""), "wanted": layout.length}
    return RecordProblem(line.number, "columns", printable(line.text or ""), hint % values)


def _unknown(line: Line, layout: Layout) -> RecordProblem:
    hint = _("The profile does not know records of this kind. Add its mark under records, or remove the row.")
    return RecordProblem(line.number, "record_kind", printable(line.text or ""), hint)
