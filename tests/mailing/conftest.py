from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from shopflow.contracts.mail import BasisVerdict, LegalBasis, MailClass, legal_bases
from shopflow.core import clock
from shopflow.mailing.links import unsubscribe_url
from shopflow.mailing.models import Message
from shopflow.mailing.services import queue_message, queue_rendered, send_due
from tests.mailing.clicking import BRAKES, EMAIL, FOREIGN, KEPT_BARE, SITE, Agreeing, doors, escape
from tests.services.mail_sink import MailSink
from tests.services.processes import free_port

ROOT = Path(__file__).resolve().parents[2]


class Permitted(LegalBasis):
    code = "test_permitted"
    label = "Permitted"
    answers = True
    asked: list[tuple[str, str]] = []

    def holds(self, *, email: str, purpose: str) -> BasisVerdict:
        self.asked.append((email, purpose))
        return BasisVerdict(self.answers, "" if self.answers else "The person has said no.")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a group would be divided, and a test would mean another thing."""
    from shopflow.mailing.services import sending

    monkeypatch.setattr(sending, "LONGEST_GROUP", 600.0)


@pytest.fixture
def permitted() -> Iterator[type[Permitted]]:
    Permitted.answers = True
    Permitted.asked = []
    with legal_bases.registered(Permitted):
        yield Permitted


@pytest.fixture
def smtp(settings: Any, mail_sink: MailSink) -> MailSink:
    """Send through a real SMTP server on loopback."""
    settings.SHOPFLOW_MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mail_sink.port, 5
    return mail_sink


@pytest.fixture
def letter(seller: Any) -> Any:
    """``letter(key, **changes)`` queues a mail."""

    def queue(key: str = "letter:1", **changes: Any) -> Any:
        given = {
            "dedupe_key": key,
            "template": "consent_confirm",
            "to": "Kunde@Example.org",
            "context": {"email": "kunde@example.org", "confirm_url": "https://shop.example.org/x"},
            "mail_class": MailClass.TRANSACTIONAL,
            "reference": "100001",
        }
        return queue_message(**{**given, **changes})

    return queue


@pytest.fixture
def advert(letter: Any, permitted: Any) -> Any:
    """``advert(key)`` queues an advertising mail for the purpose ``newsletter``."""

    def queue(key: str = "advert:1", **changes: Any) -> Any:
        given = {"mail_class": MailClass.ADVERTISING, "purpose": "newsletter", "basis": "test_permitted"}
        return letter(key, **{**given, **changes})

    return queue


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


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A recording SMTP server in a process of its own: its port and the file of the Message-IDs that arrived."""
    port, record = free_port(), tmp_path / "record"
    command = [sys.executable, "-m", "tests.services.recording_sink", str(port), str(record)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        yield port, record
        server.terminate()


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[type[Agreeing]]:
    """Who agrees to being counted."""
    settings.SITE_URL = SITE
    monkeypatch.setattr(Agreeing, "people", {EMAIL})
    monkeypatch.setattr(Agreeing, "questions", [])
    with legal_bases.without("consent"), legal_bases.registered(Agreeing):
        yield Agreeing


@pytest.fixture
def news(permitted: Any, seller: Any, ledger: Any) -> Any:
    """``news(key)`` queues advertising with links of every kind in both parts."""

    def queue(key: str = "news:1", *, links: list[str] | None = None, **changes: Any) -> Any:
        leave = unsubscribe_url(key)
        found = links or [
            f"{SITE}{BRAKES}",
            f"{SITE}/suche/",
            *(f"{SITE}{path}" for path in KEPT_BARE),
            *FOREIGN,
            leave,
        ]
        given = {
            "dedupe_key": key,
            "template": "newsletter",
            "to": EMAIL,
            "subject": "Bremsen",
            "html": "<p>"
            + " ".join(f'<a class="btn" href="{escape(a)}" title="a > b">Los</a>' for a in found)
            + "</p>",
            "text": "\n".join(f"Los: {address}." for address in found) + "\n",
            "mail_class": MailClass.ADVERTISING,
            "purpose": "newsletter",
            "basis": "test_permitted",
        }
        return queue_rendered(**{**given, **changes})

    return queue


@pytest.fixture
def sent(news: Any, smtp: MailSink) -> Any:
    """``sent()`` is a message that left half an hour ago, and its counted addresses."""

    def go(key: str = "news:1", **changes: Any) -> Any:
        message = news(key, **changes)
        send_due()
        Message.objects.filter(pk=message.pk).update(accepted_at=clock.now() - timedelta(minutes=30))
        message.refresh_from_db()
        return message, doors(smtp.messages[-1])

    return go
