"""Kills sending workers at each point of the send sequence and prints how often their mails arrived.

Each victim is a fork of a process that has everything loaded, and the survivors clear up after a round of victims, so
that a kill costs a fork and a connection. Run by ``tests/mailing/test_crashes.py`` in a process of its own:
``python -m tests.services.mail_crashes KILLS RECORD`` with the database, ``EMAIL_URL`` of the recording sink and a
movable clock in the environment.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

GROUP = 5


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


def _nth(count: int, holder: Any, name: str, deadly: Callable[..., Any]) -> None:
    """Let ``name`` work ``count - 1`` times and then be ``deadly``."""
    real, left = getattr(holder, name), [count]

    def work(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        return real(*args, **kwargs) if left[0] else deadly(*args, **kwargs)

    setattr(holder, name, work)


def points() -> dict[str, Callable[[], None]]:
    """How to die at each point, in the order of the sequence."""
    import smtplib

    from shopflow.mailing import transport
    from shopflow.mailing.services import sending

    return {
        "claimed": lambda: _before(sending, "_send_group"),
        "built": lambda: _after(sending.mail_system, "build"),
        "before the commit of submitting": lambda: _after(sending, "refusals"),
        "submitting": lambda: _before(transport.Transport, "submit"),
        "envelope": lambda: _before(smtplib.SMTP, "data"),
        "body": lambda: setattr(smtplib.SMTP, "data", _body_without_answer),
        "taken": lambda: _after(transport.Transport, "submit"),
        "before the commit of accepted": lambda: _before(sending, "announce_sent"),
        "accepted": lambda: _after(sending, "_accepted"),
    }


def group_points() -> dict[str, Callable[[], None]]:
    """How to die among GROUP messages of advertising that leave together."""
    import smtplib

    from shopflow.mailing import transport
    from shopflow.mailing.services import progress, sending

    return {
        "before the third": lambda: _nth(3, progress.Progress, "reach", die),
        "third submitting": lambda: _nth(3, transport.Transport, "submit", die),
        "third body": lambda: _nth(3, smtplib.SMTP, "data", _body_without_answer),
        "all taken": lambda: _before(sending, "_accepted"),
        "all accepted": lambda: _after(sending, "_accepted"),
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


def _victim(arm: Callable[[], None]) -> int:
    """Start a worker that dies where ``arm`` has laid the mine; return the signal that ended it."""
    from shopflow.mailing.services import send_due

    def work() -> None:
        arm()
        send_due()

    _pid, status = os.waitpid(_fork(work), 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def end_leases(at: Any) -> None:
    """Have the leases of all messages, and of the groups in which they leave, end ``at`` that moment."""
    from shopflow.mailing.models import HandOver, Message

    Message.objects.exclude(lease_until=None).update(lease_until=at)
    HandOver.objects.update(lease_until=at)


def _survivors(count: int) -> None:
    """Let ``count`` workers at once find what the dead ones left, now and as the quarter of an hour passes."""
    from django.utils import timezone

    from shopflow.core import clock
    from shopflow.mailing.services import send_all_due

    end_leases(timezone.now() - timedelta(seconds=1))
    for _round in range(2):
        workers = [_fork(send_all_due) for _number in range(count - 1)]
        send_all_due()
        for worker in workers:
            os.waitpid(worker, 0)
        clock.move_forward(timedelta(minutes=16))


def _queue(name: str, mail_class: str) -> str:
    """Write a mail and return its Message-ID."""
    from shopflow.contracts.mail import MailClass
    from shopflow.mailing.services import queue_rendered

    basis = {"purpose": "newsletter", "basis": "crash_permitted"} if mail_class == "advertising" else {}
    message = queue_rendered(
        dedupe_key=f"crash:{os.getpid()}:{name}",
        template="crash",
        to=f"kunde@firma{name}.example.org",
        subject="Test",
        text="Test",
        html="<p>Test</p>",
        mail_class=MailClass(mail_class),
        **basis,
    )
    return message.message_id


def _round(number: int, workers: int) -> list[dict[str, Any]]:
    """Kill once at each point for each class, and once within a group; then let others clear up."""
    plans = [
        (point, mail_class, 1, arm)
        for point, arm in points().items()
        for mail_class in ("advertising", "transactional", "legal")
    ]
    plans += [(point, "advertising", GROUP, arm) for point, arm in group_points().items()]
    killed: list[dict[str, Any]] = []
    for place, (point, mail_class, count, arm) in enumerate(plans):
        names = [_queue(f"{number}-{place}-{position}", mail_class) for position in range(count)]
        ended_by = _victim(arm)
        about = {"point": point, "class": mail_class, "signal": ended_by}
        killed += [{**about, "id": name, "position": position} for position, name in enumerate(names)]
    _survivors(workers)
    return killed


def main(kills: int, record: Path) -> None:
    import django

    django.setup()
    from django.contrib.auth.models import AnonymousUser
    from django.db import connection

    from shopflow.contracts.mail import BasisVerdict, LegalBasis, legal_bases
    from shopflow.mailing.models import Message
    from shopflow.mailing.services import save_limits, sending

    @legal_bases.register
    class Permitted(LegalBasis):
        code = "crash_permitted"
        label = "Permitted"

        def holds(self, *, email: str, purpose: str) -> BasisVerdict:
            return BasisVerdict(True)

    sending.LONGEST_GROUP = 600.0  # on a busy machine a group would be divided, and its deaths would mean another thing
    save_limits(in_all=0, each=0, domains=[], actor=AnonymousUser())
    workers = 1 if connection.vendor == "sqlite" else 3
    found = [kill for number in range(kills) for kill in _round(number, workers)]
    time.sleep(0.2)
    arrived = Counter(record.read_text(encoding="utf-8").split() if record.exists() else [])
    states = dict(Message.objects.values_list("message_id", "state"))
    for kill in found:
        kill["arrived"], kill["state"] = arrived[kill["id"]], states[kill["id"]]
    print(json.dumps({"kills": found, "arrived": arrived.total()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
