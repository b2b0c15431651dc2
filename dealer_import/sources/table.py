"""Rows of tables, and stretches of many of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from shopflow.contracts.imports import RawRecord, RecordProblem

Record = RawRecord | RecordProblem


class TableRow(RawRecord):
    """A row by its cells: many of them are mapped without a dictionary for each.

    All rows of one file share ``columns``, the names of the cells.
    """

    __slots__ = ("cells", "columns")
    gone = False

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
    def read(self, places: Sequence[int]) -> list[Record | None] | None:
        """The records of the lines at ``places``, in order; None for a line that is no row, and for a torn stretch."""
