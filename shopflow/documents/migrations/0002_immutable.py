"""The database refuses to change or delete an issued document, whoever asks (§ 146 (4) AO, GoBD).

SQLite rebuilds a table when a later migration alters it, and the triggers go with the old one: repeat this operation
after such a migration.
"""

from django.db import migrations

TABLE = "shopflow_documents_document"

POSTGRES = (
    """
    CREATE FUNCTION shopflow_documents_immutable() RETURNS trigger AS $$
    BEGIN
      RAISE EXCEPTION 'issued documents are never changed or deleted'
        USING ERRCODE = 'integrity_constraint_violation';
    END $$ LANGUAGE plpgsql
    """,
    f"""
    CREATE TRIGGER {TABLE}_keep BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION shopflow_documents_immutable()
    """,
)
POSTGRES_BACK = (
    f"DROP TRIGGER IF EXISTS {TABLE}_keep ON {TABLE}",
    "DROP FUNCTION IF EXISTS shopflow_documents_immutable()",
)
REFUSE = "BEGIN SELECT RAISE(ABORT, 'issued documents are never changed or deleted'); END"
SQLITE = (
    f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} {REFUSE}",
    f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} {REFUSE}",
)
SQLITE_BACK = (f"DROP TRIGGER IF EXISTS {TABLE}_no_update", f"DROP TRIGGER IF EXISTS {TABLE}_no_delete")

FORWARDS = {"postgresql": POSTGRES, "sqlite": SQLITE}
BACKWARDS = {"postgresql": POSTGRES_BACK, "sqlite": SQLITE_BACK}


def install(apps, schema_editor):
    statements = FORWARDS.get(schema_editor.connection.vendor)
    if statements is None:
        raise NotImplementedError("shopflow keeps documents on PostgreSQL and SQLite only.")
    for statement in statements:
        schema_editor.execute(statement)


def remove(apps, schema_editor):
    for statement in BACKWARDS.get(schema_editor.connection.vendor, ()):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("shopflow_documents", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
