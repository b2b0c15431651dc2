"""Starting and stopping the servers that tests talk to; each is stopped by its own process id."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path


class NotInstalled(Exception):
    """A server program is not on this machine; the message says what to install."""


class DidNotStart(Exception):
    """A server ended, or answered nothing, before its time was up; the message holds the end of its log."""


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(port: int, process: subprocess.Popen[bytes], log: Path, *, seconds: float = 60) -> None:
    """Return when ``port`` takes connections; raise :class:`DidNotStart` when it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise DidNotStart(log.read_text(errors="replace")[-2000:] if log.exists() else "no log")


def stop(process: subprocess.Popen[bytes], *, seconds: float = 20) -> None:
    """End ``process`` politely, then firmly."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
