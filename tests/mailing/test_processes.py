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

from shopflow.audience.models import Consent
from shopflow.audience.services import withdraw_consent
from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.mailing.models import Message
from shopflow.mailing.services import queue_rendered, recover_lost, send_due

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


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="several workers need PostgreSQL")
def test_i02_three_workers_send_nothing_whose_consent_was_gone_when_they_asked(seller, sink, database, tmp_path):
    """Of sixty people twenty withdraw before the workers begin, and twenty while they work."""
    people = [f"kunde{number}@example.org" for number in range(60)]
    agreed = {"purpose": "newsletter", "state": Consent.State.GRANTED, "since": clock.now()}
    Consent.objects.bulk_create(Consent(email=email, **agreed) for email in people)
    names = {email: _advert(email) for email in people}
    log, go, gone = tmp_path / "asked", tmp_path / "go", {}
    port, record = sink
    workers = [_asker(database(), port, tmp_path, log, go) for _number in range(3)]
    for worker in workers:
        assert worker.stdout.readline() == b"ready\n"
    for number, email in enumerate(people[::-1][:40]):
        if number == 20:
            go.touch()
        withdraw_consent(email=email, purpose="newsletter", source="test")
        gone[email] = time.time()
    assert [worker.wait(timeout=240) for worker in workers] == [0, 0, 0]

    arrived = Counter(record.read_text().split())
    got = {email for email, name in names.items() if arrived[name]}
    asked = [line.split() for line in log.read_text().splitlines()]
    assert set(arrived.values()) == {1}
    assert set(people[:20]) <= got <= set(people[:40]), "those who agreed, and none who had withdrawn before"
    for email in got:
        moments = [float(began) for _worker, began, of, held in asked if of == email and held == "True"]
        assert moments
        assert max(moments) <= gone.get(email, max(moments)), email
    states = dict(Message.objects.values_list("to_email", "state"))
    assert {email for email, state in states.items() if state == "accepted"} == got
    assert {states[email] for email in people if email not in got} == {"skipped"}
    assert len({worker for worker, _began, _of, _held in asked}) > 1, "one alone has done it all"


def _advert(email: str) -> str:
    message = queue_rendered(
        dedupe_key=f"i02:{email}", template="news", to=email, subject="Neues", text="Neues",
        mail_class=MailClass.ADVERTISING, purpose="newsletter", basis="consent",
    )  # fmt: skip
    return message.message_id


def _asker(database: str, port: int, folder: Path, log: Path, go: Path) -> Any:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shopflow.project.settings",
        "DATABASE_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "SHOPFLOW_DATA": str(folder),
        "CELERY_BROKER_URL": "memory://localhost/",
    }
    command = [sys.executable, "-m", "tests.services.basis_worker", str(log), str(go)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
