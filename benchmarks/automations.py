"""``make bench-automations``: due steps of automations beside the floor of the same rows in bare SQL.

A million runs wait and a part of them is due. The engine takes them in batches: it locks them, ends their wait, asks a
condition, writes two steps and a decision, and lets them wait again. The floor does the same to as many other runs with
set-based statements that decide nothing. Both take turns in one process on one server, so that a busy machine slows
both down; only the ratio means something.

Beside it stands one Celery task for each step, through Redis to a worker, that does nothing but count.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

FLOW = {
    "schema": 2,
    "trigger": {"event": "order_placed"},
    "entry_key": "{number}",
    "steps": [
        {"id": "pause", "kind": "wait", "for": {"hours": 1}},
        {
            "id": "ask",
            "kind": "condition",
            "ask": {
                "all": [
                    {"field": "total", "op": "at_least", "value": 100},
                    {"field": "country", "op": "is", "value": "DE"},
                ]
            },
            "then": "later",
        },
        {"id": "later", "kind": "wait", "for": {"days": 3}, "at": "18:00"},
    ],
}  # fmt: skip
TABLES = ("shopflow_automations_run", "shopflow_automations_runstep", "shopflow_automations_decision")


@dataclass
class Clocked:
    """What one side has taken so far."""

    runs: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    steps: int = 0
    rates: list[float] = field(default_factory=list)

    def add(self, runs: int, wall: float, cpu: float) -> None:
        self.runs, self.wall, self.cpu = self.runs + runs, self.wall + wall, self.cpu + cpu
        if runs:
            self.rates.append(runs / wall)

    @property
    def rate(self) -> float:
        """Runs per second in the median turn."""
        return sorted(self.rates)[len(self.rates) // 2]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.automations", description=__doc__)
    parser.add_argument("--waiting", type=int, nargs="+", default=[10_000, 1_000_000], help="runs that wait")
    parser.add_argument("--due", type=int, default=100_000, help="runs that are due, for each side")
    parser.add_argument("--tasks", type=int, default=5000, help="steps that are Celery tasks")
    parser.add_argument("--batch", type=int, default=2000)
    chosen = parser.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        print("The measurements need PostgreSQL: run “make bench-automations”.", file=sys.stderr)
        return 1
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    os.environ.setdefault("CELERY_BROKER_URL", "memory://localhost/")
    import django

    django.setup()
    _create_tables()
    _index_floor()
    task = _celery(chosen.tasks)
    print(f"one Celery task: {task.rate:.0f}/s, {1e6 * task.cpu / task.runs:.0f} cpu µs")
    print(
        "waiting   due     engine runs/s (steps/s)  floor runs/s  ratio   cpu µs/run engine floor  ratio × cpu × Celery"
    )
    for waiting in chosen.waiting:
        due = min(chosen.due, waiting)
        engine, floor = _measure(waiting, due, chosen.batch)
        costs = 1e6 * engine.cpu / engine.runs, 1e6 * floor.cpu / floor.runs
        print(
            f"{waiting:>8} {due:>7} {engine.rate:>10.0f} ({engine.steps / due * engine.rate:>6.0f}) {floor.rate:>14.0f}"
            f" {engine.rate / floor.rate:>9.2f} {costs[0]:>16.0f} {costs[1]:>6.0f} {costs[1] / costs[0]:>9.2f}"
            f" {1e6 * task.cpu / task.runs / (costs[0] * due / engine.steps):>12.1f}",
            flush=True,
        )
    return 0


class _NoMigrations:
    def __contains__(self, item: str) -> bool:
        return True

    def __getitem__(self, item: str) -> None:
        return None


def _create_tables() -> None:
    from django.conf import settings
    from django.core.management import call_command

    settings.MIGRATION_MODULES = _NoMigrations()
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)


def _index_floor() -> None:
    """What the floor picks its runs by, as the engine has its own index of what is due."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE INDEX floor_due ON shopflow_automations_run (flow_id, id) WHERE state = 'parked' AND node = 'pause'"
        )


def _measure(waiting: int, due: int, batch: int) -> tuple[Clocked, Clocked]:
    from shopflow.automations.services import run_due

    engine_flow, floor_flow = _fill(waiting, due)
    engine, floor = Clocked(), Clocked()
    while True:
        took = _turn(engine, lambda: sum(run_due(limit=batch) for _ in range(10)))
        _turn(floor, lambda: sum(_floor(floor_flow, batch) for _ in range(10)))
        if not took:
            break
    engine.steps = _same_rows(engine_flow, floor_flow, due)
    return engine, floor


def _celery(count: int) -> Clocked:
    """``count`` tasks of their own, each published to Redis and taken from there by a worker of one thread."""
    from celery import Celery
    from celery.contrib.testing.worker import start_worker
    from redis import Redis

    broker = os.environ["CELERY_BROKER_URL"]
    if not broker.startswith("redis"):
        raise SystemExit("One Celery task for each step needs Redis: run “make bench-automations”.")
    app, memory = Celery("steps", broker=broker), Redis.from_url(broker)
    app.conf.update(task_ignore_result=True, task_default_queue="bench-steps")

    @app.task(name="bench.step")
    def step() -> None:
        memory.incr("bench-steps-done")

    def all_steps() -> int:
        for _number in range(count):
            step.delay()
        with start_worker(app, pool="solo", perform_ping_check=False, loglevel="error"):
            while int(memory.get("bench-steps-done") or 0) < count:
                time.sleep(0.05)
        return count

    clocked = Clocked()
    _turn(clocked, all_steps)
    return clocked


def _turn(clocked: Clocked, work: Callable[[], int]) -> int:
    began, used = time.perf_counter(), _processor_time()
    runs = work()
    clocked.add(runs, time.perf_counter() - began, _processor_time() - used)
    return runs


def _processor_time() -> float:
    """Seconds of processor time that this process and its server process have used."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return server_time() + own.ru_utime + own.ru_stime


def server_time() -> float:
    """Seconds of processor time that the server process of our connection has used; nothing where there is none."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _fill(waiting: int, due: int) -> tuple[int, int]:
    """``waiting`` runs of two flows, ``due`` of each due; those of the floor are due to nobody but the floor."""
    from django.db import connection

    from shopflow.automations.models import Flow, FlowVersion
    from shopflow.automations.services.flows import fingerprint
    from shopflow.core import clock

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    flows = []
    for code in ("engine", "floor"):
        flow, _ = Flow.objects.get_or_create(code=code, defaults={"name": code, "enabled": True})
        version, _ = FlowVersion.objects.get_or_create(
            flow=flow,
            number=1,
            defaults={
                "definition": FLOW, "sha256": fingerprint(FLOW), "trigger_event": "order_placed",
                "source": "staff", "created_at": clock.now(),
            },
        )  # fmt: skip
        flows.append((flow.pk, version.pk))
    (engine, engine_version), (floor, floor_version) = flows
    _runs(engine, engine_version, waiting, due, "waiting")
    _runs(floor, floor_version, due, due, "parked")
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {TABLES[0]}")
        cursor.execute(f"VACUUM ANALYZE {TABLES[1]}")
    return engine, floor


def _runs(flow: int, version: int, count: int, due: int, state: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO shopflow_automations_run (flow_id, version_id, email, entry_key, entry_base, exclusive,
                   subject, cause_depth, causes, state, node, visit, due_at, planned_at, wait, attempts, began_at,
                   entered_at, ending, reason_code, reason)
               SELECT %s, %s, 'p' || n || '@example.org', n::text, '', false,
                   jsonb_build_object(
                       'number', n, 'total', n %% 300, 'country', 'DE', 'email', 'p' || n || '@example.org'),
                   0, '[]', %s, 'pause', 1,
                   CASE WHEN n <= %s THEN now() - interval '1 minute' ELSE now() + interval '1 day' END,
                   now(), '{}', 0, now(), now(), '', '', ''
               FROM generate_series(1, %s) n""",
            [flow, version, state, due, count],
        )
        cursor.execute(
            """INSERT INTO shopflow_automations_runstep
                   (run_id, node, visit, started_at, outcome, code, reason, details)
               SELECT id, 'pause', 1, now(), 'waiting', '', '', '{}'
               FROM shopflow_automations_run WHERE flow_id = %s""",
            [flow],
        )


def _floor(flow: int, batch: int) -> int:
    """The same rows as the engine writes, for one batch, in one transaction, set-based."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """UPDATE shopflow_automations_run SET
                   state = CASE WHEN (subject->>'total')::int >= 100 THEN 'waiting' ELSE 'done' END,
                   node = 'later', due_at = now() + interval '3 days', lease_until = NULL,
                   wait = '{"wall": "2026-11-25T18:00:00", "zone": "Europe/Berlin"}'
               WHERE id IN (SELECT id FROM shopflow_automations_run
                   WHERE flow_id = %s AND state = 'parked' AND node = 'pause'
                   ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
               RETURNING id, subject""",
            [flow, batch],
        )
        keys = [row[0] for row in cursor.fetchall()]
        if not keys:
            return 0
        cursor.execute(
            "UPDATE shopflow_automations_runstep SET finished_at = now(), outcome = 'done', code = 'waited'"
            " WHERE run_id = ANY(%s)",
            [keys],
        )
        cursor.execute(
            """INSERT INTO shopflow_automations_runstep
                   (run_id, node, visit, started_at, finished_at, outcome, code, reason, details)
               SELECT id, 'ask', 1, now(), now(), 'done', 'yes', '“total” ist „150“. “country” ist „DE“.', '{}'
               FROM shopflow_automations_run WHERE id = ANY(%s)""",
            [keys],
        )
        cursor.execute(
            """INSERT INTO shopflow_automations_runstep
                   (run_id, node, visit, started_at, outcome, code, reason, details)
               SELECT id, 'later', 1, now(), 'waiting', '', '', '{}'
               FROM shopflow_automations_run WHERE id = ANY(%s) AND state = 'waiting'""",
            [keys],
        )
        cursor.execute(
            """INSERT INTO shopflow_automations_decision
                   (flow_id, run_id, email, subject, node, gate, code, verdict, reason, details, at)
               SELECT flow_id, id, email, '{}', 'ask', 'branch', 'expression', 'true',
                   '“total” ist „150“. “country” ist „DE“.',
                   '{"answers": [{"said": "“total” ist „150“.", "holds": true,
                     "asked": {"op": "at_least", "field": "total", "value": 100}},
                     {"said": "“country” ist „DE“.", "holds": true,
                     "asked": {"op": "is", "field": "country", "value": "DE"}}]}', now()
               FROM shopflow_automations_run WHERE id = ANY(%s)""",
            [keys],
        )
        return len(keys)


def _same_rows(engine: int, floor: int, due: int) -> int:
    """Both sides have written as many rows; otherwise the ratio means nothing. Returns the engine's steps."""
    from shopflow.automations.models import Decision, RunStep

    for flow in (engine, floor):
        decisions = Decision.objects.filter(flow=flow).count()
        steps = RunStep.objects.filter(run__flow=flow, node__in=["ask", "later"]).count()
        if decisions != due or not 1.6 * due < steps < 1.7 * due:
            raise SystemExit(f"Flow {flow} wrote {decisions} decisions and {steps} steps for {due} runs.")
    return due + RunStep.objects.filter(run__flow=engine, node__in=["ask", "later"]).count()


if __name__ == "__main__":
    sys.exit(main())
