"""One of the two shops, filled and served: gunicorn with two sync workers, both with the same settings of gunicorn."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.services.processes import free_port, stop, wait_until_open

SETTINGS = {"shopflow": "benchmarks.settings", "stock": "benchmarks.stock_oscar.settings"}
WORKERS = 2
READY_WITHIN = 120.0


@dataclass(frozen=True)
class Shop:
    """A running shop. ``products`` are the keys of products that can be bought."""

    name: str
    port: int
    products: tuple[int, ...]
    server: int

    def worked(self) -> float:
        """Seconds of processor time that its web workers have used so far."""
        workers = Path(f"/proc/{self.server}/task/{self.server}/children").read_text().split()
        ticks = [Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[11:13] for worker in workers]
        return sum(int(used) for pair in ticks for used in pair) / os.sysconf("SC_CLK_TCK")


def execute(server: str, *statements: str) -> None:
    """Run SQL on the server, each statement for itself."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as link:
        for statement in statements:
            link.execute(statement)


@contextmanager
def shop(server: str, name: str, products: int) -> Iterator[Shop]:
    """A shop of ``products`` products in a database of its own, which is gone afterwards."""
    database = f"bench_buying_{name}"
    execute(server, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)', f'CREATE DATABASE "{database}"')
    with tempfile.TemporaryDirectory(prefix="shopflow-bench-") as data:
        environment = {
            **os.environ,
            "DATABASE_URL": urlsplit(server)._replace(path=f"/{database}").geturl(),
            "SHOPFLOW_DATA": data,
            "DJANGO_SETTINGS_MODULE": SETTINGS[name],
            "WEB_WORKERS": str(WORKERS),
            "PORT": str(free_port()),
        }
        try:
            yield from _served(name, products, environment)
        finally:
            execute(server, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _served(name: str, products: int, environment: dict[str, str]) -> Iterator[Shop]:
    fill = [sys.executable, "-m", "benchmarks.measuring", name, str(products), "--fill-only"]
    done = subprocess.run(fill, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    buyable = tuple(int(key) for key in done.stdout.strip().splitlines()[-1].split())
    serve = [sys.executable, "-m", "gunicorn", "-c", "python:shopflow.project.web_server", "--worker-class", "sync"]
    serve += ["--threads", "1", "--no-control-socket", "django.core.wsgi:get_wsgi_application()"]
    log = Path(environment["SHOPFLOW_DATA"]) / "gunicorn.log"
    with log.open("wb") as output:
        process = subprocess.Popen(serve, env=environment, stdout=output, stderr=output)
        try:
            port = int(environment["PORT"])
            wait_until_open(port, process, log, seconds=READY_WITHIN)
            yield Shop(name, port, buyable, process.pid)
        finally:
            stop(process)
