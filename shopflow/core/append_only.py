"""Rows that are evidence: written once, never changed, never deleted; by the model and by the database itself."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from shopflow.core.exceptions import ImmutableRecord

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION shopflow_forbid_change() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$ LANGUAGE plpgsql
"""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A queryset that reads and creates."""

    def _refuse(self) -> NoReturn:
        raise ImmutableRecord(f"{self.model._meta.label} rows are never changed or deleted.")

    def update(self, **kwargs: Any) -> NoReturn:
        self._refuse()

    def delete(self) -> NoReturn:
        self._refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse()


class AppendOnly(models.Model):
    """Base of evidence tables. Name each of them in :class:`ForbidChanges` in a migration as well."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row. Raises ImmutableRecord for a row that exists."""
        if not self._state.adding:
            raise ImmutableRecord(f"{self._meta.label} {self.pk} is never changed.")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ImmutableRecord(f"{self._meta.label} {self.pk} is never deleted.")


def trigger_sql(vendor: str, table: str) -> list[str]:
    """Statements that make ``vendor``'s database refuse UPDATE and DELETE on ``table``.

    Triggers that are there are replaced. Raises NotImplementedError for a database other than PostgreSQL and SQLite.
    """
    if vendor == "postgresql":
        return [
            POSTGRES_FUNCTION,
            *untrigger_sql(vendor, table),
            (
                f'CREATE TRIGGER "{table}_keep" BEFORE UPDATE OR DELETE ON "{table}" '
                "FOR EACH ROW EXECUTE FUNCTION shopflow_forbid_change()"
            ),
        ]
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or deleted'); END"
        return [
            *untrigger_sql(vendor, table),
            f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" {refuse}',
            f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" {refuse}',
        ]
    raise NotImplementedError(f"shopflow keeps evidence on PostgreSQL and SQLite only, not on {vendor}.")


def untrigger_sql(vendor: str, table: str) -> list[str]:
    """Statements that take the triggers of :func:`trigger_sql` away again."""
    if vendor == "postgresql":
        return [f'DROP TRIGGER IF EXISTS "{table}_keep" ON "{table}"']
    return [f'DROP TRIGGER IF EXISTS "{table}_no_update"', f'DROP TRIGGER IF EXISTS "{table}_no_delete"']


class ForbidChanges(Operation):
    """Migration operation: the database refuses UPDATE and DELETE on the tables of ``models``.

    SQLite rebuilds a table when a later migration alters it, and the triggers go with the old one: put
    :class:`ForbidChangesAgain` after such an alteration.
    """

    reversible = True

    def __init__(self, models: list[str]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes in Django's own picture of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for table in self._tables(app_label, to_state):
            for statement in trigger_sql(schema_editor.connection.vendor, table):
                schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for table in self._tables(app_label, from_state):
            for statement in untrigger_sql(schema_editor.connection.vendor, table):
                schema_editor.execute(statement, params=None)

    def _tables(self, app_label: str, state: ProjectState) -> list[str]:
        return [state.apps.get_model(app_label, name)._meta.db_table for name in self.models]

    def describe(self) -> str:
        return f"Forbid changes of {', '.join(self.models)}"


class ForbidChangesAgain(ForbidChanges):
    """:class:`ForbidChanges` for tables that had their triggers before; they stay when it is undone."""

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Nothing is undone."""
