"""A broker that is out of reach costs time and nothing else; a mistake of our own is not hidden."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from celery import Celery
from kombu.exceptions import EncodeError

from shopflow.core import jobs
from shopflow.project import broker
from tests.services.processes import free_port

TASK = "shopflow.core.heartbeat"


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Celery]:
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)  # Celery prefers it to its own settings
    with closing(Celery("of-this-test", set_as_current=False)) as made:
        monkeypatch.setattr(jobs, "current_app", made)
        yield made


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_a_broker_that_is_away_is_logged(app, scheme, caplog):
    app.conf.broker_url = f"{scheme}://127.0.0.1:{free_port()}"

    jobs._send(TASK, {})

    assert "the next sweep will do the work" in caplog.text


def test_a_folder_that_cannot_be_written_is_logged(app, caplog, tmp_path: Path):
    folder = tmp_path / "queue"
    folder.mkdir()
    app.conf.broker_url = f"{broker.SCHEME}://localhost/"
    app.conf.broker_transport_options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(tmp_path / "gone"),
        "control_folder": str(tmp_path),
    }

    jobs._send(TASK, {})

    assert "Cannot write the message" in caplog.text


def test_what_cannot_be_sent_at_all_is_a_mistake(app):
    app.conf.broker_url = "memory://"

    with pytest.raises(EncodeError):
        jobs._send("of-this-test.no-task-of-ours", {"order": object()})
