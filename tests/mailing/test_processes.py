"""Sending from real processes: two at once, and one that is slower than its lease."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from shopflow.core import clock
from shopflow.mailing.models import Message
from shopflow.mailing.services import recover_lost, send_due

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
SEND = "import django; django.setup(); from shopflow.mailing.services import send_due\nwhile send_due(limit=3): pass"


def start(database: str, port: int, tmp_path: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shopflow.project.settings",
        "DATABASE_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "SHOPFLOW_DATA": str(tmp_path),
        "SHOPFLOW_MOVABLE_CLOCK": "1",
    }
    return subprocess.Popen([sys.executable, "-c", SEND], cwd=ROOT, env=environment)


def states(database: str) -> Counter[str]:
    if connection.vendor != "sqlite":
        return Counter(Message.objects.values_list("state", flat=True))
    import sqlite3

    with sqlite3.connect(database.removeprefix("sqlite:///")) as copy:
        return Counter(row[0] for row in copy.execute("SELECT state FROM shopflow_mailing_message"))


def test_two_senders_send_each_mail_once(letter, smtp, database, tmp_path):
    for number in range(40):
        letter(f"m{number}", to=f"kunde{number}@example.org")
    address = database()

    senders = [start(address, smtp.port, tmp_path) for _ in range(2)]
    for sender in senders:
        assert sender.wait(timeout=120) == 0

    assert Counter(mail["To"] for mail in smtp.messages) == {f"kunde{number}@example.org": 1 for number in range(40)}
    assert states(address) == {"accepted": 40}


def test_a_slow_worker_whose_lease_ran_out_still_reports_what_it_did(letter, smtp, monkeypatch):
    """The answer comes after another worker has given the message up as unknown: it counts all the same."""
    from shopflow.mailing import transport

    message = letter()
    real = transport.Transport.submit

    def slow(self: Any, built: Any) -> str:
        Message.objects.filter(pk=message.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        assert recover_lost() == 1
        return real(self, built)

    monkeypatch.setattr(transport.Transport, "submit", slow)
    began = time.monotonic()
    send_due()
    clock.move_forward(timedelta(hours=1))
    send_due()

    message.refresh_from_db()
    assert (message.state, message.due_at) == ("accepted", None)
    assert len(smtp.messages) == 1
    assert time.monotonic() - began < 10
