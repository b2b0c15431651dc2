from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from dealer_import.models import ImportRun
from dealer_import.queries.stopped import troubled
from dealer_import.services.watching import FORGOTTEN
from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.links import absolute
from shopflow.core.queries import seller
from shopflow.mailing.services import queue_message

QUIET = timedelta(hours=1)
"""However many runs are held or fail: staff get one mail in this time, which names all of them."""
DIGEST = timedelta(days=1)


def notify_staff() -> int:
    """Tell staff of held, refused and failed runs that they have not heard of; returns how many the mail names."""
    now = clock.now()
    runs = ImportRun.objects.filter(troubled(), created_at__gt=now - FORGOTTEN)
    with transaction.atomic():
        if runs.filter(notified_at__gt=now - QUIET).exists():
            return 0
        news = list(runs.filter(notified_at=None).order_by("pk"))
        if not news:
            return 0
        told = ImportRun.objects.filter(pk__in=[run.pk for run in news], notified_at=None).update(notified_at=now)
        if told == len(news):
            _send("import_trouble", news, key=f"import_trouble:{news[0].pk}")
    return len(news)


def send_digest() -> int:
    """Once a day, what was imported without trouble; at once, the first success after it. Returns how many runs."""
    now = clock.now()
    with transaction.atomic():
        done = ImportRun.objects.filter(outcome=ImportRun.Outcome.APPLIED, dry_run=False)
        news = list(done.filter(notified_at=None, created_at__gt=now - FORGOTTEN).order_by("pk")[:200])
        if done.filter(notified_at__gt=now - DIGEST).exists():
            news = [run for run in news if _follows_trouble(run)]
        if not news:
            return 0
        ImportRun.objects.filter(pk__in=[run.pk for run in news]).update(notified_at=now)
        _send("import_digest", news, key=f"import_digest:{news[0].pk}")
    return len(news)


def _follows_trouble(run: ImportRun) -> bool:
    """Whether the run before it of the same source was held, refused or failed."""
    before = ImportRun.objects.filter(source=run.source, dry_run=False, pk__lt=run.pk).first()
    bad = (ImportRun.Outcome.HELD, ImportRun.Outcome.REFUSED)
    return before is not None and (before.outcome in bad or before.state == ImportRun.State.FAILED)


def recipients() -> Sequence[str]:
    """Staff who may run imports; the shop's own address while there is nobody."""
    people = get_user_model().objects.filter(is_active=True, is_staff=True).exclude(email="")
    found = sorted({user.email for user in people if user.has_perm("dealer_import.run_import")})
    return found or [address for address in [seller().email] if address]


def _send(template: str, runs: Sequence[ImportRun], *, key: str) -> None:
    context: dict[str, Any] = {
        "runs": [{"run": run, "url": absolute(reverse("shopflow-staff:import-run", args=[run.pk]))} for run in runs]
    }
    for address in recipients():
        queue_message(
            dedupe_key=f"{key}:{address}",
            template=template,
            to=address,
            context=context,
            mail_class=MailClass.STAFF,
            reference=f"import:{runs[0].pk}",
        )
