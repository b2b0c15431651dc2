"""Emptying the tables after a test that committed, also those that refuse to be emptied.

Append-only tables have triggers that raise on UPDATE and DELETE; for that moment only, they are lifted. Django would
then let every app write its first rows again (permissions, content types, built-in flows), which takes longer than
most tests. Here the same rows are kept from before the first such test and put back as they were.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase


@contextmanager
def triggers_lifted(alias: str = "default") -> Iterator[None]:
    """No trigger of our own fires inside the block."""
    connection = connections[alias]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                yield
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE%'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _, sql in triggers:
                cursor.execute(sql)


class FirstRows:
    """The rows of a database without any test's rows."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] | None = None

    def keep(self) -> None:
        """Read them, the first time only."""
        if self.kept is None:
            self.kept = _read_sqlite() if connection.vendor == "sqlite" else _read_postgres()

    def put_back(self) -> None:
        """Empty all tables and write the kept rows."""
        from django.contrib.contenttypes.models import ContentType

        with triggers_lifted():
            if connection.vendor == "sqlite":
                call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
                _write_sqlite(self.kept or {})
            else:
                _write_postgres(self.kept or {})
        ContentType.objects.clear_cache()


def _filled() -> list[str]:
    with connection.cursor() as cursor:
        names = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
        names.discard("django_migrations")
        filled = []
        for name in sorted(names):
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{name}")')
            if cursor.fetchone()[0]:
                filled.append(name)
        return filled


def _sqlite() -> closing[sqlite3.Connection]:
    """Django's own connection would turn values into Python's and back."""
    return closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None))


def _read_sqlite() -> dict[str, Any]:
    kept: dict[str, Any] = {}
    with _sqlite() as plain:
        for name in _filled():
            columns = [row[1] for row in plain.execute(f'PRAGMA table_xinfo("{name}")') if row[6] == 0]
            names = ", ".join(f'"{column}"' for column in columns)
            insert = f'INSERT INTO "{name}" ({names}) VALUES ({", ".join("?" * len(columns))})'
            kept[insert] = plain.execute(f'SELECT {names} FROM "{name}"').fetchall()
    return kept


def _write_sqlite(kept: dict[str, Any]) -> None:
    with _sqlite() as plain:
        plain.execute("PRAGMA synchronous=OFF")
        plain.execute("BEGIN IMMEDIATE")
        for insert, rows in kept.items():
            plain.executemany(insert, rows)
        plain.execute("COMMIT")


def _read_postgres() -> dict[str, Any]:
    kept: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for name in _filled():
            with cursor.copy(f'COPY "{name}" TO STDOUT') as rows:
                kept[name] = b"".join(bytes(part) for part in rows)
    return kept


def _write_postgres(kept: dict[str, Any]) -> None:
    """Emptying what is filled is quicker than truncating two hundred tables; no foreign key is looked at meanwhile."""
    with connection.cursor() as cursor:
        for name in _filled():
            cursor.execute(f'DELETE FROM "{name}"')
        for name, rows in kept.items():
            with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                copy.write(rows)


def install() -> None:
    """Make Django's clean-up after committing tests lift the triggers and put the first rows back."""
    if getattr(TransactionTestCase._fixture_teardown, "puts_back", False):
        return
    first_rows = FirstRows()
    set_up = TransactionTestCase._fixture_setup.__func__

    def keep_and_set_up(case: Any) -> None:
        first_rows.keep()
        set_up(case)

    def put_back(self: Any) -> None:
        first_rows.put_back()

    put_back.puts_back = True  # type: ignore[attr-defined]
    TransactionTestCase._fixture_setup = classmethod(keep_and_set_up)
    TransactionTestCase._fixture_teardown = put_back
