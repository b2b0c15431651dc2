"""A new SQLite database begins with a snapshot, and is the same as one that all migrations have made."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from shopflow.project import snapshot

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"


def bring_up_to_date(data: Path) -> None:
    """What ``make run`` does first."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    command = [sys.executable, "-m", "shopflow.project.snapshot"]
    subprocess.run(command, cwd=ROOT, env={**kept, "SHOPFLOW_DATA": str(data)}, check=True, timeout=600)


def test_the_snapshot_fits_the_migrations():
    assert snapshot.outdated() == [], "these migrations were changed: make snapshot"


@pytest.mark.sqlite
@pytest.mark.triggers
def test_it_holds_what_the_migrations_make(db, tmp_path):
    database = tmp_path / "shop.sqlite3"
    assert snapshot.restore(database) is True
    bring_up_to_date(tmp_path)

    with connection.cursor() as cursor:
        cursor.execute(PARTS)
        expected = cursor.fetchall()
    with closing(sqlite3.connect(database)) as made:
        assert made.execute(PARTS).fetchall() == expected
        assert made.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert made.execute("PRAGMA foreign_key_check").fetchall() == []
        assert made.execute("SELECT language_code FROM wagtailcore_locale").fetchall() == [("de",)]
        assert made.execute("SELECT count(*) FROM wagtailcore_site WHERE is_default_site").fetchone() == (1,)
        applied = {f"{app}.{name}" for app, name in made.execute("SELECT app, name FROM django_migrations")}
    assert set(snapshot.migration_digests()) <= applied


def test_it_is_left_alone_when_a_migration_has_changed(tmp_path, monkeypatch):
    name, digest = next(iter(snapshot._kept_digests().items()))
    changed = tmp_path / "database.sql"
    changed.write_text(snapshot.FILE.read_text().replace(f"{name} {digest}", f"{name} {'0' * len(digest)}"))
    monkeypatch.setattr(snapshot, "FILE", changed)

    assert snapshot.outdated() == [name]
    assert snapshot.restore(tmp_path / "shop.sqlite3") is False
    assert not (tmp_path / "shop.sqlite3").exists()


def test_rows_come_back_as_they_were():
    with closing(sqlite3.connect(":memory:")) as made, closing(sqlite3.connect(":memory:")) as again:
        made.executescript(
            "CREATE TABLE word (id integer PRIMARY KEY AUTOINCREMENT, text text, raw blob, size real);"
            "CREATE VIRTUAL TABLE found USING fts5(text, content='');"
            "CREATE INDEX word_text ON word (text);"
            "CREATE TRIGGER word_kept BEFORE DELETE ON word BEGIN SELECT RAISE(ABORT, 'kept'); END;"
        )
        values = [(3, "It's; „ä“\nand --", b"\x00\xff", 0.1), (7, None, None, None)]
        made.executemany("INSERT INTO word VALUES (?, ?, ?, ?)", values)
        made.commit()

        again.executescript("\n".join(snapshot.dump(made)))

        assert again.execute("SELECT * FROM word").fetchall() == values
        assert again.execute(PARTS).fetchall() == made.execute(PARTS).fetchall()
        assert again.execute("SELECT seq FROM sqlite_sequence WHERE name = 'word'").fetchone() == (7,)
