"""Delimited text as dealer systems export it: junk above the header, a footer with a count, broken rows between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy

from dealer_import.decoding import Encoding, decide_encoding
from dealer_import.profiles.names import column_name
from dealer_import.sentences import say as _
from dealer_import.sources.csv_rows import CsvStretch, Layout, Rows
from dealer_import.sources.headers import check_columns, lacking, no_header, told_lacking, unmapped, wanted_columns
from dealer_import.sources.heads import read_evidence
from dealer_import.sources.lines import (
    HEAD_SIZE,
    Joiner,
    Line,
    cells_of,
    items_of,
    lines_of,
    read_blocks,
    read_items,
    read_lines,
)
from dealer_import.sources.stamps import stamp_at
from dealer_import.sources.table import Record, Stretch
from shopflow.contracts.imports import FileEvidence, FileRefused, ImportSource, RecordProblem

DELIMITERS = ";\t,|"
SEARCH_LINES = 50
"""How far down the header may stand."""


class CsvSource(ImportSource):
    """CSV and its relatives."""

    code = "csv"
    label = gettext_lazy("CSV or text file with separators")
    extensions = (".csv", ".txt", ".tsv")

    def inspect(self, stream: BinaryIO, profile: Mapping[str, Any]) -> FileEvidence:
        return layout_of(stream, profile).evidence

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[Record]:
        for piece in CsvSource.stretches(self, stream, profile):
            if isinstance(piece, Stretch):
                found = piece.read(range(len(piece.lines)))
                yield from found.in_order() if found is not None else ()
            else:
                yield from piece

    def stretches(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[Stretch | Iterator[Record]]:
        """The file in stretches of sound lines, and record by record where anything else stands."""
        layout = layout_of(stream, profile)
        rows = Rows(layout, profile.get("footer"))
        delimiter, columns = layout.delimiter, len(layout.columns)
        if layout.encoding.is_wide:
            yield rows.joined(Joiner(read_items(stream, layout.encoding), delimiter, columns))
        else:
            yield from self._blocks(read_blocks(stream, layout.encoding), rows)
        rows.footer.check(rows.tally.rows)
        rows.tally.check(layout, has_footer=rows.footer.expected)

    def _blocks(self, blocks: Iterator[bytes], rows: Rows) -> Iterator[Stretch | Iterator[Record]]:
        layout, number = rows.layout, 0

        def items(block: bytes) -> Sequence[str | Line]:
            return items_of(block, joiner.number, layout.encoding.name)

        def more() -> Sequence[str | Line] | None:
            block = next(blocks, None)
            return None if block is None else items(block)

        for block in blocks:
            lines = lines_of(block) if number >= layout.header_line else None
            if lines is not None:
                stretch = CsvStretch(rows, number + 1, lines)
                yield stretch
                if not stretch.is_torn:
                    number += len(lines)
                    continue
            joiner = Joiner((), layout.delimiter, len(layout.columns), number=number, more=more)
            joiner.go_on(items(block))
            yield rows.joined(joiner)
            number = joiner.number


def layout_of(stream: BinaryIO, profile: Mapping[str, Any]) -> Layout:
    """Inspect the head of the file; raise :class:`FileRefused` when it is no table that the profile describes."""
    head = read_evidence(stream)
    encoding = decide_encoding(head, str(profile.get("encoding", "auto")), whole=len(head) < HEAD_SIZE)
    stream.seek(0)
    skip = profile.get("skip_lines", 0)
    enough = SEARCH_LINES if skip == "auto" else int(skip) + SEARCH_LINES
    lines = list(islice(read_lines(stream, encoding), enough))
    wanted = wanted_columns(profile)
    if profile.get("header", True):
        header, delimiter = _find_header(lines, profile, wanted)
        columns = tuple(column_name(cell) for cell in _cells(header.text or "", delimiter))
        header_line = header.number
    else:
        header_line, delimiter, columns = _places(lines, profile)
    check_columns(columns, wanted, profile)
    lacks = lacking(columns, profile)
    evidence = FileEvidence(
        encoding=encoding.name,
        delimiter=delimiter,
        header_line=header_line,
        columns=columns,
        stamp=_stamp(lines, profile, delimiter),
        warnings=(*_warnings(encoding, header_line, columns, wanted, profile), *told_lacking(lacks, header_line)),
        lacks=tuple(lacks),
    )
    return Layout(encoding, delimiter, header_line, columns, evidence)


def _cells(text: str, delimiter: str) -> list[str]:
    return cells_of(text, delimiter) or []


def _find_header(lines: list[Line], profile: Mapping[str, Any], wanted: dict[str, bool]) -> tuple[Line, str]:
    skip = profile.get("skip_lines", 0)
    declared = str(profile.get("delimiter", "auto"))
    delimiters = DELIMITERS if declared == "auto" else declared
    first = 0 if skip == "auto" else int(skip) + _names_separator(lines)
    candidates = lines if skip == "auto" else lines[first : first + 1]
    best, hits = None, -1
    for line in candidates:
        for delimiter in delimiters:
            names = {column_name(cell) for cell in _cells(line.text or "", delimiter)}
            score = sum(name in names for name in wanted)
            if score > hits:
                best, hits = (line, delimiter), score
    if best is None:
        raise FileRefused("no_records", _("The file ends before its header. Check skip_lines in the profile."))
    if hits <= 1:
        _refuse_header(best[0], profile, wanted, declared)
    return best


def _places(lines: list[Line], profile: Mapping[str, Any]) -> tuple[int, str, tuple[str, ...]]:
    """Of a file that begins with its rows: the number of the line above them, the separator, and ``1``, ``2`` …

    As many columns as most of the first rows have; ``skip_lines = "auto"`` passes over lines with another number.
    """
    skip, declared = profile.get("skip_lines", 0), str(profile.get("delimiter", "auto"))
    above = _names_separator(lines) + (0 if skip == "auto" else int(skip))
    rows = [line for line in lines[above:] if (line.text or "").strip()]
    if not rows:
        raise FileRefused("no_records", _("The file ends before its first row. Check skip_lines in the profile."))
    width, delimiter = _width(rows, DELIMITERS if declared == "auto" else declared)
    if width < 2:
        width_by_others, other = _width(rows, DELIMITERS)
        told = _("The columns are separated by “%(found)s”, the profile says “%(told)s”. Change delimiter there.")
        if width_by_others < 2:
            told = _("No separator was found. Is this a table? Save it as CSV.")
        raise FileRefused("delimiter", told % {"found": _shown(other), "told": _shown(declared)})
    if skip == "auto":
        above = next(line.number for line in rows if len(_cells(line.text or "", delimiter)) == width) - 1
    return above, delimiter, tuple(str(place) for place in range(1, width + 1))


def _width(rows: list[Line], delimiters: str) -> tuple[int, str]:
    """The number of columns that most rows have, by the separator that gives most rows the same."""
    found = []
    for delimiter in delimiters:
        widths = Counter(len(_cells(line.text or "", delimiter)) for line in rows)
        wide = [(count, width) for width, count in widths.items() if width > 1]
        found.append((*max(wide, default=(0, 1)), delimiter))
    _count, width, delimiter = max(found, key=lambda one: one[:2])
    return width, delimiter


def _names_separator(lines: list[Line]) -> bool:
    """Whether the first line is the one by which spreadsheets tell each other the separator: ``sep=;``."""
    first = lines[0].text if lines else None
    return first is not None and len(first.strip()) == 5 and first.lower().startswith("sep=")


def _shown(delimiter: str) -> str:
    """A separator as a profile writes it."""
    return "\\t" if delimiter == "\t" else delimiter


def _refuse_header(line: Line, profile: Mapping[str, Any], wanted: dict[str, bool], declared: str) -> None:
    for other in DELIMITERS:
        names = {column_name(cell) for cell in _cells(line.text or "", other)}
        if other != declared and sum(name in names for name in wanted) > 1:
            raise FileRefused(
                "delimiter",
                _("The columns are separated by “%(found)s”, the profile says “%(told)s”. Change delimiter there.")
                % {"found": _shown(other), "told": _shown(declared)},
            )
    if len(wanted) > 1 or any(wanted.values()):
        raise no_header(wanted, profile)


def _stamp(lines: list[Line], profile: Mapping[str, Any], delimiter: str) -> datetime | None:
    rule = profile.get("stamp")
    if not rule or "line" not in rule:
        return None
    number = rule["line"] + _names_separator(lines)
    text = next((line.text for line in lines if line.number == number), None) or ""
    cells = _cells(text, delimiter)
    cell = cells[rule["column"] - 1].strip() if rule["column"] <= len(cells) else ""
    return stamp_at(cell, number, profile)


def _warnings(
    encoding: Encoding,
    header_line: int,
    columns: tuple[str, ...],
    wanted: dict[str, bool],
    profile: Mapping[str, Any],
) -> Iterator[RecordProblem]:
    if encoding.differs:
        hint = _("The file is in %(name)s, not in the encoding of the profile; it was read as %(name)s.")
        yield RecordProblem(0, "encoding_differs", encoding.name, hint % {"name": encoding.name})
    yield from unmapped(columns, wanted, profile, header_line)
