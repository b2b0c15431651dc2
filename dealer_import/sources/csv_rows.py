"""The rows of a delimited text: sound stretches of many lines at once, and whatever else stands in such files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dealer_import.decoding import Encoding
from dealer_import.findings import printable
from dealer_import.sentences import say as _
from dealer_import.sources.lines import TOO_LONG, Joiner, Line, cells_of, is_open, too_long_hint
from dealer_import.sources.table import Record, Stretch, TableRow
from shopflow.contracts.imports import FileEvidence, FileRefused, RecordProblem


@dataclass(frozen=True)
class Layout:
    """What ``inspect`` found out, in the form that reading needs."""

    encoding: Encoding
    delimiter: str
    header_line: int
    columns: tuple[str, ...]
    evidence: FileEvidence


class CsvRow(TableRow):
    """A row of a delimited text; ``data`` are its bytes as they stand in the file."""

    __slots__ = ("_layout",)
    warnings = ()

    def __init__(self, line: int, raw: str, cells: Sequence[str], layout: Layout) -> None:
        self.line, self.raw, self.cells, self._layout = line, raw, cells, layout

    @property
    def columns(self) -> Sequence[str]:  # type: ignore[override]
        return self._layout.columns

    @property
    def data(self) -> bytes:
        encoding = self._layout.encoding.name
        return self.raw.encode("utf-8" if encoding == "utf-16" else encoding)


class Rows:
    """Judges the lines of one file: which are rows, which are broken, which close the file. Told in their order."""

    def __init__(self, layout: Layout, footer: Mapping[str, Any] | None) -> None:
        self.layout = layout
        self.footer, self.tally = Footer(footer, layout.delimiter), Tally()
        self._blanks = layout.delimiter + " \t\u00a0"

    def joined(self, joiner: Joiner) -> Iterator[Record]:
        """The records that ``joiner`` makes of lines."""
        for number, item in joiner:
            if number > self.layout.header_line:
                record = self.judge(item if isinstance(item, Line) else Line(number, item))
                if record is not None:
                    yield record

    def judge(self, record: Line) -> Record | None:
        """None for a blank line and for the closing one."""
        if record.text is not None and not record.text.strip(self._blanks):
            return None
        if self.footer.matches(record):
            self.footer.read(record)
            return None
        outcome = self._outcome(record)
        if isinstance(outcome, RecordProblem):
            self.tally.note(outcome, record)
        else:
            self.tally.sound(1)
        return outcome

    def _outcome(self, record: Line) -> Record:
        if record.problem:
            return _problem(record)
        text, wanted = record.text or "", len(self.layout.columns)
        cells = cells_of(text, self.layout.delimiter)
        if cells is None:
            return _problem(record, "quote")
        if len(cells) != wanted:
            hint = _("The row has %(found)s columns instead of %(wanted)s. A separator in a text must stand in quotes.")
            values = {"found": len(cells), "wanted": wanted}
            return RecordProblem(record.number, "columns", printable(text), hint % values)
        return CsvRow(record.number, text, cells, self.layout)

    def many(self, numbers: Iterable[int], texts: Sequence[str]) -> list[Record | None]:
        """:meth:`judge` of sound lines."""
        layout, starts = self.layout, self.footer.starts
        delimiter, wanted = layout.delimiter, len(layout.columns)
        records: list[Record | None] = []
        sound = 0
        for number, text in zip(numbers, texts, strict=True):
            cells = text.split(delimiter) if '"' not in text else cells_of(text, delimiter)
            if (
                cells is None
                or len(cells) != wanted
                or not cells[0]
                or cells[0][0] in self._blanks
                or (starts and text.startswith(starts))
            ):
                records.append(self.judge(Line(number, text)))
            else:
                sound += 1
                records.append(CsvRow(number, text, cells, layout))
        if sound:
            self.tally.sound(sound)
        return records


class CsvStretch(Stretch):
    """Lines between two line breaks, in each of which no quotation mark is left open."""

    def __init__(self, rows: Rows, first: int, lines: Sequence[bytes]) -> None:
        super().__init__(first, lines)
        self._rows = rows

    def known(self, count: int) -> None:
        self._rows.tally.sound(count)

    def read(self, places: Sequence[int]) -> list[Record | None] | None:
        encoding, delimiter = self._rows.layout.encoding.name, self._rows.layout.delimiter
        if not places:
            return []
        try:
            texts = b"\n".join([self.lines[place] for place in places]).decode(encoding).split("\n")
        except UnicodeDecodeError:
            texts = []
        if len(texts) != len(places) or any(
            '"' in text and text.count('"') % 2 and is_open(text, delimiter) for text in texts
        ):
            self.is_torn = True
            return None
        return self._rows.many([self.first + place for place in places], texts)


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
        self.torn = problem.code in ("columns", "quote", "undecodable", TOO_LONG) and not record.ended

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
        cells = cells_of(record.text or "", self.delimiter) or []
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


def _problem(record: Line, code: str = "") -> RecordProblem:
    code = code or record.problem
    hints = {
        "undecodable": _("The row holds bytes that the file's encoding does not know. Correct the text in the system."),
        "nul": _("The row holds a NUL character. Correct the text in the system that exports it."),
        TOO_LONG: too_long_hint(),
        "quote": _("A quotation mark is opened and never closed. Correct the text in the system that exports it."),
    }
    return RecordProblem(record.number, code, printable(record.shown), hints[code])
