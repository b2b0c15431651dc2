"""Whether every format meets the truth at any size: ``python -m benchmarks.truth --rows 100000``. No measurement.

Each format is written freshly, read to its end and compared with its generator's truth; then two days of it are brought
into an empty shop (SQLite, or PostgreSQL beside the database of ``DATABASE_URL``), whose counts must be exactly those
of the generator; with ``--reading-only`` into none. Exit status 1 if anything differs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.__main__ import _execute

COUNTS = ("created", "changed", "unchanged", "hidden")


def main() -> int:
    from benchmarks.dealer_samples import FORMATS

    parser = argparse.ArgumentParser(prog="python -m benchmarks.truth", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[20261121])
    parser.add_argument("--formats", nargs="+", default=list(FORMATS), choices=FORMATS)
    parser.add_argument("--reading-only", action="store_true", help="read each file, and bring none into a shop")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        return _one(asked.formats[0], asked.rows, asked.seeds[0], is_brought_in=not asked.reading_only)
    failed = 0
    for seed in asked.seeds:
        for form in asked.formats:
            failed |= _in_a_process(form, asked.rows, seed, ["--reading-only"] * asked.reading_only)
    return failed


def _in_a_process(form: str, rows: int, seed: int, options: list[str]) -> int:
    """One format in a process and a shop of its own."""
    with tempfile.TemporaryDirectory(prefix="shopflow-truth-") as folder, _database(folder) as database:
        environment = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.settings", "SHOPFLOW_DATA": folder,
            "DATABASE_URL": database, "CELERY_BROKER_URL": "memory://localhost/", "TMPDIR": folder,
        }  # fmt: skip
        command = [sys.executable, "-m", "benchmarks.truth", "--one", "--formats", form]
        told = [*command, "--rows", str(rows), "--seeds", str(seed), *options]
        return subprocess.run(told, env=environment, check=False).returncode


@contextmanager
def _database(folder: str) -> Iterator[str]:
    """The address of an empty database: a file in ``folder``, or one beside that of ``DATABASE_URL``."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{folder}/shop.sqlite3"
        return
    name = f"truth_{os.getpid()}"
    _execute(server, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        _execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _one(form: str, rows: int, seed: int, *, is_brought_in: bool) -> int:
    import django

    django.setup()
    from benchmarks.dealer_samples import write_samples, write_second_day
    from benchmarks.dealer_samples.checking import FILES, second_day_counts, wrong_in_file

    with tempfile.TemporaryDirectory() as name:
        first, clean, second = (Path(name) / day for day in ("given", "first", "second"))
        truth = write_samples(first, rows=rows, seed=seed, formats=[form], second_day=False)
        wrong: dict[str, Any] = wrong_in_file(first, form, truth)
        if not is_brought_in:
            return _told(form, rows, seed, wrong)
        if form == "csv":
            write_samples(clean, rows=rows, seed=seed, formats=[form], bad_per_kind=0, second_day=False)
        else:
            clean = first
        write_second_day(second, form, rows=rows, seed=seed)
        later = second / ("dms_day2.csv" if form == "csv" else FILES[form])
        wrong |= _two_days(form, clean / FILES[form], later, second_day_counts(form, rows=rows, seed=seed))
    return _told(form, rows, seed, wrong)


def _told(form: str, rows: int, seed: int, wrong: dict[str, Any]) -> int:
    print(json.dumps({"format": form, "rows": rows, "seed": seed, "wrong": wrong}), flush=True)
    return 1 if wrong else 0


def _two_days(form: str, first: Path, second: Path, wanted: dict[str, int]) -> dict[str, Any]:
    """Bring both days into an empty shop; what differs from ``wanted`` on the second."""
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from dealer_import.profiles import load_profile
    from dealer_import.services import run_import

    if connection.vendor == "sqlite":  # the tables as they are now: the way there takes minutes
        settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", "--no-input", "--run-syncdb", verbosity=0)
    profile = load_profile(f"sample_{form}")
    found: dict[str, Any] = {}
    for day, path in (("first", first), ("second", second)):
        report = run_import(path=path, profile=profile)
        print(f"  {form} {day} day: {report.outcome} {report.seconds} s, {report.peak_rss_mb} MB", file=sys.stderr)
        if report.outcome != "applied":
            return {f"{day} day": (report.outcome, report.reason, report.message)}
        found = {name: getattr(report, name) for name in COUNTS}
    return {name: (found[name], wanted[name]) for name in COUNTS if found[name] != wanted[name]}


if __name__ == "__main__":
    sys.exit(main())
