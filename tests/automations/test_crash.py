"""A real worker process is killed in the middle of a step, and two work at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

SCRIPT = Path(__file__).with_name("crash_worker.py")
ROOT = SCRIPT.parents[2]


def database_url(folder):
    """The test's own database, on SQLite a copy of it."""
    if connection.vendor == "sqlite":
        copy = folder / "crash.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        return f"sqlite:///{copy}"
    of = connection.settings_dict
    host = of["HOST"] or "localhost"
    if host.startswith("/"):
        return f"postgres://{of['USER']}:{of['PASSWORD']}@{host.replace('/', '%2F')}/{of['NAME']}"
    return f"postgres://{of['USER']}:{of['PASSWORD']}@{host}:{of['PORT'] or 5432}/{of['NAME']}"


class Shop:
    """A shop's database and the processes that work on it."""

    def __init__(self, folder):
        self.mark = folder / "mark"
        self.env = {
            **os.environ,
            "SHOPFLOW_DATA": str(folder),
            "DATABASE_URL": database_url(folder),
            "CRASH_MARK": str(self.mark),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def start(self, *words):
        return subprocess.Popen(
            [sys.executable, str(SCRIPT), *words], cwd=ROOT, env=self.env,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *words):
        """Do the words in one process and return its reports."""
        process = self.start(*words)
        out, error = process.communicate(timeout=300)
        assert process.returncode == 0, error
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")]

    def kill_in_mid_step(self, *before):
        process = self.start(*before, "hang")
        deadline = time.monotonic() + 120
        while not self.mark.exists():
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline, "the worker never came to the step"
            time.sleep(0.05)
        key = self.mark.read_text()
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        self.mark.unlink()
        return key


@pytest.fixture
def shop(tmp_path, transactional_db):
    return Shop(tmp_path)


def test_a_worker_killed_in_mid_step_leaves_all_or_nothing(shop):
    key = shop.kill_in_mid_step("prepare:test_note:1")

    reports = shop.run("report", "work", "report", "later:301", "work", "report", "later:61", "work", "report")

    after_crash, leased, recovered, done = reports
    assert (after_crash["steps"], after_crash["mails"]) == ([], [])
    assert after_crash["runs"] == [["active", "first", ""]]
    assert leased == after_crash, "the dead worker's lease still holds"
    assert recovered["runs"] == [["waiting", "pause", ""]]
    assert recovered["mails"] == [key]
    assert done["runs"] == [["done", "second", "completed"]]
    assert done["steps"] == [["first", 1, "done"], ["pause", 1, "done"], ["second", 1, "done"]]
    assert done["mails"] == [key, key.replace("first", "second")]


def test_an_action_that_reaches_outside_is_never_done_twice(shop):
    """Its effect was committed before the crash; the engine cannot know that and asks staff instead of repeating."""
    key = shop.kill_in_mid_step("prepare:test_outside_note:1")

    after_crash, later = shop.run("report", "later:301", "work", "report")

    assert after_crash["mails"] == [key]
    assert later["runs"] == [["parked", "first", "interrupted"]]
    assert later["steps"] == [["first", 1, "interrupted"]]
    assert later["mails"] == [key]


@pytest.mark.long
def test_two_workers_take_each_step_once(shop):
    shop.run("prepare:test_note:40")
    workers = [shop.start("work"), shop.start("work")]
    ended = [worker.communicate(timeout=300) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], ended

    (report,) = shop.run("report")
    assert report["runs"] == [["waiting", "pause", ""]] * 40
    assert report["steps"] == [["first", 1, "done"], ["pause", 1, "waiting"]] * 40
    assert len(report["mails"]) == 40
