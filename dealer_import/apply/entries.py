"""How the values that a run has written over are kept: one row per part, its fields as JSON, without a column for each.

``{"price": [490, 495], "cost_cents": [343, null]}``: by field what was and what is. Read back, both are texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import connection

from dealer_import.models import PartUndo
from dealer_import.staging import analyze
from shopflow.parts.models import PartRecord
from shopflow.parts.services.sql import differs, execute

UNDO = PartUndo._meta.db_table
VALUES = "shopflow_undo_values"
"""Temporary table of a run's values while they are given back: the columns of :func:`values`."""
NUMBERS = frozenset(["price", "num_in_stock", "is_public"])
"""Columns of products and stock records that hold numbers or truth values."""


@dataclass(frozen=True)
class Pair:
    """SQL for what a field was and for what it is; ``quoted`` says that JSON needs quotation marks around it."""

    old: str
    new: str
    quoted: bool = True


def is_number(field: str) -> bool:
    """Whether a field of a part is kept as number or truth value: what its text looks like in JSON, too."""
    if field in NUMBERS:
        return True
    column = next((each for each in PartRecord._meta.concrete_fields if each.column == field), None)
    if column is None:
        return False
    kind = column.get_internal_type()
    return column.is_relation or "Integer" in kind or "Boolean" in kind


def write(run_id: int, pairs: Mapping[str, Pair], rows: str, *, more: bool = False) -> int:
    """Note the fields that differ for the parts ``q`` of ``rows``; ``more`` if they may have entries of this run."""
    told = " || ".join(
        f"CASE WHEN {differs(pair.old, pair.new)} THEN {_noted(field, pair)} ELSE '' END"
        for field, pair in pairs.items()
    )
    fence = "OFFSET 0" if connection.vendor == "postgresql" else "LIMIT -1"
    merged = f"substr({UNDO}.changes, 1, length({UNDO}.changes) - 1) || ',' || substr(excluded.changes, 2)"
    onto = f"ON CONFLICT (run_id, part_id) DO UPDATE SET changes = {merged}" if more else ""
    return execute(
        f"""INSERT INTO {UNDO} (run_id, part_id, changes)
            SELECT {int(run_id)}, w.part_id, '{{' || substr(w.told, 2) || '}}'
            FROM (SELECT q.part_id, {told} AS told {rows} {fence}) w WHERE w.told <> '' {onto}"""
    )


def _noted(field: str, pair: Pair) -> str:
    return f"""',"{field}":[' || {_json(pair.old, pair.quoted)} || ',' || {_json(pair.new, pair.quoted)} || ']'"""


def _json(value: str, quoted: bool) -> str:
    if not quoted:
        return f"COALESCE(CAST({value} AS text), 'null')"
    if connection.vendor == "postgresql":
        return f"COALESCE(CAST(to_json(CAST({value} AS text)) AS text), 'null')"
    return f"json_quote({value} || '')"


def values(run_id: int) -> str:
    """SQL for all values of a run: ``part_id``, ``field``, ``old`` and ``new``, these two as texts."""
    run = int(run_id)
    if connection.vendor == "postgresql":
        return f"""SELECT u.part_id, f.key AS field, f.value ->> 0 AS old, f.value ->> 1 AS new
                   FROM {UNDO} u CROSS JOIN LATERAL json_each(CAST(u.changes AS json)) f WHERE u.run_id = {run}"""
    text: Callable[[int], str] = "CAST(json_extract(f.value, '$[{}]') AS text)".format
    return f"""SELECT u.part_id, f.key AS field, {text(0)} AS old, {text(1)} AS new
               FROM {UNDO} u, json_each(u.changes) f WHERE u.run_id = {run}"""


def unpack(run_id: int) -> set[str]:
    """Lay the values of a run out in the temporary table ``VALUES``, and tell which fields they are of."""
    forget_unpacked()
    execute(f"CREATE TEMPORARY TABLE {VALUES} AS {values(run_id)}")
    execute(f"CREATE INDEX {VALUES}_field ON {VALUES} (field, part_id)")
    analyze(VALUES)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT field FROM {VALUES}")
        return {row[0] for row in cursor.fetchall()}


def forget_unpacked() -> None:
    execute(f"DROP TABLE IF EXISTS {VALUES}")
