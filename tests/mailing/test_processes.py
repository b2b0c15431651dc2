"""Sending from real processes: two at once, and one that is killed with a mail half handed over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.utils import timezone

from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.mailing.models import Message
from shopflow.mailing.services import recover_lost, send_due
from tests.services.processes import free_port

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
SEND = "import django; django.setup(); from shopflow.mailing.services import send_due\nwhile send_due(limit=3): pass"


@pytest.fixture
def database(tmp_path: Path) -> Any:
    """``database()`` gives what is committed here to other processes, as a database address."""

    def address() -> str:
        given = connection.settings_dict
        if connection.vendor != "sqlite":
            host, port = given["HOST"], given["PORT"]
            login = f"{given['USER']}:{given['PASSWORD']}"
            return f"postgres://{login}@/{given['NAME']}?host={host}&port={port}"
        copy = tmp_path / "copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        return f"sqlite:///{copy}"

    return address


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


class Stuck:
    """Takes a body and never answers."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.arrived = threading.Event()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        import asyncio

        self.bodies.append(envelope.content)
        self.arrived.set()
        await asyncio.sleep(60)
        return "250 OK"


@pytest.mark.parametrize(
    ("mail_class", "states_then", "sent_again_after"),
    [
        (MailClass.ADVERTISING, "unknown", None),
        (MailClass.TRANSACTIONAL, "unknown", timedelta(minutes=15)),
        (MailClass.LEGAL, "unknown", timedelta()),
    ],
)
def test_a_killed_sender(letter, advert, smtp, database, tmp_path, mail_class, states_then, sent_again_after):
    message = advert() if mail_class == MailClass.ADVERTISING else letter(mail_class=mail_class)
    if mail_class == MailClass.ADVERTISING:
        # the other process knows no basis of this test: let it start from the moment after the gate
        Message.objects.filter(pk=message.pk).update(mail_class=MailClass.TRANSACTIONAL)
    address = database()
    stuck = Stuck()
    controller = Controller(stuck, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        sender = start(address, controller.port, tmp_path)
        assert stuck.arrived.wait(timeout=60)
        sender.send_signal(signal.SIGKILL)
        sender.wait(timeout=10)
    finally:
        controller.stop()
    assert states(address) == {"submitting": 1}
    assert len(stuck.bodies) == 1

    Message.objects.filter(pk=message.pk).update(
        state="submitting", attempts=1, mail_class=mail_class, lease_until=timezone.now() - timedelta(seconds=1)
    )
    assert recover_lost() == 1
    message.refresh_from_db()
    assert message.state == states_then

    clock.move_forward(timedelta(minutes=14))
    send_due()
    assert len(smtp.messages) == (1 if sent_again_after == timedelta() else 0)
    clock.move_forward(timedelta(days=1))
    send_due()
    assert len(smtp.messages) == (0 if sent_again_after is None else 1)
    if smtp.messages:
        assert smtp.messages[0]["Message-ID"] == message.message_id
        assert message.message_id.encode() in stuck.bodies[0]


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
