"""How the values that a run has written over are kept: one row per part.

Prices and stock, which nearly every run writes, stand in columns of their own; a pair that does not differ says
nothing. All other fields are JSON, ``{"title": ["Filter", "Filter vorne"]}``: by field what was and what is. Runs from
before those columns have everything as JSON. Read back, all values are texts.
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
NUMBERED = {"price": "price", "num_in_stock": "stock", "list_price_cents": "list_price", "cost_cents": "cost"}
"""Fields with columns of their own: these names with ``old_`` and ``new_`` before them."""
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
    """Note the fields that differ for the parts ``q`` of ``rows``.

    ``more`` if they may have entries of this run; their numbered fields stand there already.
    """
    numbered = {NUMBERED[field]: pair for field, pair in pairs.items() if field in NUMBERED}
    told = _told({field: pair for field, pair in pairs.items() if field not in NUMBERED})
    given = {f"old_{name}": pair.old for name, pair in numbered.items()}
    given |= {f"new_{name}": pair.new for name, pair in numbered.items()}
    columns = "".join(f", {name}" for name in given)
    any_differs = [differs(f"w.old_{name}", f"w.new_{name}") for name in numbered] + ["w.told <> ''"] * bool(told)
    fence = "OFFSET 0" if connection.vendor == "postgresql" else "LIMIT -1"
    inner = "".join([f", {told} AS told" if told else "", *(f", {value} AS {name}" for name, value in given.items())])
    changes = "CASE WHEN w.told <> '' THEN '{' || substr(w.told, 2) || '}' ELSE '' END" if told else "''"
    merged = f"substr({UNDO}.changes, 1, length({UNDO}.changes) - 1) || ',' || substr(excluded.changes, 2)"
    merged = f"CASE WHEN {UNDO}.changes = '' THEN excluded.changes ELSE {merged} END"
    onto = f"ON CONFLICT (run_id, part_id) DO UPDATE SET changes = {merged}" if more else ""
    return execute(
        f"""INSERT INTO {UNDO} (run_id, part_id, changes{columns}) SELECT {int(run_id)}, w.part_id, {changes}{columns}
            FROM (SELECT q.part_id{inner} {rows} {fence}) w WHERE ({" OR ".join(any_differs)}) {onto}"""
    )


def _told(pairs: Mapping[str, Pair]) -> str:
    """SQL for the fields that differ as members of a JSON object, each with a comma before it."""
    return " || ".join(
        f"CASE WHEN {differs(pair.old, pair.new)} THEN {_noted(field, pair)} ELSE '' END"
        for field, pair in pairs.items()
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
    mine = f"u.run_id = {int(run_id)}"
    numbered = (
        f"""SELECT u.part_id, '{field}' AS field, CAST(u.old_{name} AS text) AS old, CAST(u.new_{name} AS text) AS new
            FROM {UNDO} u WHERE {mine} AND {differs(f"u.old_{name}", f"u.new_{name}")}"""
        for field, name in NUMBERED.items()
    )
    if connection.vendor == "postgresql":
        told = f"""SELECT u.part_id, f.key AS field, f.value ->> 0 AS old, f.value ->> 1 AS new
                   FROM {UNDO} u CROSS JOIN LATERAL json_each(CAST(u.changes AS json)) f"""
    else:
        text: Callable[[int], str] = "CAST(json_extract(f.value, '$[{}]') AS text)".format
        told = f"""SELECT u.part_id, f.key AS field, {text(0)} AS old, {text(1)} AS new
                   FROM {UNDO} u, json_each(u.changes) f"""
    return " UNION ALL ".join([f"{told} WHERE {mine} AND u.changes <> ''", *numbered])


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
