"""Letting the test run empty tables that refuse to be emptied.

Append-only tables have triggers that raise on UPDATE and DELETE, and Django empties all tables after a test that
committed. For that moment only, the triggers are lifted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
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


def install() -> None:
    """Make Django's clean-up after committing tests lift the triggers."""
    clean_up = TransactionTestCase._fixture_teardown
    if getattr(clean_up, "lifts_triggers", False):
        return

    def lifted(self: Any) -> None:
        with triggers_lifted():
            clean_up(self)

    lifted.lifts_triggers = True  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = lifted
