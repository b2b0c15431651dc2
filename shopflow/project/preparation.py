"""What must be done once before the shop can start, and is skipped as long as nothing has changed."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from shopflow.project.lifeline import tied_to_this_process

PROJECT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("shopflow", "oscar_ext", "dealer_import")
DIGEST_SIZE = 16


class PreparationFailed(Exception):
    """A step did not end well; the message says which and where its output is."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A management command with the sentence shown meanwhile, and a digest of all that it depends on."""

    name: str
    sentence: str
    command: tuple[str, ...]
    depends_on: str


def prepare(data: Path, *, demo: bool) -> None:
    """Run the steps whose digest differs from the one kept in ``data``; raise :class:`PreparationFailed`."""
    record = data / "prepared.json"
    done: dict[str, str] = json.loads(record.read_text()) if record.exists() else {}
    for name in _lost(data):
        done.pop(name, None)
    for step in _steps(demo=demo):
        if done.get(step.name) == step.depends_on:
            continue
        print(step.sentence, flush=True)
        _run(step)
        done[step.name] = step.depends_on
        record.write_text(json.dumps(done, indent=1))


def _lost(data: Path) -> Iterator[str]:
    """Steps whose result was there once and is not any more."""
    if not os.environ.get("DATABASE_URL") and not (data / "shop.sqlite3").exists():
        yield from ("database", "demo")
    if not (data / "static").exists():
        yield "static"


def _steps(*, demo: bool) -> Iterator[Step]:
    database = os.environ.get("DATABASE_URL", "")
    installed = _installed()
    yield Step(
        name="database",
        sentence="Preparing the database …",
        command=("migrate", "--no-input", "--verbosity=0"),
        depends_on=_digest([database, installed, *_files("migrations/*.py")]),
    )
    yield Step(
        name="static",
        sentence="Collecting styles, scripts and fonts …",
        command=("collectstatic", "--no-input", "--verbosity=0"),
        depends_on=_digest([installed, *_files("static/**/*"), *_files("static_files.py")]),
    )
    if demo:
        yield Step(
            name="demo",
            sentence="Loading the demo shop …",
            command=("load_demo",),
            depends_on=_digest([database]),
        )


def _run(step: Step) -> None:
    if _returncode([sys.executable, "manage.py", *step.command]):
        raise PreparationFailed(
            f"“manage.py {' '.join(step.command)}” failed; its message stands above. "
            "Mend the cause and start again: what is done already is kept."
        )


def _returncode(command: list[str]) -> int:
    """Run ``command`` to its end; Ctrl-C ends it with us.

    The signal waits while the process is being made: Python's own hooks around a fork would swallow it.
    """
    tie = tied_to_this_process()

    def tied() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        tie()

    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.DEVNULL, preexec_fn=tied)
    except BaseException:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        raise
    with process:
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            return process.wait()
        except BaseException:
            process.kill()
            raise


def _installed() -> str:
    """The locked packages and the installed plugins, as text."""
    lock = PROJECT / "constraints" / "run.txt"
    plugins = sorted(f"{point.name}={point.value}" for point in entry_points(group="shopflow.plugins"))
    return "\n".join([lock.read_text() if lock.exists() else "", *plugins])


def _files(pattern: str) -> Iterator[str]:
    """Path, size and time of each of our files that ``pattern`` finds."""
    for package in PACKAGES:
        for path in sorted((PROJECT / package).glob(f"**/{pattern}")):
            if path.is_file() and "__pycache__" not in path.parts:
                facts = path.stat()
                yield f"{path} {facts.st_size} {facts.st_mtime_ns}"


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:DIGEST_SIZE]
