"""A new SQLite database from a snapshot, instead of from hundreds of migrations.

Nine tenths of a first ``migrate`` go into Django's pictures of the models between 400 migrations of Django, Wagtail,
Oscar and ours, none of them into the database. ``constraints/database.sql`` holds the tables and rows that they end
in, and a digest of each migration's file. A new database starts from it as long as every one of these files is
unchanged; ``migrate`` then applies what is newer. Otherwise it begins with nothing, as ever.

``python -m shopflow.project.snapshot`` makes or updates the database; with ``write`` it renews the snapshot.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from shopflow.project.preparation import PROJECT

FILE = PROJECT / "constraints" / "database.sql"
MARK = "-- migration "
DIGEST_SIZE = 12


def migration_digests() -> dict[str, str]:
    """A digest of the file of every installed migration, by ``app.name``. Needs Django to be set up."""
    from django.db.migrations.loader import MigrationLoader

    found = MigrationLoader(None).disk_migrations
    return {f"{app}.{name}": _digest(type(migration)) for (app, name), migration in found.items()}


def outdated() -> list[str]:
    """Migrations in the snapshot that have changed or gone since; with any, it is of no use."""
    here = migration_digests()
    return sorted(name for name, digest in _kept_digests().items() if here.get(name) != digest)


def restore(database: Path) -> bool:
    """Make the database file from the snapshot; False, and nothing made, where the snapshot does not fit."""
    if not FILE.exists() or outdated():
        return False
    draft = database.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as connection:
        connection.executescript(FILE.read_text(encoding="utf-8"))
    draft.rename(database)
    return True


def write() -> None:
    """Migrate an empty database and keep what comes out as the snapshot."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", interactive=False, verbosity=0)
    marks = [f"{MARK}{name} {digest}" for name, digest in sorted(migration_digests().items())]
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as made:
        lines = [
            "-- Made by make snapshot. What it is for stands in shopflow/project/snapshot.py.",
            *marks,
            *dump(made),
        ]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def dump(connection: sqlite3.Connection) -> Iterator[str]:
    """The statements that make the database anew. Search indexes must be empty: they make their own tables."""
    kinds = {row[1]: row[2] for row in connection.execute("PRAGMA main.table_list")}
    parts = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
    rest = []
    yield "BEGIN;"
    for kind, name, sql in parts.fetchall():
        if kind != "table":
            rest.append(f"{sql};")
        elif kinds[name] != "shadow" and not name.startswith("sqlite_"):
            yield f"{sql};"
            if kinds[name] == "table":
                yield from _rows(connection, name)
    yield "DELETE FROM sqlite_sequence;"
    yield from _rows(connection, "sqlite_sequence")
    yield from rest
    yield "COMMIT;"


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    values = " || ',' || ".join(f'quote("{column}")' for column in columns)
    for (row,) in connection.execute(f'SELECT {values} FROM "{table}" ORDER BY rowid'):  # noqa: S608 - our own names
        yield f'INSERT INTO "{table}" VALUES({row});'


def _kept_digests() -> dict[str, str]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    marked = [line.removeprefix(MARK).split(maxsplit=1) for line in lines if line.startswith(MARK)]
    return dict(marked)


def _digest(migration: type) -> str:
    return hashlib.sha256(Path(inspect.getfile(migration)).read_bytes()).hexdigest()[:DIGEST_SIZE]


def _set_up(environment: dict[str, str]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopflow.project.settings")
    os.environ.update(environment)
    django.setup()


def _write_from_scratch() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("DATABASE_URL", None)
        _set_up({"SHOPFLOW_DATA": folder, "SHOPFLOW_DEMO": "0", "SHOPFLOW_PLUGINS_EXCLUDE": _plugins()})
        write()


def _plugins() -> str:
    from importlib.metadata import entry_points

    return ",".join(point.name for point in entry_points(group="shopflow.plugins"))


def _make_or_update() -> None:
    _set_up({})
    from django.core.management import call_command
    from django.db import connection

    name = Path(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not name.exists():
        restore(name)
    call_command("migrate", interactive=False, verbosity=0)


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        _write_from_scratch()
    else:
        _make_or_update()
