"""A Redis server of our own, without a file on disk, gone when the tests are done."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.processes import NotInstalled, free_port, stop, wait_until_open


@contextmanager
def redis() -> Iterator[str]:
    """Start a server and yield its URL without a database number."""
    program = shutil.which("redis-server")
    if program is None:
        raise NotInstalled("Redis is missing. Install it (on Debian: apt-get install redis-server).")
    folder = Path(tempfile.mkdtemp(prefix="shopflow-redis-"))
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--databases", "64"]
    command += ["--save", "", "--appendonly", "no"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True)
        try:
            wait_until_open(port, process, folder / "log")
            yield f"redis://127.0.0.1:{port}"
        finally:
            stop(process)
            shutil.rmtree(folder, ignore_errors=True)
