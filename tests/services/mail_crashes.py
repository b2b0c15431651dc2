"""Kills a sending worker at each point of the send sequence and prints how often the mail arrived.

Run by ``tests/mailing/test_crashes.py`` in a process of its own, because each victim is a fork of it:
``python -m tests.services.mail_crashes KILLS RECORD`` with the database, ``EMAIL_URL`` of the recording sink and a
movable clock in the environment.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any


def die(*args: Any, **kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _before(holder: Any, name: str) -> None:
    setattr(holder, name, die)


def _after(holder: Any, name: str) -> None:
    real = getattr(holder, name)

    def act_and_die(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        die()

    setattr(holder, name, act_and_die)


def _body_without_answer(self: Any, msg: Any) -> None:
    """As ``smtplib.SMTP.data``, up to the dot."""
    import smtplib

    self.putcmd("data")
    self.getreply()
    quoted = smtplib._quote_periods(smtplib._fix_eols(msg).encode() if isinstance(msg, str) else msg)
    self.send(quoted + (b"" if quoted.endswith(b"\r\n") else b"\r\n") + b".\r\n")
    die()


def points() -> dict[str, Callable[[], None]]:
    """How to die at each point, in the order of the sequence."""
    import smtplib

    from shopflow.mailing import transport
    from shopflow.mailing.services import sending

    return {
        "claimed": lambda: _before(sending, "_send_claimed"),
        "built": lambda: _after(sending.mail_system, "build"),
        "before the commit of submitting": lambda: _after(sending, "refusal"),
        "submitting": lambda: _before(transport.Transport, "submit"),
        "envelope": lambda: _before(smtplib.SMTP, "data"),
        "body": lambda: setattr(smtplib.SMTP, "data", _body_without_answer),
        "taken": lambda: _after(transport.Transport, "submit"),
        "before the commit of accepted": lambda: _before(sending, "announce_sent"),
        "accepted": lambda: _after(sending, "_accepted"),
    }


def _fork(work: Callable[[], Any]) -> int:
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child:
        return child
    work()
    connections.close_all()
    os._exit(0)


def _victim(point: str) -> int:
    """Start a worker that dies at ``point``; return the signal that ended it."""
    from shopflow.mailing.services import send_due

    def work() -> None:
        points()[point]()
        send_due()

    _pid, status = os.waitpid(_fork(work), 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _survivors(count: int) -> None:
    """Let ``count`` workers at once find what the dead one left, now and as the quarter of an hour passes."""
    from django.utils import timezone

    from shopflow.core import clock
    from shopflow.mailing.models import Message
    from shopflow.mailing.services import send_due

    Message.objects.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(seconds=1))
    for _round in range(2):
        workers = [_fork(send_due) for _number in range(count - 1)]
        send_due()
        for worker in workers:
            os.waitpid(worker, 0)
        clock.move_forward(timedelta(minutes=16))


def _kill(number: int, point: str, mail_class: str, workers: int) -> dict[str, Any]:
    from shopflow.contracts.mail import MailClass
    from shopflow.mailing.models import Message
    from shopflow.mailing.services import queue_rendered

    basis = {"purpose": "newsletter", "basis": "crash_permitted"} if mail_class == "advertising" else {}
    message = queue_rendered(
        dedupe_key=f"crash:{os.getpid()}:{number}",
        template="crash",
        to=f"kunde{number}@firma{number}.example.org",
        subject="Test",
        text="Test",
        html="<p>Test</p>",
        mail_class=MailClass(mail_class),
        **basis,
    )
    ended_by = _victim(point)
    _survivors(workers)
    state = Message.objects.values_list("state", flat=True).get(pk=message.pk)
    return {"point": point, "class": mail_class, "id": message.message_id, "signal": ended_by, "state": state}


def main(kills: int, record: Path) -> None:
    import django

    django.setup()
    from django.contrib.auth.models import AnonymousUser
    from django.db import connection

    from shopflow.contracts.mail import BasisVerdict, LegalBasis, legal_bases
    from shopflow.mailing.services import save_limits

    @legal_bases.register
    class Permitted(LegalBasis):
        code = "crash_permitted"
        label = "Permitted"

        def holds(self, *, email: str, purpose: str) -> BasisVerdict:
            return BasisVerdict(True)

    save_limits(in_all=0, each=0, domains=[], actor=AnonymousUser())
    workers = 1 if connection.vendor == "sqlite" else 3
    found = [
        _kill(number, point, mail_class, workers)
        for number, (point, mail_class) in enumerate(
            (point, mail_class)
            for _round in range(kills)
            for point in points()
            for mail_class in ("advertising", "transactional", "legal")
        )
    ]
    time.sleep(0.2)
    arrived = record.read_text(encoding="utf-8").split() if record.exists() else []
    for kill in found:
        kill["arrived"] = arrived.count(kill["id"])
    print(json.dumps({"kills": found, "arrived": len(arrived)}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
