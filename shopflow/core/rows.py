"""Many new rows of a table at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, JSONField, Lookup, Model
from django.db.models.lookups import In
from django.db.models.sql.compiler import SQLCompiler


class OneOf(Lookup):
    """``field IN (values)``, to be given to ``filter()``: one array on PostgreSQL, which costs a fraction of hundreds
    of values by themselves. The values are as the database holds them.
    """

    lookup_name = "one_of"

    def __init__(self, field: str, values: Iterable[Any]) -> None:
        super().__init__(F(field), list(values))

    def get_prep_lookup(self) -> Any:
        return self.rhs

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        return In(self.lhs, self.rhs).as_sql(compiler, connection)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        if not self.rhs:
            raise EmptyResultSet  # there is nothing to ask
        field, params = self.process_lhs(compiler, connection)
        return f"{field} = ANY(%s)", [*params, self.rhs]


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
                values[position] = dumped(values[position])
            copy.write_row(values)


def dumped(value: Any) -> str:
    """``value`` as JSON; most often it is an empty object."""
    return "{}" if value == {} else json.dumps(value)


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
