"""Rows of tables: one by one, by column, and as stretches of lines that are not looked at before they must be."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from shopflow.contracts.imports import RawRecord, RecordProblem

Record = RawRecord | RecordProblem
MAX_COUNT_DIGITS = 20


class TableRow(RawRecord):
    """A row by its cells: many of them are mapped without a dictionary for each.

    All rows of one file share ``columns``, the names of the cells.
    """

    __slots__ = ("cells", "columns")
    gone = False
    unusable = ()

    def __init__(
        self,
        line: int,
        columns: Sequence[str],
        cells: Sequence[str],
        raw: str,
        warnings: tuple[RecordProblem, ...] = (),
    ) -> None:
        self.line, self.columns, self.cells, self.raw, self.warnings = line, columns, cells, raw, warnings

    @property
    def fields(self) -> dict[str, str]:  # type: ignore[override]
        return dict(zip(self.columns, self.cells, strict=True))

    @property
    def data(self) -> bytes:
        """What the row is known again by."""
        return self.raw.encode("utf-8", "surrogatepass")


def is_count(text: str, rows: int) -> bool:
    """Whether the ``text`` of a closing line means so many rows: ``1062``, ``1.062`` or ``001062``."""
    digits = text.replace(".", "")
    return digits.isascii() and digits.isdigit() and len(digits) < MAX_COUNT_DIGITS and int(digits) == rows


class Block(ABC):
    """Many rows by column. ``lines`` are those on which they stand; nothing is odd about them as rows."""

    lines: Sequence[int]

    def __len__(self) -> int:
        return len(self.lines)

    @abstractmethod
    def texts(self, name: str) -> Sequence[str]:
        """The texts of the column ``name``, one for each row; empty ones for a column that there is not."""

    @abstractmethod
    def record(self, place: int) -> RawRecord:
        """One of the rows on its own."""

    def data(self) -> Sequence[bytes]:
        """What each row is known again by."""
        return [data_of(self.record(place)) for place in range(len(self))]


class Some(Block):
    """The rows at ``places`` of another block."""

    def __init__(self, block: Block, places: Sequence[int]) -> None:
        self.lines = [block.lines[place] for place in places]
        self._block, self._places = block, places

    def texts(self, name: str) -> Sequence[str]:
        texts = self._block.texts(name)
        return [texts[place] for place in self._places]

    def record(self, place: int) -> RawRecord:
        return self._block.record(self._places[place])


def data_of(record: Record) -> bytes:
    """What a row is known again by."""
    if isinstance(record, TableRow):
        return record.data
    if isinstance(record, RecordProblem):
        return b""
    raw = record.raw
    return raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")


class Listed(Block):
    """Records that came one by one."""

    def __init__(self, records: Sequence[RawRecord]) -> None:
        self.lines = [record.line for record in records]
        self._records = records
        self._columns: dict[str, Sequence[str]] | None = None
        first = records[0]
        if isinstance(first, TableRow) and all(record.__class__ is first.__class__ for record in records):
            rows = [row.cells for row in records]  # type: ignore[attr-defined]
            self._columns = dict(zip(first.columns, zip(*rows, strict=True), strict=True))
        else:
            self._fields = [record.fields for record in records]

    def texts(self, name: str) -> Sequence[str]:
        if self._columns is not None:
            return self._columns.get(name) or ("",) * len(self)
        try:
            return list(map(itemgetter(name), self._fields))
        except KeyError:
            return [fields.get(name, "") for fields in self._fields]

    def record(self, place: int) -> RawRecord:
        return self._records[place]


class Joined(Block):
    """The rows of several blocks, one behind the other."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.lines = [line for block in blocks for line in block.lines]
        self._blocks = blocks

    def texts(self, name: str) -> Sequence[str]:
        return list(chain.from_iterable(block.texts(name) for block in self._blocks))

    def record(self, place: int) -> RawRecord:
        for block in self._blocks:
            if place < len(block):
                return block.record(place)
            place -= len(block)
        raise IndexError(place)

    def data(self) -> Sequence[bytes]:
        return [data for block in self._blocks for data in block.data()]


class Found(NamedTuple):
    """What stands at many places: the sound rows, the place of each, and what stands at all other places.

    Of the ``others`` None stands for a line that is no row.
    """

    block: Block | None
    places: Sequence[int]
    others: Mapping[int, Record | None]

    def told(self) -> tuple[list[int], list[bytes]]:
        """The line of every place, and what it is known again by; for all places from 0 on."""
        count = len(self.places) + len(self.others)
        lines, data = [0] * count, [b""] * count
        for place, record in self.others.items():
            if record is not None:
                lines[place], data[place] = record.line, data_of(record)
        if self.block is not None:
            for place, line, own in zip(self.places, self.block.lines, self.block.data(), strict=True):
                lines[place], data[place] = line, own
        return lines, data

    def only(self, wanted: Collection[int]) -> Found:
        """What stands at ``wanted`` places alone."""
        ats = [at for at, place in enumerate(self.places) if place in wanted]
        block = self.block
        if block is not None and len(ats) < len(block):
            block = Some(block, ats) if ats else None
        others = {place: record for place, record in self.others.items() if place in wanted}
        return Found(block, [self.places[at] for at in ats], others)

    def record(self, place: int) -> Record | None:
        """What stands at ``place``."""
        if place in self.others or self.block is None:
            return self.others.get(place)
        return self.block.record(self.places.index(place))

    def in_order(self) -> Iterator[Record]:
        """All records, one by one."""
        rows = {place: at for at, place in enumerate(self.places)}
        for place in sorted([*rows, *self.others]):
            at = rows.get(place)
            record = self.others[place] if at is None else self.block and self.block.record(at)
            if record is not None:
                yield record


def found_of(records: Sequence[Record]) -> Found:
    """Records that came one by one."""
    return gathered(dict(enumerate(records)))


def gathered(records: Mapping[int, Record | None]) -> Found:
    """Records by their places; those with anything to say about them stay on their own."""
    places, rows = list[int](), list[RawRecord]()
    others: dict[int, Record | None] = {}
    for place, record in records.items():
        if record is None or isinstance(record, RecordProblem) or record.warnings or record.gone:
            others[place] = record
        else:
            places.append(place)
            rows.append(record)
    return Found(Listed(rows) if rows else None, places, others)


class Stretch(ABC):
    """Lines of a file that are rows as they stand, the first of them with the number ``first``.

    Most lines of a night have not changed: they are known by their bytes and never looked at. Whoever takes the stretch
    says how many are :meth:`known` and reads the others. ``is_torn`` is set when reading shows that the lines do not
    stand for themselves; then the reader tells all of them another way.
    """

    def __init__(self, first: int, lines: Sequence[bytes]) -> None:
        self.first, self.lines = first, lines
        self.is_torn = False

    @abstractmethod
    def known(self, count: int) -> None:
        """So many more lines were not looked at."""

    @abstractmethod
    def read(self, places: Sequence[int]) -> Found | None:
        """What stands on the lines at ``places``; None for a torn stretch."""
