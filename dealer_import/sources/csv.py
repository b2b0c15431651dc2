"""Delimited text as dealer systems export it: junk above the header, a footer with a count, broken rows between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy

from dealer_import.decoding import Encoding, decide_encoding
from dealer_import.findings import printable
from dealer_import.profiles.names import column_name
from dealer_import.sentences import say as _
from dealer_import.sources.headers import check_columns, no_header, unmapped, wanted_columns
from dealer_import.sources.lines import HEAD_SIZE, Joiner, Line, cells_of, has_cells, read_head, read_items, read_lines
from dealer_import.sources.stamps import stamp_at
from dealer_import.sources.table import TableRow
from shopflow.contracts.imports import FileEvidence, FileRefused, ImportSource, RawRecord, RecordProblem

DELIMITERS = ";\t,|"
SEARCH_LINES = 50
"""How far down the header may stand."""


@dataclass(frozen=True)
class Layout:
    """What ``inspect`` found out, in the form that reading needs."""

    encoding: Encoding
    delimiter: str
    header_line: int
    columns: tuple[str, ...]
    evidence: FileEvidence


class CsvSource(ImportSource):
    """CSV and its relatives."""

    code = "csv"
    label = gettext_lazy("CSV or text file with separators")
    extensions = (".csv", ".txt", ".tsv")

    def inspect(self, stream: BinaryIO, profile: Mapping[str, Any]) -> FileEvidence:
        return layout_of(stream, profile).evidence

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[RawRecord | RecordProblem]:
        layout = layout_of(stream, profile)
        delimiter, columns = layout.delimiter, len(layout.columns)
        footer, tally = Footer(profile.get("footer"), delimiter), Tally()
        starts, header = footer.starts or "\n", layout.header_line
        blanks, plain = frozenset((delimiter, " ", "\t", "\u00a0")), 0
        for number, item in Joiner(read_items(stream, layout.encoding), delimiter, columns):
            if number <= header:
                continue
            if (
                item.__class__ is str
                and item
                and has_cells(item, delimiter, columns)
                and item[0] not in blanks
                and not item.startswith(starts)
            ):
                plain += 1
                yield CsvRecord(number, item, layout)
                continue
            if plain:
                tally.sound(plain)
                plain = 0
            record = item if isinstance(item, Line) else Line(number, item)
            yield from self._unusual(record, layout, footer, tally)
        if plain:
            tally.sound(plain)
        footer.check(tally.rows)
        tally.check(layout, has_footer=footer.expected)

    def _unusual(
        self, record: Line, layout: Layout, footer: Footer, tally: Tally
    ) -> Iterator[RawRecord | RecordProblem]:
        """A record with quotes, or one that is blank, broken or the closing line."""
        if record.text is not None and not record.text.strip(layout.delimiter + " \t\u00a0"):
            return
        if footer.matches(record):
            footer.read(record)
            return
        outcome = _record(record, layout)
        if isinstance(outcome, RecordProblem):
            tally.note(outcome, record)
        else:
            tally.sound(1)
        yield outcome


class CsvRecord(TableRow):
    """A row whose cells are only told apart when somebody asks for them: most rows of a night have not changed."""

    __slots__ = ("_layout",)
    warnings = ()

    def __init__(self, line: int, raw: str, layout: Layout) -> None:
        self.line = line
        self.raw = raw
        self._layout = layout

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]
        return self._layout.columns

    @property
    def cells(self) -> Sequence[str]:  # type: ignore[override]
        return cells_of(self.raw, self._layout.delimiter) or ()


@dataclass
class Tally:
    """Counts while reading, for the verdicts that only the end of the file allows."""

    rows: int = 0
    undecodable: int = 0
    torn: bool = False

    def sound(self, rows: int) -> None:
        self.rows += rows
        self.torn = False

    def note(self, problem: RecordProblem, record: Line) -> None:
        self.rows += 1
        self.undecodable += problem.code == "undecodable"
        self.torn = problem.code in ("columns", "quote", "undecodable") and not record.ended

    def check(self, layout: Layout, *, has_footer: bool) -> None:
        """Raise :class:`FileRefused` for a file without rows, in another encoding, or cut off in its last row."""
        if not self.rows:
            raise FileRefused("no_records", _("The file has a header but no rows. Export it again."))
        if self.undecodable > 5 and self.undecodable * 10 > self.rows:
            raise FileRefused(
                "encoding",
                _("Many rows do not fit the encoding %(name)s. Set the right one in the profile.")
                % {"name": layout.encoding.name},
            )
        if self.torn and not has_footer:
            raise FileRefused("incomplete_file", _("The last row is cut off. Transfer the file again."))


class Footer:
    """The closing line, with the number of rows in ``count_column`` (from 1)."""

    def __init__(self, wanted: Mapping[str, Any] | None, delimiter: str) -> None:
        self.expected = bool(wanted)
        self.starts = str((wanted or {}).get("starts", ""))
        self.count_column = (wanted or {}).get("count_column")
        self.delimiter = delimiter
        self.found: str | None = None

    def matches(self, record: Line) -> bool:
        return self.expected and record.text is not None and record.text.startswith(self.starts)

    def read(self, record: Line) -> None:
        cells = _cells(record.text or "", self.delimiter)
        column = self.count_column or 0
        self.found = cells[column - 1].strip() if 0 < column <= len(cells) else ""

    def check(self, rows: int) -> None:
        if not self.expected:
            return
        if self.found is None:
            raise FileRefused(
                "incomplete_file",
                _("The closing line “%(starts)s” is missing: the file is not complete. Transfer it again.")
                % {"starts": self.starts},
            )
        if self.count_column and self.found.replace(".", "") != str(rows):
            raise FileRefused(
                "control_total",
                _("The closing line counts %(told)s rows, but the file holds %(rows)s. Transfer it again.")
                % {"told": printable(self.found, 20) or "?", "rows": rows},
            )


def _record(record: Line, layout: Layout) -> RawRecord | RecordProblem:
    if record.problem:
        return _problem(record)
    text = record.text or ""
    cells = cells_of(text, layout.delimiter)
    if cells is None:
        return _problem(record, "quote")
    if len(cells) != len(layout.columns):
        hint = _("The row has %(found)s columns instead of %(wanted)s. A separator in a text must stand in quotes.")
        values = {"found": len(cells), "wanted": len(layout.columns)}
        return RecordProblem(record.number, "columns", printable(text), hint % values)
    return CsvRecord(record.number, text, layout)


def _problem(record: Line, code: str = "") -> RecordProblem:
    code = code or record.problem
    hints = {
        "undecodable": _("The row holds bytes that the file's encoding does not know. Correct the text in the system."),
        "nul": _("The row holds a NUL character. Correct the text in the system that exports it."),
        "quote": _("A quotation mark is opened and never closed. Correct the text in the system that exports it."),
    }
    return RecordProblem(record.number, code, printable(record.shown), hints[code])


def layout_of(stream: BinaryIO, profile: Mapping[str, Any]) -> Layout:
    """Inspect the head of the file; raise :class:`FileRefused` when it is no table that the profile describes."""
    head = read_head(stream)
    encoding = decide_encoding(head, str(profile.get("encoding", "auto")), whole=len(head) < HEAD_SIZE)
    stream.seek(0)
    lines = []
    for line in read_lines(stream, encoding):
        lines.append(line)
        if len(lines) >= SEARCH_LINES:
            break
    wanted = wanted_columns(profile)
    header, delimiter = _find_header(lines, profile, wanted)
    columns = tuple(column_name(cell) for cell in _cells(header.text or "", delimiter))
    check_columns(columns, wanted, profile)
    evidence = FileEvidence(
        encoding=encoding.name,
        delimiter=delimiter,
        header_line=header.number,
        columns=columns,
        stamp=_stamp(lines, profile, delimiter),
        warnings=tuple(_warnings(encoding, header, columns, wanted, profile)),
    )
    return Layout(encoding, delimiter, header.number, columns, evidence)


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


def _names_separator(lines: list[Line]) -> bool:
    """Whether the first line is the one by which spreadsheets tell each other the separator: ``sep=;``."""
    first = lines[0].text if lines else None
    return first is not None and len(first.strip()) == 5 and first.lower().startswith("sep=")


def _refuse_header(line: Line, profile: Mapping[str, Any], wanted: dict[str, bool], declared: str) -> None:
    for other in DELIMITERS:
        names = {column_name(cell) for cell in _cells(line.text or "", other)}
        if other != declared and sum(name in names for name in wanted) > 1:
            raise FileRefused(
                "delimiter",
                _("The columns are separated by “%(found)s”, the profile says “%(told)s”. Change delimiter there.")
                % {"found": other, "told": declared},
            )
    if len(wanted) > 1 or any(wanted.values()):
        raise no_header(wanted, profile)


def _stamp(lines: list[Line], profile: Mapping[str, Any], delimiter: str) -> datetime | None:
    rule = profile.get("stamp")
    if not rule or "line" not in rule:
        return None
    text = next((line.text for line in lines if line.number == rule["line"]), None) or ""
    cells = _cells(text, delimiter)
    cell = cells[rule["column"] - 1].strip() if rule["column"] <= len(cells) else ""
    return stamp_at(cell, rule["line"], profile)


def _warnings(
    encoding: Encoding,
    header: Line,
    columns: tuple[str, ...],
    wanted: dict[str, bool],
    profile: Mapping[str, Any],
) -> Iterator[RecordProblem]:
    if encoding.differs:
        hint = _("The file is in %(name)s, not in the encoding of the profile; it was read as %(name)s.")
        yield RecordProblem(0, "encoding_differs", encoding.name, hint % {"name": encoding.name})
    yield from unmapped(columns, wanted, profile, header.number)
