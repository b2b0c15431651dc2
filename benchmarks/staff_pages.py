"""``python -m benchmarks.staff_pages``: what the staff pages of automations cost, by how much has run.

Sixty days of runs of two automations, the second of which ended long ago, with their events, steps, decisions, mails,
contacts, a broadcast of a quarter of the mails and a dry run. Each page is asked for by a browser the second time:
statements and processor time of this process and its server. Neither may grow with what has run.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.reports import DAYS, STEPS, spent, statements

TABLES = (
    "shopflow_automations_flow", "shopflow_core_outboxevent", "shopflow_mailing_message", "shopflow_audience_contact",
    "shopflow_audience_segment", "shopflow_automations_reportstate",
)  # fmt: skip
LINES = 100_000
"""Of a dry run are kept so many."""
TURNS = 2


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.staff_pages", description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--slow", type=float, default=0, help="print the statements that take so many milliseconds")
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
    found = {runs: _measure(runs, chosen.slow) for runs in chosen.runs}
    print(f"{'runs':<34}" + "".join(f"{runs:>22}" for runs in found))
    print(f"{'page':<34}" + "".join(f"{'queries':>11}{'cpu ms':>11}" for _ in found))
    for page in found[chosen.runs[0]]:
        print(f"{page:<34}" + "".join(f"{costs[page][0]:>11}{costs[page][1]:>11.1f}" for costs in found.values()))
    return 0


def _measure(runs: int, slow: float) -> dict[str, tuple[int, float]]:
    from django.contrib.auth import get_user_model
    from django.test import Client

    flows = _fill(runs)
    chef = get_user_model().objects.filter(is_superuser=True).first()
    browser = Client(raise_request_exception=True)
    browser.force_login(chef or get_user_model().objects.create_superuser("chef@example.org", "bench-bench"))
    return {name: _cost(browser, address, slow) for name, address in _pages(flows, runs)}


def _cost(browser: Any, address: str, slow: float) -> tuple[int, float]:
    """Statements, and the least processor milliseconds of some turns."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask() -> None:
        answer = browser.get(address, headers={"host": "localhost"})
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")

    ask()
    with CaptureQueriesContext(connection) as asked:
        ask()
    for query in asked.captured_queries:
        if slow and 1000 * float(query["time"]) >= slow:
            print(address, query["time"], query["sql"][:1500], file=sys.stderr)
    return len(asked), 1000 * min(_of(ask) for _turn in range(TURNS))


def _of(work: Callable[[], Any]) -> float:
    """As the clock of the server's processor is coarse, the middle of many."""
    many = 3
    return spent(lambda: [work() for _number in range(many)]) / many


def _pages(flow: Any, runs: int) -> list[tuple[str, str]]:
    from django.urls import reverse

    from shopflow.automations.dashboard.dry_runs import write_place
    from shopflow.automations.models import Broadcast, DryRun

    def page(name: str, *args: Any, **query: Any) -> str:
        words = "&".join(f"{key}={value}" for key, value in query.items())
        return reverse(f"shopflow-staff:{name}", args=args) + (f"?{words}" if words else "")

    code, first = flow.code, flow.versions.order_by("number").first()
    dry_run = DryRun.objects.get()
    line = dry_run.lines.order_by("-at", "-pk")[60]
    draft, sent = Broadcast.objects.order_by("pk")
    somebody = f"p{runs // 2}@example.org"
    return [
        ("list of automations", page("automations")),
        ("an automation", page("automations-flow", code)),
        ("runs", page("automations-runs")),
        ("runs, deep", page("automations-runs", before=runs // 3)),
        ("runs of one", page("automations-runs", flow=code)),
        ("runs of one that is long over", page("automations-runs", flow="early")),
        ("runs that wait", page("automations-runs", state="waiting")),
        ("runs that left, all long ago", page("automations-runs", state="exited")),
        ("runs that failed, of one", page("automations-runs", flow=code, state="failed")),
        ("runs of one that wait, deep", page("automations-runs", flow=code, state="waiting", before=runs // 3)),
        ("runs of a person", page("automations-runs", email=somebody)),
        ("a run", page("automations-run", runs // 2)),
        ("why", page("automations-why", email=somebody)),
        ("why, and what of one", page("automations-why", email=somebody, flow=code)),
        ("why not", page("automations-why", email="nobody@example.org", flow=code)),
        ("results of all", page("automations-reports")),
        ("results of one", page("automations-report", code)),
        ("editor", page("automations-builder", code)),
        ("publishing", page("automations-builder-publish", code)),
        ("comparing two versions", page("automations-comparison", first.pk)),
        ("taking runs along", page("automations-take-along", first.pk)),
        ("before switching on", page("automations-activate", code)),
        ("dry runs", page("automations-dry-runs", code)),
        ("a dry run", page("automations-dry-run", dry_run.pk)),
        ("a dry run, deep", page("automations-dry-run", dry_run.pk, nach=write_place(line))),
        ("a dry run, one outcome", page("automations-dry-run", dry_run.pk, ergebnis="skipped")),
        ("broadcasts", page("broadcasts")),
        ("a broadcast", page("broadcast", sent.pk)),
        ("a broadcast to confirm", page("broadcast", draft.pk)),
    ]  # fmt: skip


def _fill(runs: int) -> Any:
    from django.db import connection

    from shopflow.automations.models import Flow, FlowVersion
    from shopflow.automations.reporting.folding import fold
    from shopflow.automations.services import open_draft
    from shopflow.automations.services.flows import fingerprint
    from shopflow.core import clock

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY CASCADE")
    made = []
    for code, numbers in (("early", (1,)), ("reported", (1, 2))):
        flow = Flow.objects.create(code=code, name=code, enabled=True)
        for number in numbers:
            steps = STEPS if number == 1 else STEPS[:2]
            definition = {"schema": 2, "trigger": {"event": "order_placed"}, "entry_key": "{n}", "steps": steps}
            version = FlowVersion.objects.create(
                flow=flow, number=number, definition=definition, sha256=fingerprint(definition),
                trigger_event="order_placed", source="staff", created_at=clock.now() - timedelta(days=DAYS),
            )  # fmt: skip
        Flow.objects.filter(pk=flow.pk).update(active_version=version)
        made.append((flow, flow.versions.get(number=1)))
    (_early, early_version), (flow, version) = made
    sent = _beside(flow, version, runs)
    _steps, *others = statements(flow.pk, version.pk)
    rows = [_runs(early_version, version), *others, *_more(sent)]
    with connection.cursor() as cursor:
        for statement in rows:
            cursor.execute(statement, {"runs": runs, "days": DAYS, "lines": min(runs, LINES)})
        cursor.execute("VACUUM ANALYZE")
    fold()
    flow.refresh_from_db()
    open_draft(flow=flow, actor=None)
    return flow


def _beside(flow: Any, version: Any, runs: int) -> Any:
    """A dry run without its lines yet, a broadcast to confirm and one under way, which is returned."""
    from shopflow.audience.models import Segment
    from shopflow.automations.models import Broadcast, DryRun
    from shopflow.core import clock

    now = clock.now()
    days = {str((now - timedelta(days=ago)).date()): {"sent": 2, "skipped": 1} for ago in range(DAYS)}
    report = {
        "days": days, "outcomes": {"sent": 2, "skipped": 1}, "happened": runs, "entered": runs, "kept": LINES,
        "lines": LINES,
    }  # fmt: skip
    DryRun.objects.create(
        flow=flow, label="1", since=now - timedelta(days=DAYS), until=now, state="done", report=report, created_at=now,
        finished_at=now, events_total=runs, events_done=runs,
    )  # fmt: skip
    everybody = Segment.objects.create(
        code="everybody", label="everybody", created_at=now, due_at=now,
        expression={"field": "email", "op": "contains", "value": "@"},
    )  # fmt: skip
    common = {"flow": flow, "version": version, "segment": everybody, "planned_at": now, "created_at": now}
    Broadcast.objects.create(label="draft", **common)
    return Broadcast.objects.create(label="sent", state="under_way", entered=runs // 4, started_at=now, **common)


def _runs(early: Any, version: Any) -> str:
    """A fifth of the runs, the oldest, of ``early``; of its runs one in fifty left, of all twenty failed."""
    at = "now() - interval '1 day' * %(days)s * (1 - n::float / %(runs)s)"
    is_early, waits = "n <= %(runs)s / 5", "n %% 10 = 0 AND n > %(runs)s / 5"
    failed = "n > %(runs)s / 4 AND n <= %(runs)s / 4 + 20"
    return f"""
        INSERT INTO shopflow_automations_run (flow_id, version_id, email, entry_key, entry_base, exclusive, subject,
            cause_depth, causes, state, node, visit, due_at, wait, attempts, began_at, entered_at, ended_at, ending,
            reason_code, reason)
        SELECT CASE WHEN {is_early} THEN {early.flow_id} ELSE {version.flow_id} END,
            CASE WHEN {is_early} THEN {early.pk} ELSE {version.pk} END,
            'p' || n || '@example.org', 'k' || n, '', false, '{{}}', 0, '[]',
            CASE WHEN {failed} THEN 'failed' WHEN {waits} THEN 'waiting' WHEN {is_early} AND n %% 50 = 0 THEN 'exited'
                ELSE 'done' END,
            'later', 1, now() + interval '9 days', '{{}}', 0,
            {at}, {at}, CASE WHEN {waits} AND NOT ({failed}) THEN NULL ELSE {at} END,
            CASE WHEN {waits} AND NOT ({failed}) THEN '' ELSE 'completed' END, '', ''
        FROM generate_series(1, %(runs)s) AS n ORDER BY n"""


def _more(broadcast: Any) -> list[str]:
    """Events and contacts, as many as runs; mails of the broadcast, a quarter of them; the dry run's lines."""
    at = "now() - interval '1 day' * %(days)s * (1 - n::float / %(runs)s)"
    event = f"""
        INSERT INTO shopflow_core_outboxevent (uuid, code, payload, source_key, cause_depth, causes, occurred_at)
        SELECT gen_random_uuid(), 'order_placed', jsonb_build_object('order_id', n, 'order_number', n::text,
            'email', 'p' || n || '@example.org', 'user_id', NULL, 'basket_id', NULL, 'payment_method',
            'bank_transfer', 'total_cents', mod(n, 200) * 100), 'order:' || n, 0, '[]', {at}
        FROM generate_series(1, %(runs)s) n ORDER BY n"""
    contact = """
        INSERT INTO shopflow_audience_contact (key, email, language, time_zone, score, created_at)
        SELECT gen_random_uuid(), 'p' || n || '@example.org', 'de', 'Europe/Berlin', 0, now()
        FROM generate_series(1, %(runs)s) n ORDER BY n"""
    message = f"""
        INSERT INTO shopflow_mailing_message (dedupe_key, message_id, template, mail_class, purpose, basis, to_email,
            email_hash, language, subject, html, text, attachments, reference, state, skip_code, attempts, last_error,
            notes, provider_id, delivery_state, text_hash, campaign, created_at, accepted_at, channel, address,
            counted_links)
        SELECT 'b:' || n, '<b' || n || '@x>', 't', 'advertising', 'newsletter', 'consent', 'p' || n || '@example.org',
            md5('p' || n || '@example.org'), 'de', 's', '', '', '[]', '{broadcast.occasion}', 'accepted', '', 1, '',
            '[]', '', CASE WHEN n %% 9 = 0 THEN '' ELSE 'delivered' END, '', 'rundmail', {at}, {at}, 'mail', '', 0
        FROM generate_series(1, %(runs)s / 4) n ORDER BY n"""
    line = f"""
        INSERT INTO shopflow_automations_dryrunline (dry_run_id, at, flow, email, entry_key, node, visit, what,
            outcome, code, reason)
        SELECT dry.id, {at}, 'reported', 'p' || n || '@example.org', 'k' || n, 'mail', 1, 'order_status_paid',
            CASE WHEN n %% 3 = 0 THEN 'skipped' ELSE 'sent' END, 'mail_queued', ''
        FROM shopflow_automations_dryrun dry, generate_series(1, %(lines)s) n ORDER BY n"""
    return [event, contact, message, line]


if __name__ == "__main__":
    raise SystemExit(main())
