"""``make bench``: what our pages and orders cost, beside stock Oscar on the same server, data size and machine.

Only the ratios mean something: both shops are measured one after the other in one run, in processes of their own, each
in an empty database of the PostgreSQL server that ``DATABASE_URL`` names. Then guests of both shops buy in turns
(``benchmarks.buying``).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from typing import Any
from urllib.parse import urlsplit

from benchmarks.buying import compare

SIZES = (1_000, 100_000)
SHOPS = ("shopflow", "stock")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--products", type=int, nargs="+", default=list(SIZES), help="sizes of the catalogue")
    sizes = parser.parse_args().products
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        print("The measurements need PostgreSQL: run “make bench”, or set DATABASE_URL.", file=sys.stderr)
        return 1
    for size in sizes:
        found = {shop: _measure(server, shop, size) for shop in SHOPS}
        print(_table(size, found["shopflow"], found["stock"]), flush=True)
    print(compare(server, min(sizes)), flush=True)
    return 0


def _measure(server: str, shop: str, products: int) -> dict[str, Any]:
    """The figures of one shop, from a process of its own."""
    name = f"bench_{shop}_{products}"
    _execute(server, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    try:
        with tempfile.TemporaryDirectory(prefix="shopflow-bench-") as data:
            url = urlsplit(server)._replace(path=f"/{name}").geturl()
            environment = {
                **os.environ,
                "DATABASE_URL": url,
                "SHOPFLOW_DATA": data,
                "CELERY_BROKER_URL": "memory://localhost/",
            }
            environment.pop("DJANGO_SETTINGS_MODULE", None)
            command = [sys.executable, "-m", "benchmarks.measuring", shop, str(products)]
            print(f"Measuring {shop} with {products} products …", file=sys.stderr)
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return figures
    finally:
        _execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(server: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as link:
        for statement in statements:
            link.execute(statement)


def _table(products: int, ours: dict[str, Any], stock: dict[str, Any]) -> str:
    lines = [
        f"\n{products} products, PostgreSQL; times in ms; ratio = shopflow ÷ stock Oscar 4.2.1",
        f"{'':<24}{'shopflow':>26}{'stock Oscar':>26}{'ratio':>8}{'ratio':>7}",
        f"{'page':<24}{'SQL':>8}{'p50':>9}{'p95':>9}{'SQL':>8}{'p50':>9}{'p95':>9}{'p50':>8}{'cpu':>7}",
    ]
    for page, mine in ours["pages"].items():
        lines.append(_row(page, mine, stock["pages"][page]))
    lines.append(_row("placing an order", ours["order"], stock["order"]))
    return "\n".join(lines)


def _row(name: str, mine: dict[str, Any], theirs: dict[str, Any]) -> str:
    figures = "".join(f"{part['queries']:>8}{part['p50']:>9.1f}{part['p95']:>9.1f}" for part in (mine, theirs))
    return f"{name:<24}{figures}{mine['p50'] / theirs['p50']:>8.2f}{mine['cpu'] / theirs['cpu']:>7.2f}"


if __name__ == "__main__":
    sys.exit(main())
