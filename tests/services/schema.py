"""Test databases with the schema that the migrations make, without migrating for every run.

The migrations run once into a template, which is emptied of rows and kept under a name made from the content of all
migration files; each test process then copies it. So the tests see the triggers, search tables and views that only
migrations make, and still start with empty tables.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "var" / "test-schema"


MIGRATE_AND_EMPTY = """
import gc

import django

gc.set_threshold(100_000, 20, 20)  # migrating makes classes by the ten thousand, and looking through them takes long
django.setup()
from django.core.management import call_command

call_command("migrate", verbosity=0)
call_command("flush", interactive=False, verbosity=0)
"""


def provide(database: str) -> None:
    """Create the test database ``database`` (a name, on SQLite a file) as a copy of the template."""
    KEPT.mkdir(parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        template = KEPT / f"{fingerprint()}.sqlite3"
        with _only_one_at_a_time():
            if not template.exists():
                _make_sqlite(template)
        Path(database).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(template, database)
    else:
        template_name = f"shopflow_schema_{fingerprint()}"
        with _only_one_at_a_time(), _administrator() as admin:
            if not _exists(admin, template_name):
                _make_postgres(admin, template_name)
            admin.execute(f'DROP DATABASE IF EXISTS "{database}"')
            admin.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template_name}"')


def fingerprint() -> str:
    """A short digest of every installed app's migration files and of the order of apps."""
    digest = hashlib.sha256()
    for config in apps.get_app_configs():
        digest.update(config.name.encode())
        for path in sorted(Path(config.path).glob("migrations/*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate_and_empty(url: str) -> None:
    settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run(
        [sys.executable, "-c", MIGRATE_AND_EMPTY], cwd=ROOT, env={**os.environ, **settings}, check=True, timeout=900
    )


def _make_sqlite(template: Path) -> None:
    draft = template.with_suffix(f".{os.getpid()}")
    _migrate_and_empty(f"sqlite:///{draft}")
    for leftover in KEPT.glob("*.sqlite3"):
        leftover.unlink()
    draft.rename(template)


def _make_postgres(admin: Any, name: str) -> None:
    draft = f"{name}_draft"
    admin.execute(f'DROP DATABASE IF EXISTS "{draft}"')
    admin.execute(f'CREATE DATABASE "{draft}"')
    where = connection.settings_dict
    _migrate_and_empty(f"postgres://{where['USER']}:{where['PASSWORD']}@{where['HOST']}:{where['PORT']}/{draft}")
    admin.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')


def _exists(admin: Any, name: str) -> bool:
    return admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


@contextmanager
def _administrator() -> Iterator[Any]:
    import psycopg

    where = connection.settings_dict
    with psycopg.connect(
        host=where["HOST"],
        port=where["PORT"],
        user=where["USER"],
        password=where["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    ) as admin:
        yield admin


@contextmanager
def _only_one_at_a_time() -> Iterator[None]:
    with (KEPT / f"{connection.vendor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
