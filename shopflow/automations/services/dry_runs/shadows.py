"""Temporary tables that take the place of the live ones, for one connection.

A temporary table hides the live table of the same name from the connection that made it, on PostgreSQL and on SQLite.
The engine that replays history is therefore the engine itself, down to its SQL: it finds the shadows and writes them,
and no other session sees a row or waits for a lock. That nothing else is written is left to the database: PostgreSQL
refuses every write to a table that is not temporary in a read-only transaction, SQLite's authorizer does the same.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

LIVE_REFERENCE = re.compile(r' REFERENCES "[^"]+" \("[^"]+"\)( DEFERRABLE INITIALLY DEFERRED)?')
SQLITE_WRITES = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})


def live(model: type[Model]) -> str:
    """The live table's name, whatever hides it."""
    quoted = connection.ops.quote_name(model._meta.db_table)
    return f"{_schema()}.{quoted}"


def _schema() -> str:
    if connection.vendor != "postgresql":
        return "main"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(connection.ops.quote_name(cursor.fetchone()[0]))


@contextmanager
def shadowed(tables: Sequence[type[Model]], views: dict[str, str], more: Sequence[str] = ()) -> Iterator[None]:
    """Hide ``tables`` behind empty copies and the tables that ``views`` names behind queries.

    ``more`` are further statements, such as tables of one's own; what they make is temporary, too.
    """
    made: list[tuple[str, str]] = []
    try:
        with connection.cursor() as cursor:
            for statement in more:
                cursor.execute(statement)
                made.append(_made_by(statement))
            for model in tables:
                for statement in _copy_of(model):
                    cursor.execute(statement)
                made.append(("TABLE", model._meta.db_table))
            for name, query in views.items():
                cursor.execute(f"CREATE TEMPORARY VIEW {connection.ops.quote_name(name)} AS {query}")
                made.append(("VIEW", name))
        yield
    finally:
        with connection.cursor() as cursor:
            for kind, name in reversed(made):
                cursor.execute(f"DROP {kind} IF EXISTS {_temporary()}.{connection.ops.quote_name(name)}")


def _temporary() -> str:
    return "pg_temp" if connection.vendor == "postgresql" else "temp"


def _made_by(statement: str) -> tuple[str, str]:
    found = re.match(r'CREATE TEMPORARY TABLE "?(\w+)"?', statement)
    assert found, statement  # noqa: S101 - our own statements
    return "TABLE", found[1]


def _copy_of(model: type[Model]) -> list[str]:
    """Statements that make an empty temporary table like the live one, with its constraints but no foreign keys."""
    name = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        return [f"CREATE TEMPORARY TABLE {name} (LIKE {live(model)} INCLUDING ALL)"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, name, sql FROM main.sqlite_master WHERE tbl_name = %s AND type IN ('table', 'index') "
            "AND sql IS NOT NULL ORDER BY type DESC",
            [model._meta.db_table],
        )
        rows = cursor.fetchall()
    statements = []
    for kind, own, sql in rows:
        if kind == "table":
            statements.append(LIVE_REFERENCE.sub("", sql).replace("CREATE TABLE", "CREATE TEMPORARY TABLE", 1))
        else:
            statements.append(sql.replace(f'"{own}"', f'temp."{own}"', 1))
    return statements


@contextmanager
def nothing_else_written() -> Iterator[None]:
    """Have the database refuse every write to a table that is not temporary."""
    with ExitStack() as stack:
        if connection.vendor == "postgresql":
            stack.enter_context(_read_only())
        else:
            stack.enter_context(_one_snapshot())
            stack.enter_context(_guarded())
        yield


@contextmanager
def statements_prepared_anew() -> Iterator[None]:
    """For a block whose transaction is undone as a whole: SQLite's kept statements must not still mean ``main``."""
    with ExitStack() as stack:
        if connection.vendor != "postgresql":
            stack.enter_context(_guarded())
        yield


@contextmanager
def _read_only() -> Iterator[None]:
    """PostgreSQL. Within a transaction it holds for a savepoint, else for the session: each step commits by itself."""
    if connection.in_atomic_block:
        with transaction.atomic():
            _execute("SET LOCAL transaction_read_only = on")
            yield
        return
    _execute("SET SESSION default_transaction_read_only = on")
    try:
        yield
    finally:
        _execute("SET SESSION default_transaction_read_only = off")


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """SQLite. One transaction that reads the live tables as they are now; writers go on beside it."""
    if connection.in_atomic_block:
        yield
        return
    here: Any = connection
    usual = here.transaction_mode
    here.transaction_mode = "DEFERRED"
    try:
        block = transaction.atomic()
        block.__enter__()
    finally:
        here.transaction_mode = usual
    try:
        yield
    except BaseException as error:
        block.__exit__(type(error), error, error.__traceback__)
        raise
    block.__exit__(None, None, None)


@contextmanager
def _guarded() -> Iterator[None]:
    """SQLite. Setting the authorizer also has every kept statement prepared anew, so that none still means ``main``."""
    raw: sqlite3.Connection = connection.connection
    raw.set_authorizer(_allow)
    raw.set_authorizer(_temporary_only)
    try:
        yield
    finally:
        raw.set_authorizer(_allow)
        raw.set_authorizer(None)


def _allow(*asked: Any) -> int:
    return sqlite3.SQLITE_OK


def _temporary_only(action: int, first: str | None, second: str | None, database: str | None, by: str | None) -> int:
    if action in SQLITE_WRITES and database != "temp":
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
