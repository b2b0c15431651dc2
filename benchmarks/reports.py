"""``make bench-reports``: what the reports of automations cost, by how much has run.

Sixty days of runs, each with three steps and a decision, every third with a mail. Printed are the processor time of
counting everything once, of counting again while nothing but today changes, and the queries and processor time of a
report page over thirty days. Counting again must grow with a day and not with history, the page with neither.
The staff pages as a browser gets them stand in ``benchmarks.staff_pages``.
``--explain`` prints PostgreSQL's plans of the queries that count again.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

DAYS = 60
TABLES = (
    "shopflow_automations_run", "shopflow_automations_runstep", "shopflow_automations_decision",
    "shopflow_mailing_message", "shopflow_automations_dailyfigure", "shopflow_automations_reportstate",
)  # fmt: skip
STEPS = [
    {"id": "pause", "kind": "wait", "for": {"hours": 1}},
    {"id": "mail", "kind": "action", "action": "send_mail", "settings": {
        "template": "order_status_paid", "mail_class": "transactional"}},
    {"id": "later", "kind": "wait", "for": {"days": 3}},
]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--explain", action="store_true", help="print the plans of counting again")
    chosen = parser.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        print("The measurements need PostgreSQL: run “make bench-reports”.", file=sys.stderr)
        return 1
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    os.environ.setdefault("CELERY_BROKER_URL", "memory://localhost/")
    import django

    django.setup()
    from benchmarks.automations import _create_tables

    _create_tables()
    heading = "     runs   all cpu s   again cpu s   rows today   page queries   page cpu ms"
    for runs in chosen.runs:
        print(heading)
        flow = _fill(runs)
        _measure(flow, runs, explain=chosen.explain)
    return 0


def _measure(flow: Any, runs: int, *, explain: bool) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from shopflow.automations.reporting.days import Span, today
    from shopflow.automations.reporting.folding import fold
    from shopflow.automations.reporting.reports import flow_report

    everything = spent(fold)
    with CaptureQueriesContext(connection) as seen:
        again = spent(fold)
    span = Span(today() - timedelta(days=29), today())
    flow_report(flow, span)
    with CaptureQueriesContext(connection) as asked:
        page = spent(lambda: flow_report(flow, span))
    print(
        f"{runs:>9} {everything:>11.2f} {again:>13.3f} {4 * runs // DAYS:>12} {len(asked):>14} {1000 * page:>13.1f}",
        flush=True,
    )
    if explain:
        _explain([query["sql"] for query in seen.captured_queries])


def spent(work: Callable[[], Any]) -> float:
    from benchmarks.automations import _processor_time

    began = _processor_time()
    work()
    return _processor_time() - began


def _explain(statements: list[str]) -> None:
    from django.db import connection

    for sql in statements:
        if "GROUP BY" in sql:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + sql.replace("%", "%%"))
                print("\n".join(row[0] for row in cursor.fetchall()), end="\n\n")


def _fill(runs: int) -> Any:
    from django.db import connection

    from shopflow.automations.models import Flow, FlowVersion
    from shopflow.automations.services.flows import fingerprint
    from shopflow.core import clock

    definition = {"schema": 2, "trigger": {"event": "order_placed"}, "entry_key": "{n}", "steps": STEPS}
    flow, _created = Flow.objects.get_or_create(code="reported", defaults={"name": "reported", "enabled": True})
    version, _created = FlowVersion.objects.get_or_create(
        flow=flow, number=1,
        defaults={
            "definition": definition, "sha256": fingerprint(definition), "trigger_event": "order_placed",
            "source": "staff", "created_at": clock.now(),
        },
    )  # fmt: skip
    other = {**definition, "steps": STEPS[:2]}
    FlowVersion.objects.get_or_create(
        flow=flow, number=2,
        defaults={
            "definition": other, "sha256": fingerprint(other), "trigger_event": "order_placed", "source": "staff",
            "created_at": clock.now(),
        },
    )  # fmt: skip
    Flow.objects.filter(pk=flow.pk).update(active_version=version)
    flow.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY CASCADE")
        for statement in statements(flow.pk, version.pk):
            cursor.execute(statement, {"runs": runs, "days": DAYS})
        for table in TABLES[:4]:
            cursor.execute(f"VACUUM ANALYZE {table}")
    return flow


def statements(flow: int, version: int) -> list[str]:
    """Rows in the order of their ids and times, as life writes them."""
    at = "now() - interval '1 day' * %(days)s * (1 - n::float / %(runs)s)"
    run = f"""
        INSERT INTO shopflow_automations_run (flow_id, version_id, email, entry_key, entry_base, exclusive, subject,
            cause_depth, causes, state, node, visit, due_at, wait, attempts, began_at, entered_at, ended_at, ending,
            reason_code, reason)
        SELECT {flow}, {version}, 'p' || n || '@example.org', 'k' || n, '', false, '{{}}', 0, '[]',
            CASE WHEN n %% 10 = 0 THEN 'waiting' ELSE 'done' END, 'later', 1, now() + interval '9 days', '{{}}', 0,
            {at}, {at}, CASE WHEN n %% 10 = 0 THEN NULL ELSE {at} END,
            CASE WHEN n %% 10 = 0 THEN '' ELSE 'completed' END, '', ''
        FROM generate_series(1, %(runs)s) AS n ORDER BY n"""
    step = """
        INSERT INTO shopflow_automations_runstep (run_id, node, visit, started_at, finished_at, outcome, code, reason,
            details)
        SELECT id, step, 1, entered_at, CASE WHEN step = 'later' AND ended_at IS NULL THEN NULL
            ELSE entered_at + interval '1 hour' END,
            CASE WHEN step = 'later' AND ended_at IS NULL THEN 'waiting' ELSE 'done' END,
            CASE WHEN step = 'mail' THEN 'mail_queued' ELSE 'waited' END, '', '{}'
        FROM shopflow_automations_run CROSS JOIN (VALUES ('pause'), ('mail'), ('later')) AS steps (step) ORDER BY id"""
    decision = f"""
        INSERT INTO shopflow_automations_decision (flow_id, run_id, email, subject, node, gate, code, verdict, reason,
            details, at)
        SELECT {flow}, id, email, '{{}}', '', 'entry', 'entered', 'true', '', '{{}}', entered_at
        FROM shopflow_automations_run ORDER BY id"""
    message = """
        INSERT INTO shopflow_mailing_message (dedupe_key, message_id, template, mail_class, purpose, basis, to_email,
            email_hash, language, subject, html, text, attachments, reference, state, skip_code, attempts, last_error,
            notes, provider_id, delivery_state, text_hash, campaign, created_at, accepted_at, channel, address,
            counted_links)
        SELECT 'run:' || id || ':mail:1', '<m' || id || '@x>', 't', 'transactional', '', '', email, md5(email), 'de',
            's', '', '', '[]', '', 'accepted', '', 1, '', '[]', '', 'delivered', '', 'reported',
            entered_at, entered_at, 'mail', '', 0
        FROM shopflow_automations_run WHERE id %% 3 = 0 ORDER BY id"""
    return [run, step, decision, message]


if __name__ == "__main__":
    raise SystemExit(main())
