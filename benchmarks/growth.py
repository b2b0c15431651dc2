"""``make bench-pages``: what our pages cost with ten thousand, a hundred thousand and a million products.

Each size has a database of its own. The sizes are measured in turns, each in a fresh process, and of each figure the
least of all turns counts: other work on the machine only ever adds. “cpu” is the processor time of the web process,
which other work hardly touches; “database” is the time in which the page waits for its queries.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from urllib.parse import urlsplit

SIZES = (10_000, 100_000, 1_000_000)
FIGURES = ("p50", "p95", "cpu", "database")
Costs = Mapping[str, Mapping[str, float]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--products", type=int, nargs="+", default=list(SIZES), help="sizes of the catalogue")
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        print("The measurements need PostgreSQL: run “make bench-pages”, or set DATABASE_URL.", file=sys.stderr)
        return 1
    sizes = sorted(options.products)
    with tempfile.TemporaryDirectory(prefix="shopflow-bench-") as data:
        for size in sizes:
            _make_database(server, size, data)
        turns = [{size: _measure(server, size, data) for size in sizes} for _ in range(options.turns)]
    print(_table({size: _least([turn[size] for turn in turns]) for size in sizes}))
    return 0


def _make_database(server: str, size: int, data: str) -> None:
    """Create and fill the database of this size, unless an earlier run has left it."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as link:
        if link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_name(size)]).fetchone():
            return
        link.execute(f'CREATE DATABASE "{_name(size)}"')
    print(f"Filling {_name(size)} …", file=sys.stderr)
    _run(server, size, data, "fill")


def _measure(server: str, size: int, data: str) -> Costs:
    costs: Costs = json.loads(_run(server, size, data, "measure").strip().splitlines()[-1])
    return costs


def _run(server: str, size: int, data: str, what: str) -> str:
    environment = {
        **os.environ,
        "DATABASE_URL": urlsplit(server)._replace(path=f"/{_name(size)}").geturl(),
        "SHOPFLOW_DATA": data,
        "CELERY_BROKER_URL": "memory://localhost/",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    }
    command = [sys.executable, "-m", "benchmarks.pages", what, str(size)]
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def _name(size: int) -> str:
    return f"pages_{size}"


def _least(turns: list[Costs]) -> Costs:
    return {
        page: {"queries": cost["queries"]} | {name: min(turn[page][name] for turn in turns) for name in FIGURES}
        for page, cost in turns[0].items()
    }


def _table(found: Mapping[int, Costs]) -> str:
    sizes = list(found)
    head = "".join(f"{size:>32}" for size in sizes)
    names = "".join(f"{'p50':>8}{'p95':>8}{'cpu':>8}{'db':>8}" for _ in sizes)
    lines = [f"{'products':<36}{head}{'p50':>9}", f"{'page':<32}{'SQL':>4}{names}{'ratio':>9}"]
    for page, least in found[sizes[0]].items():
        queries = {found[size][page]["queries"] for size in sizes}
        shown = "/".join(str(int(number)) for number in sorted(queries))
        figures = "".join(f"{found[size][page][name]:>8.1f}" for size in sizes for name in FIGURES)
        ratio = found[sizes[-1]][page]["p50"] / least["p50"]
        lines.append(f"{page:<32}{shown:>4}{figures}{ratio:>9.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
