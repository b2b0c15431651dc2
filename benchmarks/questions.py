"""``python -m benchmarks.questions``: due steps of a flow that asks, and mails that ask again before they leave.

Runs whose wait is over are asked whether the basket is open and how many points the contact has. Later each writes a
mail that asks, when it is written and when it leaves, whether the basket is open, nothing was ordered, and consent is
there. Printed are the statements of all and the processor time of a run (server included), by how many are due. Asking
takes as many statements for any number; writing grows with transactions, of two seconds each, and leaving with groups
of fifty and a note for each mail. Needs ``DATABASE_URL`` of an empty PostgreSQL database.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

RECHECK = [
    {"condition": "basket_still_open"},
    {"condition": "ordered_since", "negate": True},
    {"condition": "has_consent", "settings": {"purpose": "newsletter"}},
]
FLOW = {
    "schema": 2,
    "trigger": {"event": "basket_idle"},
    "entry_key": "{basket_id}",
    "steps": [
        {"id": "pause", "kind": "wait", "for": {"hours": 1}},
        {"id": "open", "kind": "condition", "ask": {"condition": "basket_still_open"}, "then": "points"},
        {"id": "points", "kind": "condition", "ask": {"field": "score", "op": "at_least", "value": 0}, "then": "later"},
        {"id": "later", "kind": "wait", "for": {"hours": 1}},
        {"id": "mail", "kind": "action", "action": "send_mail", "recheck": RECHECK, "settings": {
            "template": "cart_reminder_1", "mail_class": "advertising", "purpose": "newsletter", "basis": "consent"}},
    ],
}  # fmt: skip
TURNS = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.questions", description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=[20, 200, 1000])
    chosen = parser.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        print("The measurements need PostgreSQL: run it with “python -m tests.services”.", file=sys.stderr)
        return 1
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    os.environ |= {"CELERY_BROKER_URL": "memory://localhost/", "EMAIL_URL": "dummymail://"}
    import django

    django.setup()
    from benchmarks import flow_mails
    from benchmarks.automations import _create_tables
    from shopflow.automations.models import FlowVersion
    from shopflow.automations.services.flows import fingerprint
    from shopflow.core.models import Seller
    from shopflow.mailing.models import SendingLimit

    _create_tables()
    Seller.objects.update_or_create(pk=1, defaults={"name": "Autohaus Muster GmbH", "email": "shop@example.org"})
    for domain in (SendingLimit.ALL, SendingLimit.EACH):
        SendingLimit.objects.update_or_create(domain=domain, defaults={"per_minute": 0})
    version = flow_mails.prepare()
    FlowVersion.objects.filter(pk=version.pk).update(definition=FLOW, sha256=fingerprint(FLOW))
    print("  runs   asking: SQL   cpu µs/run   writing: SQL   cpu µs/run   leaving: SQL   cpu µs/run")
    for number, runs in enumerate([10, *chosen.runs]):
        rows = [_turn(version, runs, f"{number}-{turn}") for turn in range(TURNS)]
        told = [(min(row[at][0] for row in rows), min(row[at][1] for row in rows) / runs) for at in range(3)]
        if number:  # the first warms caches
            print(f"{runs:>6}" + "".join(f"{count:>14}{1e6 * cpu:>13.0f}" for count, cpu in told), flush=True)
    return 0


def _turn(version: Any, runs: int, name: str) -> list[tuple[int, float]]:
    """Statements and seconds of asking, of writing the mails, and of their leaving."""
    from shopflow.automations.models import Run
    from shopflow.automations.services import run_due
    from shopflow.core import clock
    from shopflow.mailing.models import Message
    from shopflow.mailing.services import send_all_due

    _fill(version, runs, name)
    asking = _spent(run_due)
    Run.objects.filter(node="later", state="waiting").update(due_at=clock.now())
    found = [asking, _spent(run_due), _spent(send_all_due)]
    sent = Message.objects.filter(to_email__contains=f"@{name}.", state="accepted").count()
    if sent != runs:
        raise SystemExit(f"{sent} instead of {runs} mails have left.")
    return found


def _spent(work: Callable[[], Any]) -> tuple[int, float]:
    from django.db import connection

    from benchmarks.automations import server_time

    count = 0

    def counted(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*args)

    own, server = time.process_time(), server_time()
    with connection.execute_wrapper(counted):
        work()
    return count, time.process_time() - own + server_time() - server


def _fill(version: Any, count: int, name: str) -> None:
    """``count`` runs of open baskets whose owners have agreed, all due."""
    from django.db import connection
    from oscar.core.loading import get_model

    from benchmarks.mails import _context
    from shopflow.audience.models import Consent, Contact
    from shopflow.automations.models import Run, RunStep
    from shopflow.core import clock

    now = clock.now()
    product = get_model("catalogue", "Product")._default_manager.first() or _product()
    emails = [f"p{number}@{name}.example.org" for number in range(count)]
    model = get_model("basket", "Basket")
    baskets = model._default_manager.bulk_create(model(date_created=now) for _email in emails)
    line = get_model("basket", "Line")
    line._default_manager.bulk_create(
        line(basket=basket, product=product, quantity=1, line_reference=f"{basket.pk}", price_currency="EUR",
             stockrecord=product.stockrecords.first())
        for basket in baskets
    )  # fmt: skip
    Contact.objects.bulk_create(Contact(email=email, created_at=now, scored_at=now) for email in emails)
    Consent.objects.bulk_create(
        Consent(email=email, purpose="newsletter", state=Consent.State.GRANTED, since=now) for email in emails
    )
    words = {key: value for key, value in _context().items() if isinstance(value, str)}
    made = Run.objects.bulk_create(
        Run(
            flow_id=version.flow_id, version=version, email=email, entry_key=str(basket.pk), state="waiting",
            subject={**words, "email": email, "basket_id": basket.pk, "user_id": None}, node="pause", visit=1,
            due_at=now - timedelta(seconds=1), planned_at=now, began_at=now - timedelta(hours=2), entered_at=now,
        )
        for email, basket in zip(emails, baskets, strict=True)
    )  # fmt: skip
    RunStep.objects.bulk_create(
        RunStep(run=run, node="pause", visit=1, started_at=now, outcome="waiting") for run in made
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _product() -> Any:
    from oscar.core.loading import get_model

    kind = get_model("catalogue", "ProductClass")._default_manager.create(name="Teile")
    product = get_model("catalogue", "Product")._default_manager.create(title="Ölfilter", product_class=kind)
    partner = get_model("partner", "Partner")._default_manager.create(name="Lager")
    product.stockrecords.create(partner=partner, partner_sku="1", price=10, num_in_stock=1000)
    return product


if __name__ == "__main__":
    raise SystemExit(main())
