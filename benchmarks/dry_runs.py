"""``python -m benchmarks.dry_runs [--events N ...]``: replaying a history beside living through it.

Orders of thirty days, one after the other, meet a flow that waits two days, asks a condition and tells the staff.
Living is what the workers do with some of the same events: each is handled in a transaction of its own, and then the
runs that are due are worked on in batches. A replay may not do that: its clock goes from one thing to the next. Only
the ratio of the processor times means something. Memory is the most that the process has ever held; it must not grow
with history. On SQLite in a temporary folder, or on PostgreSQL if ``DATABASE_URL`` names an empty database.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

FLOW = {
    "schema": 2,
    "trigger": {"event": "order_placed"},
    "entry_key": "{order_number}",
    "exits": [{"event": "order_cancelled", "match": ["order_number"]}],
    "steps": [
        {"id": "pause", "kind": "wait", "for": {"days": 2}},
        {"id": "ask", "kind": "condition", "ask": {"field": "total_cents", "op": "at_least", "value": 10000},
         "else": "stop"},
        {"id": "tell", "kind": "action", "action": "notify_staff", "settings": {
            "to": "teile@example.org", "subject": "{order_number}", "text": "{email}"}},
    ],
}  # fmt: skip
DAYS = 30
SAMPLE, MANY = 2000, 5000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dry_runs", description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[10_000, 100_000])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shopflow-dry-runs-") as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/dry_runs.sqlite3")
        _measure_all(chosen.events)
    return 0


def _measure_all(sizes: Sequence[int]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    os.environ.setdefault("CELERY_BROKER_URL", "memory://localhost/")
    import django

    django.setup()
    from benchmarks.automations import _create_tables

    _create_tables()
    print("  events   replay: cpu s  cpu ms/event  peak MB   life: cpu ms/event   ratio   would have done")
    for count in sizes:
        _measure(count)


def _measure(count: int) -> None:
    from shopflow.automations.models import DryRun
    from shopflow.automations.services.dry_runs import execute_dry_run, start_dry_run
    from shopflow.core import clock

    flow = _fill(count)
    now = clock.now()
    dry_run = start_dry_run(flow=flow, since=now - timedelta(days=DAYS + 1), until=now, actor=None)
    replay = _spent(lambda: execute_dry_run(dry_run_id=dry_run.pk))
    dry_run.refresh_from_db()
    if dry_run.state != DryRun.State.DONE:
        raise SystemExit(dry_run.error)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sample = min(SAMPLE, count)
    life = _spent(lambda: _live(flow, sample))
    costs = 1000 * replay / count, 1000 * life / sample
    done = dry_run.lines.filter(outcome="done").count()
    print(
        f"{count:>8} {replay:>15.1f} {costs[0]:>13.2f} {peak:>8} {costs[1]:>20.2f} {costs[1] / costs[0]:>7.2f}"
        f" {done:>17}",
        flush=True,
    )


def _spent(work: Callable[[], Any]) -> float:
    """Seconds of processor time of this process and its server."""
    from benchmarks.automations import server_time

    own, server = time.process_time(), server_time()
    work()
    return time.process_time() - own + server_time() - server


def _fill(count: int) -> Any:
    from django.db import connection

    from shopflow.automations.models import DryRun, Flow, FlowVersion, Run, SendingMinute
    from shopflow.automations.services.flows import fingerprint
    from shopflow.core import clock
    from shopflow.core.models import OutboxDelivery, OutboxEvent
    from shopflow.mailing.models import Message

    for model in (SendingMinute, Message, Run, OutboxDelivery, OutboxEvent, DryRun, FlowVersion, Flow):
        if model is FlowVersion:
            Flow.objects.update(active_version=None)
        model.objects.all().delete()
    before = clock.now() - timedelta(days=DAYS + 2)
    flow = Flow.objects.create(code="replayed", name="replayed", enabled=True)
    version = FlowVersion.objects.create(
        flow=flow, number=1, definition=FLOW, sha256=fingerprint(FLOW), trigger_event="order_placed", source="staff",
        created_at=before,
    )  # fmt: skip
    Flow.objects.filter(pk=flow.pk).update(active_version=version)
    now = clock.now()
    for first in range(1, count + 1, MANY):
        made = OutboxEvent.objects.bulk_create(
            OutboxEvent(
                code="order_placed", source_key=f"order:{n}", occurred_at=now - timedelta(days=DAYS * (1 - n / count)),
                payload={
                    "order_id": n, "order_number": str(n), "email": f"p{n}@example.org", "user_id": None,
                    "basket_id": None, "payment_method": "bank_transfer", "total_cents": n % 200 * 100,
                },
            )
            for n in range(first, min(first + MANY, count + 1))
        )  # fmt: skip
        OutboxDelivery.objects.bulk_create(
            OutboxDelivery(
                event=event, subscriber="automations", state="done", attempts=1, due_at=event.occurred_at,
                done_at=event.occurred_at,
            )
            for event in made
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    flow.refresh_from_db()
    return flow


def _live(flow: Any, count: int) -> None:
    """What the workers do with the first ``count`` events."""
    from django.db import transaction

    from shopflow.automations.models import Run
    from shopflow.automations.services import run_due
    from shopflow.automations.services.entries import handle_event
    from shopflow.contracts.events import PublishedEvent, events
    from shopflow.core import clock
    from shopflow.core.models import OutboxEvent

    for row in OutboxEvent.objects.order_by("pk")[:count]:
        event = events.get(row.code).restore(row.payload)
        with transaction.atomic():
            handle_event(published=PublishedEvent(id=row.pk, occurred_at=row.occurred_at, event=event))
    while run_due():
        pass
    Run.objects.filter(flow=flow, state=Run.State.WAITING).update(due_at=clock.now())
    while run_due():
        pass


if __name__ == "__main__":
    sys.exit(main())
