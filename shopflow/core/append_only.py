"""Rows that are evidence: written once, never changed, never deleted; by the model and by the database itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
    names = ["keep", "only_emptied"] if vendor == "postgresql" else ["no_update", "no_delete", "only_emptied"]
    of = f' ON "{table}"' if vendor == "postgresql" else ""
    return [f'DROP TRIGGER IF EXISTS "{table}_{name}"{of}' for name in names]


def emptying_sql(vendor: str, table: str, *, kept: Collection[str], emptied: Collection[str]) -> list[str]:
    """As :func:`trigger_sql`, but the columns ``emptied``, texts that are never NULL, may become the empty text, so
    that people can be forgotten; all other columns are ``kept``.
    """
    before, never = (", ".join(f'"{name}"' for name in names) for names in (kept, emptied))
    changed = " OR ".join(f'NEW."{name}" NOT IN (\'\', OLD."{name}")' for name in emptied)
    whole = trigger_sql(vendor, table)
    some = [statement.replace("BEFORE UPDATE ", f"BEFORE UPDATE OF {before} ") for statement in whole]
    if vendor == "postgresql":
        how = f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION shopflow_forbid_change()"
    else:
        how = f"WHEN {changed} BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or deleted'); END"
    return [*some, f'CREATE TRIGGER "{table}_only_emptied" BEFORE UPDATE OF {never} ON "{table}" {how}']


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


class AllowEmptying(Operation):
    """Migration operation after :class:`ForbidChanges`: the columns ``emptied`` of ``model`` may become the empty text,
    and nothing else may change.
    """

    reversible = True

    def __init__(self, model: str, emptied: Sequence[str]) -> None:
        self.model = model
        self.emptied = emptied

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes in Django's own picture of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        meta = to_state.apps.get_model(app_label, self.model)._meta
        kept = [field.column for field in meta.local_concrete_fields if field.column not in self.emptied]
        vendor = schema_editor.connection.vendor
        for statement in emptying_sql(vendor, meta.db_table, kept=kept, emptied=self.emptied):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        for statement in trigger_sql(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Let {', '.join(self.emptied)} of {self.model} be emptied"
