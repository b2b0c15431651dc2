"""How the memory of a replay reaches its tables, on either database: many rows with few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Model

from shopflow.automations.services.dry_runs.timeline import read_moment
from shopflow.core.rows import new_keys


def free_keys(model: type[Model], count: int, *, beyond: int = 0) -> list[int]:
    """``count`` keys for rows that are yet to be written; ``beyond`` is the highest that was given and is not written.

    SQLite's shadows are nobody else's, so that keys need not be reserved.
    """
    if connection.vendor == "postgresql":
        return new_keys(model, count)
    highest = model._default_manager.aggregate(key=Max("pk"))["key"] or 0
    first = max(highest, beyond) + 1
    return list(range(first, first + count))


def found_by(query: str, wanted: Sequence[Any]) -> dict[Any, tuple[Any, datetime]]:
    """Key, value and moment of each row of ``query``, which holds ``<wanted>`` in place of how keys are compared."""
    if connection.vendor == "postgresql":
        compared, params = "= ANY(%s)", [list(wanted)]
    else:
        compared, params = f"IN ({', '.join(['%s'] * len(wanted))})", list(wanted)
    with connection.cursor() as cursor:
        cursor.execute(query.replace("<wanted>", compared), params)
        return {key: (value, read_moment(since)) for key, value, since in cursor.fetchall()}


def update(table: str, keys: Sequence[Any], columns: Mapping[str, Sequence[Any]], types: Mapping[str, str]) -> None:
    """Write ``columns``, each with a value for each of ``keys``, into rows of ``table``."""
    if connection.vendor == "postgresql":
        _update_joined(table, keys, columns, types)
        return
    sets = ", ".join(f"{name} = %s" for name in columns)
    rows = zip(*columns.values(), keys, strict=True)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {sets} WHERE id = %s",  # noqa: S608 - our own names
            [[_adapted(value) for value in row] for row in rows],
        )


def _update_joined(
    table: str, keys: Sequence[Any], columns: Mapping[str, Sequence[Any]], types: Mapping[str, str]
) -> None:
    sets = ", ".join(f"{name} = new.{name}" for name in columns)
    arrays = ", ".join(["%s::bigint[]", *(f"%s::{types[name]}[]" for name in columns)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS t SET {sets} FROM unnest({arrays}) AS new({', '.join(['id', *columns])}) "  # noqa: S608 - our own names
            "WHERE t.id = new.id",
            [list(keys), *map(list, columns.values())],
        )


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
