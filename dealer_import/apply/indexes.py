"""Indexes and foreign keys of tables that a first load fills: taken away, and built again as they were.

Sorting a whole column costs a fraction of finding each row's place, and one join a fraction of looking up each key.
Both databases take such changes back with the transaction: a run that dies leaves everything as it was.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, transaction

PATIENCE, PAUSE = 2.0, 0.05
"""Seconds for which the tables are asked for, and between two questions. Nothing is held while waiting, so that nobody
else's transaction can end in a deadlock."""
LOCK_TAKEN = "55P03"
NOT_TO_BE_HAD = frozenset([LOCK_TAKEN, "42501", "55006", "2BP01"])
"""In use elsewhere, another user's table, in use by a cursor of our own, needed by something that is not known here."""
SETTINGS = {"maintenance_work_mem": "'64MB'", "max_parallel_maintenance_workers": "0", "default_tablespace": "''"}
INDEXES = """
    SELECT c.relname, pg_get_indexdef(i.indexrelid), k.conname, pg_get_constraintdef(k.oid), i.indexrelid::regclass
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype <> 'f'
    WHERE i.indrelid = %s::regclass AND NOT i.indisprimary AND NOT i.indisexclusion AND i.indisvalid
        AND NOT i.indisclustered AND NOT i.indisreplident AND c.relkind = 'i' AND c.reltablespace = 0
        AND NOT EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = c.oid)
        AND NOT EXISTS (SELECT 1 FROM pg_description d WHERE d.objoid IN (c.oid, k.oid))
        AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.indexrelid)
        AND NOT EXISTS (
            SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND COALESCE(a.attstattarget, -1) >= 0)
    ORDER BY c.relname"""
"""What only its definition tells apart from others; an index with a comment, a place of its own and so on stays."""
KEYS = """
    SELECT k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
    WHERE k.conrelid = %s::regclass AND k.contype = 'f' AND k.convalidated AND k.conparentid = 0
        AND NOT EXISTS (SELECT 1 FROM pg_description d WHERE d.objoid = k.oid)
    ORDER BY k.conname"""
LOCKED = """
    SELECT DISTINCT t::regclass::text FROM (
        SELECT unnest(%s::regclass[]) AS t
        UNION SELECT confrelid FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY (%s::regclass[])) l
    ORDER BY 1"""


@dataclass
class Taken:
    """What one table is without for a while, as SQL that brings it back."""

    indexes: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


class SetAside:
    """What has been taken away, by table."""

    def __init__(self, taken: Mapping[str, Taken]) -> None:
        self._taken = dict(taken)

    def put_back(self, tables: Iterable[str]) -> None:
        """Build the indexes of ``tables``, then check and add their foreign keys.

        Raises ``IntegrityError`` if the rows do not keep to them.
        """
        taken = [self._taken.pop(table) for table in tables if table in self._taken]
        with _settings():
            _run(sql for each in taken for sql in each.indexes)
            _run(sql for each in taken for sql in each.keys)


def take_away(tables: Sequence[str]) -> SetAside | None:
    """Take the indexes and foreign keys of ``tables`` away; primary keys, and whatever is not plain, stay.

    To be called first in a transaction, with no deferred check pending. None if the tables are in use, or belong to
    another user of the database; nothing has changed then.
    """
    if connection.vendor != "postgresql":
        return SetAside({table: _from_sqlite(table) for table in tables})
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with transaction.atomic():
                return SetAside(_from_postgresql(tables))
        except DatabaseError as error:
            code = getattr(error.__cause__, "sqlstate", None)
            if code not in NOT_TO_BE_HAD:
                raise
            if code != LOCK_TAKEN or time.monotonic() > deadline:
                return None
        time.sleep(PAUSE)


def _from_postgresql(tables: Sequence[str]) -> dict[str, Taken]:
    """All locks that the changes need are taken at once or not at all."""
    locked = ", ".join(name for (name,) in _rows(LOCKED, [[_quoted(table) for table in tables]] * 2))
    _run([f"LOCK TABLE {locked} IN ACCESS EXCLUSIVE MODE NOWAIT"])
    found: dict[str, Taken] = defaultdict(Taken)
    for table in tables:
        alter = f"ALTER TABLE {_quoted(table)}"
        constraints: list[str] = []
        indexes: list[str] = []
        for name, rule in _rows(KEYS, [_quoted(table)]):
            constraints.append(name)
            found[table].keys.append(f"{alter} ADD CONSTRAINT {_quoted(name)} {rule}")
        for _name, definition, constraint, rule, index in _rows(INDEXES, [_quoted(table)]):
            if constraint is None:
                indexes.append(index)
                found[table].indexes.append(definition)
            else:
                constraints.append(constraint)
                found[table].indexes.append(f"{alter} ADD CONSTRAINT {_quoted(constraint)} {rule}")
        if constraints:
            _run([f"{alter} {', '.join(f'DROP CONSTRAINT {_quoted(name)}' for name in constraints)}"])
        if indexes:
            _run([f"DROP INDEX {', '.join(indexes)}"])
    return found


def _from_sqlite(table: str) -> Taken:
    """Foreign keys and the indexes of constraints are part of the table there, and stay."""
    rows = _rows("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql <> ''", [table])
    _run(f"DROP INDEX {_quoted(name)}" for name, _sql in rows)
    return Taken(indexes=[sql for _name, sql in rows])


@contextmanager
def _settings() -> Iterator[None]:
    """Modest memory, and no other processes of the server: a first load may be one of several things it does."""
    if connection.vendor != "postgresql":
        yield
        return
    _run(f"SET LOCAL {name} = {value}" for name, value in SETTINGS.items())
    yield
    _run(f"SET LOCAL {name} TO DEFAULT" for name in SETTINGS)


def _rows(sql: str, params: Sequence[Any]) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _run(statements: Iterable[str]) -> None:
    """Without parameters: a percent sign in a definition is a percent sign."""
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
