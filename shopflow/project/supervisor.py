"""``make run``: the whole shop on one machine, with the web server, the worker and the scheduler beside each other.

Needs nothing but Python and what ``make install`` installed. ``PORT``, ``HOST`` and ``SHOPFLOW_DATA`` may be set, and
every variable of ``docs/operate/settings.md``. Ctrl-C or SIGTERM stops all of it; when one process ends by itself the
others are stopped too, because half a shop would take orders that nobody works on. A supervisor that is killed takes
its processes along (:mod:`shopflow.project.lifeline`).
"""

from __future__ import annotations

import multiprocessing
import os
import shlex
import signal
import socket
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import honcho.manager
from honcho.compat import ProcessManager
from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Popen, Process

from shopflow.project.lifeline import tied_to_this_process
from shopflow.project.preparation import PROJECT, PreparationFailed, prepare

STOPPED_BY_SIGNAL = (130, 143)
honcho.manager.KILL_WAIT = 20
"""Seconds that a process has to finish its work before it is ended the hard way."""

PROCESS_ENVIRONMENT = {
    "PYTHONUNBUFFERED": "1",
    # Celery's advice for servers; here the person who runs the shop runs the worker too.
    "PYTHONWARNINGS": "ignore:You're running the worker",
}


class CannotStart(Exception):
    """The shop cannot start; the message says why and what to do."""


class PoliteManager(ProcessManager):
    """Asks a process to stop and lets it stop its own children, which finish what they are at."""

    def terminate(self, pid: int) -> None:
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            return


class TiedProcess(Process):
    """honcho's reader of one process's output. It dies with the supervisor, and the process is stopped with it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tie = tied_to_this_process(signal.SIGKILL)

    def run(self, *args: Any, **kwargs: Any) -> None:
        self._tie()
        self._child_ctor = partial(Popen, preexec_fn=tied_to_this_process())
        super().run(*args, **kwargs)


class Output:
    """Where the shop's lines go: unbuffered, so that a signal's handler may write between two of them.

    When nobody reads them any more (``make run | head``, a terminal that has gone) the shop is stopped.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._heard = True

    def write(self, text: str) -> None:
        if not self._heard:
            return
        try:
            os.write(self._descriptor, text.encode())
        except OSError:
            self._heard = False
            os.kill(os.getpid(), signal.SIGTERM)

    def flush(self) -> None:
        """Nothing waits here."""

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)


class Shop(Manager):
    """honcho's manager, which also survives being stopped while it is still starting."""

    stop_wanted = False

    def __init__(self, printer: Printer) -> None:
        super().__init__(printer)
        self._procmgr = PoliteManager()
        self._process_ctor = TiedProcess

    def terminate(self) -> None:
        if self._all_started():
            super().terminate()
        self.stop_wanted = True

    def _any_stopped(self) -> bool:
        return self.stop_wanted or super()._any_stopped()


def main() -> int:
    """Prepare, start everything, wait; returns the exit code."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored when a script has put us into the background
    data = Path(os.environ.get("SHOPFLOW_DATA") or PROJECT / "var").resolve()
    os.environ["SHOPFLOW_DATA"] = str(data)
    os.environ.setdefault("SHOPFLOW_DEMO", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopflow.project.settings")
    try:
        host, port = os.environ.get("HOST", "127.0.0.1"), _port()
        _check_data_folder(data)
        _check_free(host, port)
        prepare(data, demo=os.environ["SHOPFLOW_DEMO"].lower() in ("1", "true", "yes", "on"))
    except (CannotStart, PreparationFailed) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return _run(data, host, port)


def _run(data: Path, host: str, port: int) -> int:
    output = Output(sys.stdout.fileno())
    shop = Shop(Printer(output, colour=output.isatty(), prefix=True))
    for name, command in _commands(data).items():
        environment = {**os.environ, "PORT": str(port), "HOST": host, **PROCESS_ENVIRONMENT}
        shop.add_process(name, f"exec {shlex.join(command)}", env=environment, cwd=str(PROJECT))
    signal.signal(signal.SIGHUP, lambda number, frame: os.kill(os.getpid(), signal.SIGTERM))
    threading.Thread(target=_announce, args=(data, host, port, shop, output), daemon=True).start()
    try:
        shop.loop()
    finally:
        for reader in multiprocessing.active_children():  # none, unless the loop has broken
            reader.kill()
    return 0 if shop.returncode in STOPPED_BY_SIGNAL else int(shop.returncode or 0)


def _commands(data: Path) -> dict[str, list[str]]:
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "shopflow.project"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    server = [sys.executable, "-m", "gunicorn", "-c", "python:shopflow.project.web_server", "--no-control-socket"]
    return {
        "web": [*server, "shopflow.project.wsgi"],
        "worker": [*celery, "worker", "--loglevel=WARNING", "--concurrency=2", *quiet],
        "beat": [*celery, "beat", "--loglevel=WARNING", "--pidfile=", f"--schedule={data / 'beat-schedule'}"],
    }


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT is “{text}”, but it must be a number from 1 to 65535. Try: make run PORT=8000")
    return int(text)


def _check_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotStart(f"Port {port} may only be used by root. Try another one: make run PORT=8001") from None
        except OSError as error:
            raise CannotStart(
                f"Port {port} on {host} cannot be used ({error.strerror}): another program, perhaps this shop, is "
                f"listening there. Stop it, or take another port: make run PORT={port + 1 if port < 65535 else 8000}"
            ) from None


def _check_data_folder(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe = data / ".writable"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"The data folder {data} cannot be written ({error.strerror}). "
            "Give yourself access to it, or name another one: make run SHOPFLOW_DATA=/path"
        ) from None


def _announce(data: Path, host: str, port: int, shop: Shop, output: Output) -> None:
    """Print the addresses once the web server answers."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not shop.stop_wanted:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.settimeout(1)
            if probe.connect_ex((host, port)) == 0:
                output.write(_addresses(data, host, port) + "\n")
                return
        time.sleep(0.2)


def _addresses(data: Path, host: str, port: int) -> str:
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::1", "::") else host  # noqa: S104 # nosec B104 - compared, not bound
    site = f"http://{shown}:{port}"
    lines = ["", "The shop is open.", f"  Shop     {site}/", f"  Staff    {site}/dashboard/", f"  Content  {site}/cms/"]
    login = data / "staff-login.txt"
    if login.exists():
        lines.append("  Staff login: " + " · ".join(login.read_text().split("\n")).strip(" ·"))
        lines.append(f"  (kept in {login})")
    return "\n".join([*lines, f"  Data     {data}", "Ctrl-C stops it.", ""])


if __name__ == "__main__":
    sys.exit(main())
