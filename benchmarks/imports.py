"""``make bench-imports``: what an import costs, beside the floor that the database sets, in one run on one machine.

Every figure comes from a process of its own. Each import stands between two measurements of the floor; the ratio is
taken with their mean.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.__main__ import _execute

SIZES = (1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Step:
    """A row of the table: what is measured, and with which file and flags."""

    name: str
    file: str
    flags: tuple[str, ...] = ()


STEPS = (
    Step("dry run", "first", ("dry",)),
    Step("first load", "first"),
    Step("same file again", "first"),
    Step("nothing changed", "second"),
    Step("1 % changed", "one"),
    Step("5 % changed", "five"),
    Step("100 % changed", "all"),
    Step("as many new parts again", "more", ("delta",)),
)
DAYS = {"first": (1, 0), "second": (2, 0), "one": (3, 100), "five": (4, 20), "all": (5, 1), "more": (6, 0)}
FRESH = ("first load", "as many new parts again")
"""What “100 % changed” is compared with: into an empty shop, and into one that is as full and keeps its indexes."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--database", choices=("postgresql", "sqlite"), nargs="+", default=["postgresql", "sqlite"])
    parser.add_argument(
        "--template", default="", help="a migrated, empty database on the server, to save the migration"
    )
    parser.add_argument("--steps", nargs="+", help="only these steps, by a part of their name")
    options = parser.parse_args()
    for rows in options.rows:
        with tempfile.TemporaryDirectory(prefix="shopflow-imports-") as folder:
            files = _write(Path(folder), rows)
            for database in options.database:
                for line in _measure(database, rows, files, Path(folder), options):
                    print(line, flush=True)
    return 0


def _write(folder: Path, rows: int) -> dict[str, Path]:
    files = {name: folder / f"{name}.csv" for name in DAYS}
    for name, (day, every) in DAYS.items():
        write_file(files[name], rows, day=day, changed_every=every, first=rows if name == "more" else 0)
    return files


def write_file(path: Path, rows: int, *, day: int = 1, changed_every: int = 0, first: int = 0) -> None:
    """:func:`benchmarks.import_data.write` in a process of its own, which has the settings that it needs."""
    script = (
        "import os, sys, django; django.setup(); from benchmarks.import_data import write; from pathlib import Path;"
    )
    script += "numbers = dict(zip(('day', 'changed_every', 'first'), map(int, sys.argv[3:])));"
    script += "write(Path(sys.argv[1]), int(sys.argv[2]), **numbers)"
    command = [sys.executable, "-c", script, *map(str, (path, rows, day, changed_every, first))]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.settings", "SHOPFLOW_DATA": str(path.parent)}
    subprocess.run(command, env=environment, check=True)


def _measure(
    database: str, rows: int, files: dict[str, Path], folder: Path, options: argparse.Namespace
) -> Iterator[str]:
    """The lines of the table, each as soon as it is measured."""
    server = os.environ.get("DATABASE_URL", "")
    name = f"bench_imports_{rows}"
    if database == "postgresql":
        if not server.startswith("postgres"):
            yield "PostgreSQL is not measured: run it beside “python -m tests.services”, or set DATABASE_URL."
            return
        made = f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{options.template}"' if options.template else "")
        _execute(server, f'DROP DATABASE IF EXISTS "{name}"', made)
        url, floor = urlsplit(server)._replace(path=f"/{name}").geturl(), "bare_copy"
    else:
        url, floor = f"sqlite:///{folder / 'bench.sqlite3'}", "executemany"
    shop = Shop(url, folder)
    try:
        if database != "postgresql" or not options.template:
            shop.run("prepare")
        yield _head(database, rows)
        if database == "postgresql":
            _execute(server, f'CREATE DATABASE "{name}_floor" TEMPLATE "{name}"')
            limit = Shop(urlsplit(server)._replace(path=f"/{name}_floor").geturl(), folder)
            yield _line("COPY into three indexed tables", limit.run("three_tables", files["first"]), None)
        cost: dict[str, float] = {}
        before = shop.run(floor, files["first"])
        yield _line(floor.replace("_", " "), before, None)
        for step in STEPS:
            wanted = not options.steps or any(part in step.name for part in options.steps)
            if not wanted and step.name != "first load":
                continue
            found = shop.run("import", files[step.file], *step.flags)
            after = shop.run(floor, files["first"])
            yield _line(step.name, found, _mean(before, after))
            before, cost[step.name] = after, found["cpu"]
        yield from _compared(cost)
    finally:
        if database == "postgresql":
            for each in (name, f"{name}_floor"):
                _execute(server, f'DROP DATABASE IF EXISTS "{each}" WITH (FORCE)')
        else:
            for path in folder.glob("bench.sqlite3*"):
                path.unlink()


def _compared(cost: dict[str, float]) -> Iterator[str]:
    """How much quicker it is to change everything than to bring it in, by processor time."""
    if changed := cost.get("100 % changed"):
        for name in FRESH:
            if name in cost:
                yield f"100 % changed runs at {cost[name] / changed:.2f} times the speed of “{name}”"


@dataclass(frozen=True)
class Shop:
    """A database, and the processes that work on it."""

    url: str
    folder: Path

    def run(self, job: str, *arguments: object) -> dict[str, Any]:
        environment = {**os.environ, "DATABASE_URL": self.url, "SHOPFLOW_DATA": str(self.folder)}
        environment |= {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "CELERY_BROKER_URL": "memory://localhost/"}
        command = [sys.executable, "-m", "benchmarks.import_job", job, *map(str, arguments)]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return found


def _mean(first: dict[str, Any], second: dict[str, Any]) -> dict[str, float]:
    return {name: (first[name] + second[name]) / 2 for name in ("seconds", "cpu")}


def _head(database: str, rows: int) -> str:
    return (
        f"\n{rows} rows, {database}; × is the multiple of the floor beside it, by the clock and by processor time\n"
        f"{'':<32}{'s':>9}{'rows/s':>10}{'×':>8}{'cpu s':>9}{'× cpu':>8}{'MB':>7}  counts"
    )


def _line(name: str, found: dict[str, Any], floor: dict[str, float] | None) -> str:
    rows = sum(found.get(kind, 0) for kind in ("created", "changed", "unchanged"))
    times = f"{found['seconds'] / floor['seconds']:>8.2f}" if floor else f"{'':>8}"
    cpu = f"{found['cpu'] / floor['cpu']:>8.2f}" if floor else f"{'':>8}"
    speed = f"{rows / found['seconds']:>10.0f}" if rows else f"{'':>10}"
    counts = " ".join(f"{kind} {found[kind]}" for kind in ("created", "changed", "unchanged") if found.get(kind))
    return f"{name:<32}{found['seconds']:>9.2f}{speed}{times}{found['cpu']:>9.2f}{cpu}{found['rss']:>7.0f}  {counts}"


if __name__ == "__main__":
    sys.exit(main())
