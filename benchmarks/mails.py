"""``python -m benchmarks.mails [COUNT]``: what our mail pipeline costs beside bare sending over one connection.

Both send the same HTML to the same SMTP server on loopback, a process of its own. Bare: render the parsed
template, build the mail, hand it over. Ours: queue (row, rendering, styles), claim, gates, commit submitting, hand
over, commit accepted with its event. “queueing” is as automations do it, many mails in one transaction; “queueing
alone” is one transaction for each mail. Only the ratios mean something; processor time is what other work on the
machine disturbs least. Needs ``DATABASE_URL`` of an empty database, or uses SQLite in a temporary folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.automations import server_time

ROOT = Path(__file__).resolve().parent.parent
Spent = tuple[float, float, float]
TEMPLATE = "cart_reminder_1"
ROUNDS = 3
TOGETHER = 500
"""The automations' batch."""


def main(count: int) -> int:
    from tests.services.processes import free_port

    port = free_port()
    with tempfile.TemporaryDirectory(prefix="shopflow-mails-") as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/mails.sqlite3")
        os.environ |= {"SHOPFLOW_DATA": folder, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "shopflow.project.settings",
            "CELERY_BROKER_URL": "memory://localhost/",
        }
        command = [sys.executable, "-m", "tests.services.recording_sink", str(port), f"{folder}/record"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as sink:
            assert sink.stdout is not None
            sink.stdout.readline()
            try:
                measure(count)
            finally:
                sink.terminate()
    return 0


def measure(count: int) -> None:
    """Print mails per second and processor time of both, and their ratios."""
    import django

    django.setup()
    from benchmarks import flow_mails
    from benchmarks.automations import _create_tables
    from shopflow.core.models import Seller
    from shopflow.mailing.models import SendingLimit

    _create_tables()
    Seller.objects.update_or_create(pk=1, defaults={"name": "Autohaus Muster GmbH", "email": "shop@example.org"})
    for domain in (SendingLimit.ALL, SendingLimit.EACH):
        SendingLimit.objects.update_or_create(domain=domain, defaults={"per_minute": 0})
    basis = _permit()
    version = flow_mails.prepare()
    names = ("bare", "flow", "writing", "leaving", "ours", "queueing", "sending", "queueing alone")
    found: dict[str, list[Spent]] = {name: [] for name in names}
    for number in range(ROUNDS + 1):
        flow_mails.fill(version, count, number, _context())
        times = {
            "bare": _timed(lambda: _bare(count)),
            "writing": _timed(lambda: flow_mails.write(count)),
            "leaving": _timed(lambda: _send(count)),
            "queueing": _timed(lambda number=number: _queue_together(count, number, basis)),  # type: ignore[misc]
            "sending": _timed(lambda: _send(count)),
            "queueing alone": _timed(lambda number=number: _queue(range(count), number, basis, "alone")),  # type: ignore[misc]
        }
        _send(count)
        times["ours"] = _sum(times["queueing"], times["sending"])
        times["flow"] = _sum(times["writing"], times["leaving"])
        for name in names if number else ():  # the first round warms caches
            found[name].append(times[name])
    best = {name: tuple(min(column) for column in zip(*told, strict=True)) for name, told in found.items()}
    _print(count, best)


def _sum(one: Spent, other: Spent) -> Spent:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _print(count: int, best: Mapping[str, tuple[float, ...]]) -> None:
    from django.db import connection

    print(f"{connection.vendor}, {count} mails, best of {ROUNDS}")
    print(f"{'':16}{'mails/s':>10}{'cpu ms':>10}{'with server':>13}{'x speed':>10}{'x cpu':>8}{'x both':>8}")
    bare = best["bare"]
    for name, (wall, cpu, both) in best.items():
        print(
            f"{name:16}{count / wall:>10.0f}{cpu / count * 1000:>10.2f}{both / count * 1000:>13.2f}"
            f"{bare[0] / wall:>10.2f}{bare[1] / cpu:>8.2f}{bare[2] / both:>8.2f}"
        )


def _permit() -> str:
    from shopflow.contracts.mail import BasisVerdict, LegalBasis, legal_bases

    @legal_bases.register
    class Permitted(LegalBasis):
        code = "bench_permitted"
        label = "Permitted"

        def holds(self, *, email: str, purpose: str) -> BasisVerdict:
            return BasisVerdict(True)

    return Permitted.code


def _timed(work: Callable[[], None]) -> Spent:
    """Seconds on the clock, of this process, and of this process with its database server's, that ``work`` takes."""
    wall, cpu, server = time.perf_counter(), time.process_time(), server_time()
    work()
    own = time.process_time() - cpu
    return time.perf_counter() - wall, own, own + server_time() - server


def _context() -> dict[str, Any]:
    from shopflow.mailing.texts.samples import sample

    return {**sample(TEMPLATE), "lines": [{"quantity": 1, "title": f"Bremsscheibe {number}"} for number in range(5)]}


def _bare(count: int) -> None:
    from django.core.mail import EmailMultiAlternatives, get_connection
    from django.template.loader import get_template
    from django.utils import translation

    from shopflow.contracts.mail import MailClass
    from shopflow.mailing.composing import shared_context

    html, text = get_template(f"mail/{TEMPLATE}/body.html"), get_template(f"mail/{TEMPLATE}/body.txt")
    context = {**shared_context(mail_class=MailClass.ADVERTISING), **_context(), "subject": "Ihr Warenkorb"}
    line = get_connection("django.core.mail.backends.smtp.EmailBackend")
    line.open()
    with translation.override("de"):
        for number in range(count):
            mail = EmailMultiAlternatives(
                "Ihr Warenkorb",
                text.render(context),
                "shop@example.org",
                [f"kunde{number}@example.org"],
                connection=line,
            )
            mail.attach_alternative(html.render(context), "text/html")
            mail.send()
    line.close()


def _queue_together(count: int, number: int, basis: str) -> None:
    from django.db import transaction

    from shopflow.mailing.services import expect_new, written_together

    for first in range(0, count, TOGETHER):
        with transaction.atomic(), written_together():
            for position in range(first, min(first + TOGETHER, count)):
                expect_new(_key("together", number, position))  # the automations' gate has looked
            _queue(range(first, min(first + TOGETHER, count)), number, basis, "together")


def _key(kind: str, number: int, position: int) -> str:
    return f"bench:{os.getpid()}:{kind}:{number}:{position}"


def _queue(positions: range, number: int, basis: str, kind: str) -> None:
    from shopflow.contracts.mail import MailClass
    from shopflow.mailing.services import queue_message

    context = _context()
    for position in positions:
        queue_message(
            dedupe_key=_key(kind, number, position),
            template=TEMPLATE,
            to=f"kunde{position}@example.org",
            context=context,
            mail_class=MailClass.ADVERTISING,
            purpose="newsletter",
            basis=basis,
        )


def _send(count: int) -> None:
    from shopflow.mailing.services import send_all_due

    sent = send_all_due()
    if sent < count:  # what takes too long goes back and is looked at once more
        raise RuntimeError(f"{sent} instead of {count} mails went out.")


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
