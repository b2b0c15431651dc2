"""``python -m benchmarks.dry_runs [--events N ...]``: replaying a history beside living through it.

Orders of thirty days, one after the other, meet a flow that waits two days, asks a condition and tells the staff.
Living is what the workers do with some of the same events: each is handled in a transaction of its own, and then the
runs that are due are worked on in batches. A replay may not do that: its clock goes from one thing to the next. Only
the ratio of the processor times means something. Memory is the most that the process has ever held; it must not grow
with history.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
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
SAMPLE = 2000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dry_runs", description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[10_000, 100_000])
    chosen = parser.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        print("The measurements need PostgreSQL: run it with “python -m tests.services”.", file=sys.stderr)
        return 1
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    os.environ.setdefault("CELERY_BROKER_URL", "memory://localhost/")
    import django

    django.setup()
    from benchmarks.automations import _create_tables

    _create_tables()
    print("  events   replay: cpu s  cpu ms/event  peak MB   life: cpu ms/event   ratio   would have done")
    for count in chosen.events:
        _measure(count)
    return 0


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

    from shopflow.automations.models import Flow, FlowVersion
    from shopflow.automations.services.flows import fingerprint
    from shopflow.core import clock

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE shopflow_automations_flow, shopflow_core_outboxevent, shopflow_automations_sendingminute,"
            " shopflow_mailing_message CASCADE"
        )
    before = clock.now() - timedelta(days=DAYS + 2)
    flow = Flow.objects.create(code="replayed", name="replayed", enabled=True)
    version = FlowVersion.objects.create(
        flow=flow, number=1, definition=FLOW, sha256=fingerprint(FLOW), trigger_event="order_placed", source="staff",
        created_at=before,
    )  # fmt: skip
    Flow.objects.filter(pk=flow.pk).update(active_version=version)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO shopflow_core_outboxevent (uuid, code, payload, source_key, cause_depth, causes, occurred_at)
               SELECT gen_random_uuid(), 'order_placed', jsonb_build_object(
                   'order_id', n, 'order_number', n::text, 'email', 'p' || n || '@example.org', 'user_id', NULL,
                   'basket_id', NULL, 'payment_method', 'bank_transfer', 'total_cents', mod(n, 200) * 100),
                   'order:' || n, 0, '[]', now() - interval '1 day' * %s * (1 - n::float / %s)
               FROM generate_series(1, %s) n ORDER BY n""",
            [DAYS, count, count],
        )
        cursor.execute(
            """INSERT INTO shopflow_core_outboxdelivery
                   (event_id, subscriber, state, attempts, due_at, last_error, done_at)
               SELECT id, 'automations', 'done', 1, occurred_at, '', occurred_at
               FROM shopflow_core_outboxevent ORDER BY id"""
        )
        cursor.execute("VACUUM ANALYZE shopflow_core_outboxevent")
        cursor.execute("VACUUM ANALYZE shopflow_core_outboxdelivery")
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
