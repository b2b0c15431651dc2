"""``make run``'s supervisor: starts everything, says where it is, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.services import schema
from tests.services.processes import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


def start(data: Path, port: int | str, **environment: str) -> subprocess.Popen[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "CACHE_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY")
    }
    settings = {**kept, "SHOPFLOW_DATA": str(data), "PORT": str(port), "SHOPFLOW_DEMO": "0", **environment}
    return subprocess.Popen(
        [sys.executable, "-m", "shopflow.project.supervisor"],
        cwd=ROOT,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as a script's background job begins
    )


def wait_for(port: int, path: str, *, seconds: float = 180) -> int:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status
        except OSError:
            time.sleep(0.3)
    return 0


def processes_with(text: str) -> list[str]:
    """Command lines and environments of this machine's processes that hold ``text``."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            known = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if text.encode() in known and folder.name != str(os.getpid()):
            found.append(f"{folder.name}: {known[:120]!r}")
    return found


def wait_until_gone(text: str, *, seconds: float = 60) -> list[str]:
    """What :func:`processes_with` still finds when the time is up; nothing, it is hoped."""
    deadline = time.monotonic() + seconds
    while processes_with(text) and time.monotonic() < deadline:
        time.sleep(0.2)
    return processes_with(text)


@pytest.mark.long
@pytest.mark.sqlite
def test_everything_starts_works_and_stops_however_it_is_stopped(tmp_path, django_db_blocker):
    data, port = tmp_path / "data", free_port()
    with django_db_blocker.unblock():
        schema.provide(str(data / "shop.sqlite3"))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        shop = start(data, port)
        try:
            assert wait_for(port, "/health/") == 200
            assert wait_for(port, "/health/ready/") == 200, "no worker took the scheduler's task"
            assert len(processes_with(str(data))) > 6, "the supervisor, three servers and what they start themselves"
        finally:
            shop.send_signal(number)
            said, _ = shop.communicate(timeout=60)

        assert shop.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 0), said
        assert f"Shop     http://localhost:{port}/" in said
        assert wait_until_gone(str(data)) == []
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
        assert ("Preparing the database" in said) == (number == signal.SIGINT), "only the first start has to"


def test_preparing_for_a_supervisor_that_was_killed_ends(tmp_path):
    data = tmp_path / "data"
    shop = start(data, free_port())
    deadline = time.monotonic() + 60
    while len(processes_with(str(data))) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)

    shop.kill()
    shop.communicate(timeout=60)

    assert wait_until_gone(str(data)) == []


def test_stopping_while_it_starts_leaves_nothing(tmp_path):
    """At the moment the first step begins, when Python's hooks around the fork would swallow the signal."""
    for number in range(4):
        data = tmp_path / f"data-{number}"
        shop = start(data, free_port())
        assert shop.stdout is not None
        assert shop.stdout.readline() == "Preparing the database …\n"
        time.sleep(number / 1000)
        shop.send_signal(signal.SIGINT)
        try:
            shop.communicate(timeout=30)
        finally:
            shop.kill()

        assert shop.returncode == 0
        assert wait_until_gone(str(data), seconds=5) == []


def test_a_shop_that_nobody_reads_any_more_can_be_stopped(tmp_path):
    """``make run | head``: writing fails from then on; the processes must not stay behind."""
    mark = str(tmp_path / "mark")
    program = (
        "import sys; from pathlib import Path; from shopflow.project import supervisor;"
        "loud = [sys.executable, '-uc', 'import time\\nwhile True: print(1); time.sleep(.1)', sys.argv[1]];"
        "supervisor._commands = lambda data: {'web': loud, 'worker': loud};"
        "sys.exit(supervisor._run(Path('.'), '127.0.0.1', 1))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, mark], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as shop:
        try:
            assert shop.stdout is not None
            while not shop.stdout.readline().endswith(b"worker | 1\n"):
                pass
            shop.stdout.close()

            assert shop.wait(timeout=30) == 0
            assert wait_until_gone(mark, seconds=5) == []
        finally:
            shop.kill()


def test_a_taken_port_is_answered_with_a_sentence(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        shop = start(tmp_path / "data", port)
        said, _ = shop.communicate(timeout=60)

    assert shop.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in said
    assert "make run PORT=" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("port", ["shop", "0", "70000"])
def test_a_port_that_is_none_is_answered_with_a_sentence(tmp_path, port):
    shop = start(tmp_path / "data", port)
    said, _ = shop.communicate(timeout=60)

    assert shop.returncode == 1
    assert said.strip() == f"PORT is “{port}”, but it must be a number from 1 to 65535. Try: make run PORT=8000"


def test_a_data_folder_that_cannot_be_made_is_answered_with_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    shop = start(tmp_path / "file" / "data", free_port())
    said, _ = shop.communicate(timeout=60)

    assert shop.returncode == 1
    assert "cannot be written" in said
    assert "SHOPFLOW_DATA=/path" in said
