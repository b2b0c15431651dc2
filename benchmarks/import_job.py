"""One measured job in a process of its own, told as JSON on the last line.

``python -m benchmarks.import_job NAME ARGUMENTS``. ``cpu`` is the processor time of this process and of its database
connection together: other work on the machine does not show in it. ``rss`` is the largest memory above that of the
idle process, in MB.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

TEXT_COLUMNS = 34


def main(name: str, arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    _load_celery()
    job = JOBS[name]
    idle, spent, started = _peak(), processor_time(), time.perf_counter()
    told = job(*arguments)
    seconds, cpu, peak = time.perf_counter() - started, processor_time() - spent, _peak() - idle
    print(json.dumps({"seconds": seconds, "cpu": cpu, "rss": round(peak, 1), **told}))


def _load_celery() -> None:
    """Whatever works in a shop has sent a task before; loading what that takes is no part of an import."""
    from celery import current_app

    current_app.finalize()
    current_app.amqp.router  # noqa: B018 - made when it is first asked for
    current_app.backend  # noqa: B018


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def processor_time() -> float:
    """Seconds that this process and the server's process for its connection have worked so far."""
    from django.db import connection

    used = resource.getrusage(resource.RUSAGE_SELF)
    total = used.ru_utime + used.ru_stime
    if connection.vendor == "postgresql":
        with suppress(FileNotFoundError):
            fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def prepare() -> dict[str, Any]:
    """Migrate an empty database."""
    from django.core.management import call_command

    call_command("migrate", "--no-input", verbosity=0)
    return {}


def importing(path: str, *flags: str) -> dict[str, Any]:
    """Our importer, as the command calls it; ``delta`` means a file that leaves the parts it does not name alone."""
    from dealer_import.profiles import load_profile
    from dealer_import.services import run_import

    profile = load_profile("sample_csv")
    if "delta" in flags:
        profile = replace(profile, mode="delta")
    report = run_import(path=Path(path), profile=profile, dry_run="dry" in flags)
    if report.outcome not in ("applied", "noop"):
        raise SystemExit(f"{report.outcome} {report.reason}: {report.message}")
    return {name: getattr(report, name) for name in ("outcome", "created", "changed", "unchanged", "hidden")}


def bare_copy(path: str) -> dict[str, Any]:
    """The floor: the same bytes into a table of 34 text columns, without any index."""
    from django.db import connection, transaction

    columns = ", ".join(f"c{n} text" for n in range(TEXT_COLUMNS))
    with transaction.atomic(), connection.cursor() as cursor, Path(path).open("rb") as stream:
        cursor.execute("DROP TABLE IF EXISTS bench_floor")
        cursor.execute(f"CREATE TABLE bench_floor ({columns})")
        for _ in range(4):
            stream.readline()
        options = "FORMAT csv, DELIMITER ';', ENCODING 'WIN1252', QUOTE E'\\b'"
        with cursor.copy(f"COPY bench_floor FROM STDIN ({options})") as copy:
            rest = b""
            while chunk := stream.read(1 << 20):
                chunk = rest + chunk
                end = chunk.find(b"*** Ende")
                copy.write(chunk[:end] if end >= 0 else chunk[:-200])
                rest = b"" if end >= 0 else chunk[-200:]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_floor")
    return {}


def executemany(path: str) -> dict[str, Any]:
    """The floor on SQLite: the same rows by executemany into a table of 34 text columns."""
    from django.db import connection, transaction

    columns = ", ".join(f"c{n} text" for n in range(TEXT_COLUMNS))
    marks = ", ".join(["?"] * TEXT_COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor, Path(path).open(encoding="cp1252", newline="") as lines:
        cursor.execute(f"CREATE TABLE bench_floor ({columns})")
        for _ in range(4):
            lines.readline()
        rows = (line.rstrip("\r\n").split(";") for line in lines if not line.startswith("*** Ende"))
        connection.connection.executemany(f"INSERT INTO bench_floor VALUES ({marks})", rows)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_floor")
    return {}


def three_tables(path: str) -> dict[str, Any]:
    """The floor with indexes and keys: finished rows by COPY into product, stock record and category link."""
    from django.db import connection, transaction
    from oscar.core.loading import get_model

    from benchmarks.import_floor import copy_into_three_tables

    with transaction.atomic():
        copy_into_three_tables(Path(path))
    counted = get_model("catalogue", "Product").objects.count()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"created": counted}


JOBS: dict[str, Callable[..., dict[str, Any]]] = {
    "prepare": prepare,
    "import": importing,
    "bare_copy": bare_copy,
    "executemany": executemany,
    "three_tables": three_tables,
}

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
