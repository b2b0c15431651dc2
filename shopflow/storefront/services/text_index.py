# ruff: noqa: S608 - the SQL is put together from table names, column names and integers only
"""The full-text index over ``SearchDocument``: made and kept by the database itself.

PostgreSQL gets a generated ``tsvector`` column with a GIN index and one over the titles alone, SQLite an FTS5 table fed
by triggers. Both hold folded words without stemming, so that both answer alike; endings, compounds and typing errors
are handled in the query. No extension is needed, hence no right to create one.
"""

from __future__ import annotations

from django.db import connections

from shopflow.storefront.models import SEARCH_TERMS, SEARCH_TEXT, SearchDocument
from shopflow.storefront.queries.matching import TITLE_VECTOR

DOCUMENTS = SearchDocument._meta.db_table

POSTGRESQL = (
    f"""ALTER TABLE {DOCUMENTS} ADD COLUMN IF NOT EXISTS vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('pg_catalog.simple', title), 'A')
        || setweight(to_tsvector('pg_catalog.simple', body), 'D')) STORED""",
    f"CREATE INDEX IF NOT EXISTS shopflow_search_vector ON {DOCUMENTS} USING gin (vector)",
    f"CREATE INDEX IF NOT EXISTS shopflow_search_title ON {DOCUMENTS} USING gin ({TITLE_VECTOR})",
    # without a list of pending entries, which every search would have to read through after an import
    "ALTER INDEX shopflow_search_vector SET (fastupdate = off)",
    "ALTER INDEX shopflow_search_title SET (fastupdate = off)",
)

_OLD = f"""INSERT INTO {SEARCH_TEXT}({SEARCH_TEXT}, rowid, title, body)
    VALUES ('delete', old.product_id, old.title, old.body)"""
_NEW = f"INSERT INTO {SEARCH_TEXT}(rowid, title, body) VALUES (new.product_id, new.title, new.body)"

SQLITE = (
    f"""CREATE VIRTUAL TABLE IF NOT EXISTS {SEARCH_TEXT} USING fts5(title, body, content='{DOCUMENTS}',
        content_rowid='product_id', tokenize="unicode61 remove_diacritics 2", prefix='2 3 4')""",
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {SEARCH_TERMS} USING fts5vocab({SEARCH_TEXT}, 'col')",
    f"CREATE TRIGGER shopflow_search_added AFTER INSERT ON {DOCUMENTS} BEGIN {_NEW}; END",
    f"CREATE TRIGGER shopflow_search_gone AFTER DELETE ON {DOCUMENTS} BEGIN {_OLD}; END",
    f"CREATE TRIGGER shopflow_search_changed AFTER UPDATE ON {DOCUMENTS} BEGIN {_OLD}; {_NEW}; END",
    f"INSERT INTO {SEARCH_TEXT}({SEARCH_TEXT}) VALUES ('rebuild')",
)


def ensure_text_index(using: str = "default") -> None:
    """Make the index where it is missing. Runs after every ``migrate``: table changes on SQLite drop triggers."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if DOCUMENTS not in connection.introspection.table_names(cursor):
            return
        if connection.vendor == "postgresql":
            for statement in POSTGRESQL:
                cursor.execute(statement)
        elif connection.vendor == "sqlite" and not _has_trigger(cursor):
            for statement in SQLITE:
                cursor.execute(statement)


def _has_trigger(cursor: object) -> bool:
    cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = 'shopflow_search_changed'")  # type: ignore[attr-defined]
    return cursor.fetchone() is not None  # type: ignore[attr-defined]
