"""Many new rows of a table at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import JSONField, Model


def insert(model: type[Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert ``rows`` with the columns ``names``, by COPY on PostgreSQL. Raises IntegrityError."""
    if not rows:
        return
    if connection.vendor != "postgresql":
        objects = [model(**dict(zip(names, row, strict=True))) for row in rows]
        model._default_manager.bulk_create(objects, batch_size=500)
        return
    structured = {field.attname for field in model._meta.concrete_fields if isinstance(field, JSONField)}
    as_json = [position for position, name in enumerate(names) if name in structured]
    table, columns = model._meta.db_table, ", ".join(names)
    statement = f"COPY {table} ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            values = list(row)
            for position in as_json:
                values[position] = json.dumps(values[position])
            copy.write_row(values)


def new_keys(model: type[Model], count: int) -> list[int]:
    """Take ``count`` primary keys for rows that are yet to be inserted; PostgreSQL only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [row[0] for row in cursor.fetchall()]


def write_all(model: type[Model], objects: Sequence[Model]) -> None:
    """Insert new ``objects``, which have their keys afterwards. Raises IntegrityError."""
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(objects)
        return
    names = [field.attname for field in model._meta.concrete_fields]
    for row, key in zip(objects, new_keys(model, len(objects)) if objects else (), strict=True):
        row.pk = key
    insert(model, names, [tuple(getattr(row, name) for name in names) for row in objects])
