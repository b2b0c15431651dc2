"""Rows of tables, whose columns are the same for the whole file."""

from __future__ import annotations

from collections.abc import Sequence

from shopflow.contracts.imports import RawRecord, RecordProblem


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
        raw: str | bytes = "",
        warnings: tuple[RecordProblem, ...] = (),
    ) -> None:
        self.line, self.columns, self.cells, self.raw, self.warnings = line, columns, cells, raw, warnings

    @property
    def fields(self) -> dict[str, str]:  # type: ignore[override]
        return dict(zip(self.columns, self.cells, strict=True))
