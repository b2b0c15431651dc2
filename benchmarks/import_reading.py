"""``make bench-reading``: what reading, mapping and hashing a delivery costs, beside what is known to be fast.

Each format runs in a process of its own, without a database: once to see its memory, then by turns with its floor. What
counts is processor time; of several turns the best. "nothing changed" reads a file of which every row is known.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TURNS = 3
JOBS = ("read", "hashed", "again")
"""Records alone; records mapped, checked and hashed; a file of which every row is known."""
FLOORS = {
    "csv": "csv.reader",
    "fixed": "lines of text",
    "xlsx": "calamine",
    "bmecat": "lxml iterparse",
    "pies": "lxml iterparse",
}
"""Format → what its floor is called."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--formats", default=",".join(FLOORS))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(_measured(chosen.one, Path(chosen.file))))
        return 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    import django

    django.setup()
    from benchmarks.reading_data import WRITERS

    print(f"{chosen.rows} rows; × is the multiple of the floor by processor time")
    print(
        f"{'':<8}{'floor':<16}{'cpu s':>8}" + "".join(f"{job:>9}{'×':>7}" for job in JOBS) + f"{'rows/s':>9}{'MB':>6}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen.formats.split(","):
            path = Path(folder) / f"delivery.{name}"
            WRITERS[name](path, chosen.rows)
            command = [sys.executable, "-m", "benchmarks.import_reading", "--one", name, "--file", str(path)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            print(_line(name, json.loads(done.stdout.splitlines()[-1])), flush=True)
    return 0


def _line(name: str, found: dict[str, Any]) -> str:
    floor = found["floor"]
    told = f"{floor:>8.3f}" if floor else f"{'absent':>8}"
    for job in JOBS:
        told += f"{found[job]:>9.3f}" + (f"{found[job] / floor:>7.2f}" if floor else f"{'':>7}")
    return f"{name:<8}{FLOORS[name]:<16}{told}{found['rows'] / found['hashed']:>9.0f}{found['mb']:>6.0f}"


def _measured(name: str, path: Path) -> dict[str, Any]:
    import django
    from django.conf import settings

    settings.configure(INSTALLED_APPS=[], USE_I18N=False)
    django.setup()
    from dealer_import.profiles import load_profile
    from dealer_import.sources import source_class

    profile = load_profile(f"sample_{name}")
    make = source_class(profile.format)
    if make is None:
        raise LookupError(profile.format)
    source = make()
    gc.set_threshold(50_000, 50, 100)
    idle = _peak()
    rows = sum(1 for _part in _parts(profile, source, path))
    mb = _peak() - idle

    def read() -> None:
        with path.open("rb") as stream:
            for _record in source.records(stream, profile.options):
                pass

    def hashed() -> None:
        _take(profile, source, path)

    kept = [(part.part.identity, part.raw_hash, part.row_hash) for part in _parts(profile, source, path)]

    def again() -> None:
        _take(profile, source, path, known=Kept(kept))

    return {
        **_best({"floor": _floor(name, path), "read": read, "hashed": hashed, "again": again}),
        "rows": rows,
        "mb": mb,
    }


def _best(jobs: dict[str, Callable[[], None] | None]) -> dict[str, float]:
    """The least cost of each job in several turns; 0 for one that cannot be done."""
    best: dict[str, float] = dict.fromkeys(jobs, 0.0)
    for _turn in range(TURNS):
        for key, job in jobs.items():
            if job is not None:
                best[key] = min(best[key] or 1e9, _cost(job))
    return best


class Kept:
    """What the last import knew, as :class:`dealer_import.known.Known` keeps it, without a database."""

    def __init__(self, rows: list[tuple[int, int | None, int]]) -> None:
        from dealer_import.raw_rows import RawRows

        self.identities = array("q", [identity for identity, _raw, _row in rows])
        self.by_raw = RawRows(array("q", [-1 if raw is None else raw for _identity, raw, _row in rows]))
        self.came = bytearray(len(rows))
        self.with_links: set[int] = set()
        self.lines: dict[int, int] = {}

    def row_hash(self, identity: int) -> int | None:
        return None


def _parts(profile: Any, source: Any, path: Path, **options: Any) -> Iterator[Any]:
    from dealer_import.reading import Reading

    with path.open("rb") as stream:
        yield from Reading(profile, source, stream, **options).parts()


def _take(profile: Any, source: Any, path: Path, **options: Any) -> None:
    """What an import asks for: mapped, checked and hashed, in columns."""
    from dealer_import.reading import Reading

    with path.open("rb") as stream:
        for _taken in Reading(profile, source, stream, **options).taken():
            pass


def _reader(path: Path) -> None:
    with path.open(encoding="cp1252", newline="") as stream:
        for _row in csv.reader(stream, delimiter=";"):
            pass


def _lines(path: Path) -> None:
    with path.open(encoding="cp850", newline="") as stream:
        for _line_of_text in stream:
            pass


def _calamine(path: Path) -> None:
    from python_calamine import CalamineWorkbook

    for _row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows():
        pass


def _iterparse(path: Path) -> None:
    from lxml import etree

    for _event, element in etree.iterparse(str(path), events=("end",), tag=("{*}PRODUCT", "{*}Item")):
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _floor(name: str, path: Path) -> Callable[[], None] | None:
    """The quickest way to go through the same file; None if its package is not installed."""
    floor = {"csv": _reader, "fixed": _lines, "xlsx": _calamine}.get(name, _iterparse)
    try:
        floor(path)
    except ImportError:
        return None
    return lambda: floor(path)


def _cost(job: Callable[[], None]) -> float:
    gc.collect()
    started = time.process_time()
    job()
    return time.process_time() - started


def _peak() -> float:
    """The largest memory of this process so far, in MB; what its parent had does not count."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmHWM")


if __name__ == "__main__":
    sys.exit(main())
