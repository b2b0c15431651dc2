"""A PostgreSQL cluster of our own in a temporary folder, on a free loopback port, gone when the tests are done.

The folder lies in memory where there is room, because emptying two hundred tables after a test that committed makes
and removes as many files, which a slow disk feels.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.processes import NotInstalled, free_port, stop, wait_until_open

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "autovacuum=off")
"""The cluster holds nothing worth keeping, so it need not survive a crash. Autovacuum would note that the tables are
empty whenever it looks while a test's transaction is open, and the plans that follow would depend on luck."""

MEMORY, ROOM = Path("/dev/shm"), 3 << 30
"""Where a file system in memory is mounted, and the bytes that must be free there."""


def make_folder(name: str) -> Path:
    """A new temporary folder, in memory where there is room."""
    in_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return Path(tempfile.mkdtemp(prefix=name, dir=MEMORY if in_memory else None))


def binaries() -> Path:
    """The folder with ``initdb`` and ``postgres``; the newest version that is installed."""
    found = shutil.which("initdb")
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    folders.sort(key=lambda folder: int(folder.parent.name))
    if folders:
        return folders[-1]
    if found:
        return Path(found).parent
    raise NotInstalled("PostgreSQL is missing. Install it (on Debian: apt-get install postgresql).")


def _as_server_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: hand the folder to another account and run as that one."""
    if os.getuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, account)
    return ["runuser", "-u", account, "--"]


@contextmanager
def postgres() -> Iterator[str]:
    """Start a cluster and yield the URL of its empty database ``shopflow``."""
    folder = make_folder("shopflow-postgres-")
    prefix = _as_server_user(folder)
    data = folder / "data"
    initdb = [*prefix, str(binaries() / "initdb"), "-D", str(data), "-U", "shopflow", "-A", "trust"]
    options = ["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run([*initdb, *options], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    port = free_port()
    settings = [*FAST, "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}"]
    command = [*prefix, str(binaries() / "postgres"), "-D", str(data), "-p", str(port)]
    for setting in settings:
        command += ["-c", setting]
    log = (folder / "log").open("wb")
    process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True)
    try:
        wait_until_open(port, process, folder / "log")
        _create_database(port)
        yield f"postgres://shopflow@127.0.0.1:{port}/shopflow"
    finally:
        pid = _server_pid(data)
        if pid is not None:
            os.kill(pid, signal.SIGINT)
        stop(process)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _server_pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, IndexError):
        return None


def _create_database(port: int) -> None:
    import psycopg

    with psycopg.connect(host="127.0.0.1", port=port, user="shopflow", dbname="postgres", autocommit=True) as admin:
        admin.execute("CREATE DATABASE shopflow")
