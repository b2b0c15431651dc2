"""The rows of a delimited text: sound stretches of many lines at once, and whatever else stands in such files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dealer_import.decoding import Encoding
from dealer_import.findings import printable
from dealer_import.sentences import say as _
from dealer_import.sources.lines import TOO_LONG, Joiner, Line, cells_of, is_open, too_long_hint
from dealer_import.sources.table import Block, Found, Record, Stretch, TableRow, is_count
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
        encoding = self._layout.encoding
        return self.raw.encode("utf-8" if encoding.is_wide else encoding.name)


class Rows:
    """Judges the lines of one file: which are rows, which are broken, which close the file. Told in their order."""

    def __init__(self, layout: Layout, footer: Mapping[str, Any] | None) -> None:
        self.layout = layout
        self.footer, self.tally = Footer(footer, layout.delimiter), Tally()
        self._blanks = layout.delimiter + " \t\u00a0"
        self._no_cell = frozenset(["", *self._blanks])

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

    def many(self, first: int, places: Sequence[int], joined: str) -> Found:
        """:meth:`judge` of the sound lines ``joined``, which stand at ``places``, counted from line ``first``."""
        columns = self._columns(joined, len(places))
        if columns is not None:
            self.tally.sound(len(places))
            return Found(CsvBlock([first + place for place in places], columns, joined, self.layout), places, {})
        texts = joined.split("\n")
        odd = [at for at, text in enumerate(texts) if self._is_odd(text)]
        others: dict[int, Record | None] = {}
        quoted: dict[int, Sequence[str]] = {}
        for at in odd:
            record = self.judge(Line(first + places[at], texts[at]))
            if isinstance(record, CsvRow):
                quoted[at] = record.cells
            else:
                others[places[at]] = record
        return self._merged(first, places, texts, odd, quoted, others)

    def _merged(
        self,
        first: int,
        places: Sequence[int],
        texts: Sequence[str],
        odd: Sequence[int],
        quoted: Mapping[int, Sequence[str]],
        others: Mapping[int, Record | None],
    ) -> Found:
        """The plain lines by column, with rows among them that hold quotation marks."""
        delimiter, strange = self.layout.delimiter, set(odd)
        kept = [at for at in range(len(texts)) if at not in strange or at in quoted]
        if not kept:
            return Found(None, (), others)
        rows = [quoted[at] if at in quoted else texts[at].split(delimiter) for at in kept]
        self.tally.sound(len(kept) - len(quoted))
        lines, own = [first + places[at] for at in kept], "\n".join([texts[at] for at in kept])
        block = CsvBlock(lines, list(zip(*rows, strict=True)), own, self.layout)
        return Found(block, [places[at] for at in kept], others)

    def _is_odd(self, text: str) -> bool:
        starts = self.footer.starts
        return (
            '"' in text
            or text.count(self.layout.delimiter) != len(self.layout.columns) - 1
            or text[:1] in self._no_cell
            or bool(starts and text.startswith(starts))
        )

    def _columns(self, joined: str, count: int) -> list[list[str]] | None:
        """The columns of lines with one cell for each and nothing odd about them; None if any has something."""
        delimiter, width, starts = self.layout.delimiter, len(self.layout.columns) + 1, self.footer.starts
        if '"' in joined or (starts and (joined.startswith(starts) or f"\n{starts}" in joined)):
            return None
        cells = joined.replace("\n", f"{delimiter}\n{delimiter}").split(delimiter)
        if len(cells) != count * width - 1 or cells[width - 1 :: width].count("\n") != count - 1:
            return None
        columns = [cells[place::width] for place in range(width - 1)]
        if not self._no_cell.isdisjoint({cell[:1] for cell in columns[0]}):
            return None
        return columns


class CsvBlock(Block):
    """Rows of a delimited text."""

    def __init__(self, lines: Sequence[int], columns: Sequence[Sequence[str]], joined: str, layout: Layout) -> None:
        self.lines, self._columns, self._joined, self._layout = lines, columns, joined, layout
        self._named = dict(zip(layout.columns, columns, strict=True))

    def texts(self, name: str) -> Sequence[str]:
        return self._named.get(name) or ("",) * len(self)

    def record(self, place: int) -> CsvRow:
        cells = [column[place] for column in self._columns]
        return CsvRow(self.lines[place], self._raws[place], cells, self._layout)

    @cached_property
    def _raws(self) -> Sequence[str]:
        return self._joined.split("\n")


def _is_torn(joined: str, delimiter: str) -> bool:
    """Whether a quotation mark is left open in any of the joined lines."""
    return any('"' in text and text.count('"') % 2 and is_open(text, delimiter) for text in joined.split("\n"))


class CsvStretch(Stretch):
    """Lines between two line breaks, in each of which no quotation mark is left open."""

    def __init__(self, rows: Rows, first: int, lines: Sequence[bytes]) -> None:
        super().__init__(first, lines)
        self._rows = rows

    def known(self, count: int) -> None:
        self._rows.tally.sound(count)

    def read(self, places: Sequence[int]) -> Found | None:
        encoding, delimiter = self._rows.layout.encoding.name, self._rows.layout.delimiter
        if not places:
            return Found(None, (), {})
        lines = self.lines if len(places) == len(self.lines) else [self.lines[place] for place in places]
        try:
            joined = b"\n".join(lines).decode(encoding)
        except UnicodeDecodeError:
            self.is_torn = True
            return None
        self.is_torn = joined.count("\n") != len(places) - 1 or ('"' in joined and _is_torn(joined, delimiter))
        return None if self.is_torn else self._rows.many(self.first, places, joined)


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
        return self.expected and record.text is not None and record.text.removeprefix('"').startswith(self.starts)

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
        if self.count_column and not is_count(self.found, rows):
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
