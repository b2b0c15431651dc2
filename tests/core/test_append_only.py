"""Evidence tables refuse to be changed; a database made by an older version gets the same triggers."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from shopflow.core.append_only import trigger_sql, untrigger_sql

TABLE = "shopflow_documents_document"
OLD_REFUSAL = "BEGIN SELECT RAISE(ABORT, 'issued documents are never changed or deleted'); END"
OLD = {
    "sqlite": [
        f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} {OLD_REFUSAL}",
        f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} {OLD_REFUSAL}",
    ],
    "postgresql": [
        (
            "CREATE FUNCTION shopflow_documents_immutable() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no'; END $$ "
            "LANGUAGE plpgsql"
        ),
        (
            f"CREATE TRIGGER {TABLE}_keep BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW "
            "EXECUTE FUNCTION shopflow_documents_immutable()"
        ),
    ],
}
FOUND = {
    "sqlite": f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{TABLE}' ORDER BY name",
    "postgresql": "SELECT tgname, proname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
    f"WHERE tgrelid = '{TABLE}'::regclass AND NOT tgisinternal",
}


def execute(*statements: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall()) if statements[-1].startswith("SELECT") else []


@pytest.mark.triggers
def test_an_older_databases_triggers_are_replaced(db):
    vendor = connection.vendor
    fresh = execute(FOUND[vendor])
    execute(*untrigger_sql(vendor, TABLE), *OLD[vendor])
    assert execute(FOUND[vendor]) != fresh

    execute(*trigger_sql(vendor, TABLE))

    assert execute(FOUND[vendor]) == fresh
    if vendor == "postgresql":
        execute("DROP FUNCTION shopflow_documents_immutable()")  # nothing hangs on it any more


def test_a_table_refuses_and_lets_itself_be_freed(db):
    vendor = connection.vendor
    execute("CREATE TABLE evidence (id integer, word text)", "INSERT INTO evidence VALUES (1, 'kept')")
    execute(*trigger_sql(vendor, "evidence"))

    for statement in ("UPDATE evidence SET word = 'changed'", "DELETE FROM evidence"):
        with pytest.raises(IntegrityError, match="rows of evidence are never changed or deleted"), transaction.atomic():
            execute(statement)
    assert execute("SELECT id, word FROM evidence") == [(1, "kept")]

    execute(*untrigger_sql(vendor, "evidence"), "UPDATE evidence SET word = 'changed'")
    assert execute("SELECT id, word FROM evidence") == [(1, "changed")]
