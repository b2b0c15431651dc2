"""The worker on RabbitMQ, where it is installed: a task goes through, and a refused login costs no order."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from celery import Celery
from django.utils import timezone

from shopflow.core import health, jobs
from tests.services.processes import NotInstalled, stop
from tests.services.rabbitmq import program, rabbitmq

ROOT = Path(__file__).resolve().parent.parent.parent
TASK = "shopflow.core.heartbeat"

try:
    program()
except NotInstalled as missing:
    pytestmark = [pytest.mark.sqlite, pytest.mark.skip(reason=str(missing))]
else:
    pytestmark = [pytest.mark.sqlite]


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    with rabbitmq() as url:
        yield url


@pytest.fixture
def use(monkeypatch):
    """``use(url)``: tasks of this process go to the broker at ``url``."""
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)  # Celery prefers it to its own settings
    with closing(Celery("on-rabbitmq", set_as_current=False)) as app:

        def to(url: str) -> None:
            app.conf.broker_url = url
            monkeypatch.setattr(jobs, "current_app", app)
            monkeypatch.setattr(health, "current_app", app)

        yield to


@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_its_task_from_rabbitmq(broker, use, settings, tmp_path):
    from django.db import connection

    from shopflow.core.models import WorkerHeartbeat

    began = timezone.now()
    environment = {
        **os.environ,
        "SHOPFLOW_DATA": str(tmp_path / "data"),
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "CELERY_BROKER_URL": broker,
        "DJANGO_SETTINGS_MODULE": "shopflow.project.settings",
    }
    command = [sys.executable, "-m", "celery", "-A", "shopflow.project", "worker", "--concurrency=1", "--pool=solo"]
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        use(broker)
        jobs.enqueue(TASK)
        assert health._verdict(health._broker) == "ok"
        deadline = time.monotonic() + 90
        while not WorkerHeartbeat.objects.filter(at__gte=began).exists() and worker.poll() is None:
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.2)
    finally:
        stop(worker)

    assert WorkerHeartbeat.objects.filter(at__gte=began).exists(), (tmp_path / "log").read_text()
    assert worker.returncode == 0


def test_a_refused_login_is_logged_and_breaks_nothing(broker, use, caplog):
    use(broker.replace("guest:guest", "guest:wrong"))

    jobs._send(TASK, {})

    assert "the next sweep will do the work" in caplog.text
    assert "ACCESS_REFUSED" in caplog.text
    assert health._verdict(health._broker) == "unreachable"
