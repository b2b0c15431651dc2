"""The little SQL that all set-based verbs share, in both dialects."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from shopflow.contracts.types import Scalar


def execute(sql: str, params: Sequence[Scalar | object] = ()) -> int:
    """Run one statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return max(cursor.rowcount, 0)


def literal(text: str) -> str:
    """``text`` as an SQL literal in a statement that is given to :func:`execute`."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def differs(left: str, right: str) -> str:
    """SQL that is true when two values differ, empty ones included."""
    return f"{left} IS DISTINCT FROM {right}" if connection.vendor == "postgresql" else f"{left} IS NOT {right}"


def cents(price: str) -> str:
    """SQL for an amount in euros as a whole number of cents."""
    if connection.vendor == "postgresql":
        return f"CAST({price} * 100 AS integer)"  # rounds by itself
    return f"CAST(ROUND({price} * 100) AS integer)"
