"""The header of a table against the columns that a profile names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dealer_import.findings import printable
from dealer_import.profiles.names import column_name
from dealer_import.sentences import say as _
from shopflow.contracts.imports import FileRefused, RecordProblem

MISSING_COLUMN = "missing_column"
"""Why a file is refused, and as a warning: what the profile reads and the file has not."""


def wanted_columns(profile: Mapping[str, Any]) -> dict[str, bool]:
    """Column names that the profile uses, and whether each is required; a row filter needs its columns."""
    wanted: dict[str, bool] = {}
    for column in profile.get("columns", {}).values():
        for name in _names(column):
            key = column_name(name)
            wanted[key] = wanted.get(key, False) or bool(column.get("required"))
    for conditions in profile.get("rows", {}).values():
        wanted.update({column_name(condition["column"]): True for condition in conditions})
    return wanted


def spelled(profile: Mapping[str, Any], names: Iterable[str]) -> str:
    """``names`` as the profile spells them, for people."""
    spellings = {column_name(name): name for column in profile.get("columns", {}).values() for name in _names(column)}
    return ", ".join(spellings.get(name, name) for name in names)


def check_columns(columns: Sequence[str], wanted: Mapping[str, bool], profile: Mapping[str, Any]) -> None:
    """Refuse a header that lacks a required column or has a used one twice."""
    missing = [name for name, is_required in wanted.items() if is_required and name not in columns]
    if missing:
        raise FileRefused(
            MISSING_COLUMN,
            _("The file lacks the column %(names)s. Export it again with this column, or change the profile.")
            % {"names": spelled(profile, missing)},
        )
    counts = Counter(columns)
    twice = sorted(name for name in counts if counts[name] > 1 and name in wanted)
    if twice:
        raise FileRefused(
            "duplicate_column",
            _("The column %(names)s stands in the file twice. Remove one of them from the export.")
            % {"names": spelled(profile, twice)},
        )


def lacking(columns: Sequence[str], profile: Mapping[str, Any]) -> dict[str, str]:
    """The profile's fields for which the header has no column, each with the names that it might have had.

    Refuses a header with some of the locations of a stock and not all of them: their sum would be wrong.
    """
    found: dict[str, str] = {}
    for field, column in profile.get("columns", {}).items():
        names = _names(column)
        missing = [name for name in names if column_name(name) not in columns]
        if names and len(missing) == len(names):
            found[field] = ", ".join(names)
        elif missing and field == "stock":
            hint = _("The file has stock in %(there)s, but lacks %(names)s. Export all of them, or change the profile.")
            there = ", ".join(name for name in names if name not in missing)
            raise FileRefused(MISSING_COLUMN, hint % {"there": there, "names": ", ".join(missing)})
    return found


def told_lacking(fields: Mapping[str, str], line: int) -> Iterator[RecordProblem]:
    """A warning for each of the :func:`lacking` fields."""
    hint = _("The file has no such column; the shop keeps what it has. Export the column, or change the profile.")
    for names in fields.values():
        yield RecordProblem(line, MISSING_COLUMN, printable(names), hint, printable(names))


def no_header(wanted: Mapping[str, bool], profile: Mapping[str, Any]) -> FileRefused:
    """The refusal of a file in which no header was found."""
    required = [name for name, is_required in wanted.items() if is_required]
    return FileRefused(
        MISSING_COLUMN,
        _("No header with the columns %(names)s was found. Is this the right file for this profile?")
        % {"names": spelled(profile, required or wanted)},
    )


def unmapped(
    columns: Sequence[str], wanted: Mapping[str, bool], profile: Mapping[str, Any], line: int
) -> Iterator[RecordProblem]:
    """A warning for every column that the profile neither uses nor lists under ``ignore``."""
    ignored = {column_name(name) for name in profile.get("ignore", ())}
    for name in columns:
        if name and name not in wanted and name not in ignored:
            hint = _("The profile does not use this column. Map it, or list it under ignore.")
            yield RecordProblem(line, "unmapped_column", printable(name), hint, printable(name))


def _names(column: Mapping[str, Any]) -> Sequence[str]:
    names = column.get("from", ())
    return [names] if isinstance(names, str) else names
