"""The database's part in keeping the ledger and the score entries as they were written."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


def ledger_sql(vendor: str, table: str, leave: str = "") -> list[str]:
    """Statements by which ``table`` refuses UPDATE, and, with ``leave``, DELETE of rows whose hash is not in there.

    Without ``leave`` rows may be deleted: they go with the person that they are about.
    Raises NotImplementedError for a database other than PostgreSQL and SQLite.
    """
    allowed = f'EXISTS (SELECT 1 FROM "{leave}" WHERE hash = OLD.hash)' if leave else ""  # noqa: S608 - our own names
    if vendor == "postgresql":
        return _postgresql(table, allowed)
    if vendor == "sqlite":
        return _sqlite(table, allowed)
    raise NotImplementedError(f"shopflow keeps evidence on PostgreSQL and SQLite only, not on {vendor}.")


def _postgresql(table: str, allowed: str) -> list[str]:
    leave = f"IF TG_OP = 'DELETE' THEN IF {allowed} THEN RETURN OLD; END IF; END IF;" if allowed else ""
    refuse = f"RAISE EXCEPTION 'rows of {table} are never changed' USING ERRCODE = 'integrity_constraint_violation';"
    body = f"BEGIN {leave} {refuse} END"
    events = "UPDATE OR DELETE" if allowed else "UPDATE"
    return [
        f'CREATE OR REPLACE FUNCTION "{table}_guard"() RETURNS trigger LANGUAGE plpgsql AS $${body}$$',
        f'DROP TRIGGER IF EXISTS "{table}_keep" ON "{table}"',
        f'CREATE TRIGGER "{table}_keep" BEFORE {events} ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{table}_guard"()',
    ]


def _sqlite(table: str, allowed: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
    statements = [
        f'DROP TRIGGER IF EXISTS "{table}_no_update"',
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" {refuse}',
    ]
    if allowed:
        statements += [
            f'DROP TRIGGER IF EXISTS "{table}_no_delete"',
            f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" WHEN NOT {allowed} {refuse}',
        ]
    return statements


class GuardRows(Operation):
    """Migration operation for :func:`ledger_sql`. ``leave`` names the model that gives leave to delete."""

    reversible = True

    def __init__(self, model: str, leave: str = "") -> None:
        self.model = model
        self.leave = leave

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes in Django's own picture of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table, leave = self._tables(app_label, to_state)
        for statement in ledger_sql(schema_editor.connection.vendor, table, leave):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table, _leave = self._tables(app_label, from_state)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{table}_keep" ON "{table}"', params=None)
            schema_editor.execute(f'DROP FUNCTION IF EXISTS "{table}_guard"()', params=None)
            return
        for name in ("no_update", "no_delete"):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{table}_{name}"', params=None)

    def _tables(self, app_label: str, state: ProjectState) -> tuple[str, str]:
        table = state.apps.get_model(app_label, self.model)._meta.db_table
        return table, state.apps.get_model(app_label, self.leave)._meta.db_table if self.leave else ""

    def describe(self) -> str:
        return f"Keep the rows of {self.model} as they are"
