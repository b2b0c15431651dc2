"""``python -m benchmarks.segments``: counting and working out a segment among a million contacts, beside bare SQL.

A fifth of the contacts has the points that are asked for, a tenth the tag, half has agreed to the newsletter; the
segment asks for all three. The floor is the same question by hand: a count that stops where ours stops, one INSERT …
SELECT, and two anti-joins. Both sides take turns and must find the same people; only the ratios mean something.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable

ASKED = {
    "all": [
        {"field": "score", "op": "at_least", "value": 40},
        {"field": "tags", "op": "contains", "value": "klima"},
        {"condition": "has_consent", "settings": {"purpose": "newsletter"}},
    ]
}
FLOOR = """FROM shopflow_audience_contact c
    WHERE c.score >= 40
    AND EXISTS (SELECT 1 FROM shopflow_audience_tagassignment a JOIN shopflow_audience_tag t ON t.id = a.tag_id
        WHERE a.contact_id = c.id AND t.code = 'klima' AND (a.expires_at IS NULL OR a.expires_at > now()))
    AND EXISTS (SELECT 1 FROM shopflow_audience_consent s
        WHERE s.email = c.email AND s.purpose = 'newsletter' AND s.state = 'granted')"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.segments", description=__doc__)
    parser.add_argument("--contacts", type=int, nargs="+", default=[100_000, 1_000_000])
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
    print(f"{'contacts':>9}  {'':22}{'ours ms':>9}{'floor ms':>10}{'ratio':>7}")
    for count in chosen.contacts:
        _fill(count)
        _measure(count)
    return 0


def _fill(count: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE shopflow_audience_contact, shopflow_audience_tag, shopflow_audience_consent CASCADE")
        cursor.execute(
            """INSERT INTO shopflow_audience_contact
                   (key, email, language, time_zone, score, scored_at, created_at)
               SELECT gen_random_uuid(), 'p' || n || '@example.org', 'de', 'Europe/Berlin',
                   CASE WHEN mod(n, 3) = 0 THEN mod(n, 100) ELSE 0 END, now(), now() FROM generate_series(1, %s) n""",
            [count],
        )
        cursor.execute("INSERT INTO shopflow_audience_tag (code, label) VALUES ('klima', 'Klima')")
        cursor.execute(
            """INSERT INTO shopflow_audience_tagassignment (contact_id, tag_id, source, assigned_at)
               SELECT c.id, t.id, 'bench', now() FROM shopflow_audience_contact c, shopflow_audience_tag t
               WHERE mod(c.id, 10) = 0"""
        )
        cursor.execute(
            """INSERT INTO shopflow_audience_consent (email, purpose, state, since)
               SELECT email, 'newsletter', 'granted', now() FROM shopflow_audience_contact WHERE mod(id, 2) = 0"""
        )
        for table in ("contact", "tagassignment", "consent"):
            cursor.execute(f"VACUUM ANALYZE shopflow_audience_{table}")


def _measure(count: int) -> None:
    from shopflow.audience import matching

    read = matching.read(ASKED)
    pairs: list[tuple[str, Callable[[], int], Callable[[], int]]] = [
        ("preview (count)", lambda: matching.preview(read).count, lambda: _counted(matching.COUNTED)),
        ("members worked out", _work_out, _work_out_bare),
        ("worked out again", _again, _again_bare),
    ]
    for name, ours, floor in pairs:
        times: dict[str, list[float]] = {"ours": [], "floor": []}
        for turn in range(6):
            answers = {}
            for side, work in (("ours", ours), ("floor", floor)):
                began = time.perf_counter()
                answers[side] = work()
                if turn:
                    times[side].append(1000 * (time.perf_counter() - began))
            if answers["ours"] != answers["floor"]:
                raise SystemExit(f"{name}: {answers}")
        mine, bare = statistics.median(times["ours"]), statistics.median(times["floor"])
        print(f"{count:>9}  {name:22}{mine:>9.1f}{bare:>10.1f}{mine / bare:>7.2f}", flush=True)


def _counted(most: int) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT c.id {FLOOR} LIMIT %s) found", [most + 1])
        return min(int(cursor.fetchone()[0]), most)


def _segment(code: str):  # type: ignore[no-untyped-def]
    from shopflow.audience.models import Segment
    from shopflow.core import clock

    values = {"label": code, "expression": ASKED, "created_at": clock.now(), "due_at": clock.now()}
    return Segment.objects.get_or_create(code=code, defaults=values)[0]


def _work_out() -> int:
    from shopflow.audience.services.segments import refresh_segment

    segment = _segment("ours")
    segment.members.all()._raw_delete(segment.members.db)
    segment.refreshed_at = None
    return refresh_segment(segment=segment)[0]


def _work_out_bare() -> int:
    from django.db import connection

    segment = _segment("floor")
    segment.members.all()._raw_delete(segment.members.db)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO shopflow_audience_segmentmember (segment_id, contact_id, since) "
            f"SELECT %s, c.id, now() {FLOOR}",
            [segment.pk],
        )
        return int(cursor.rowcount)


def _again() -> int:
    from shopflow.audience.services.segments import refresh_segment

    segment = _segment("ours")
    segment.refresh_from_db()
    return sum(refresh_segment(segment=segment))


def _again_bare() -> int:
    """Who is missing and who is too many, as two anti-joins."""
    from django.db import connection

    segment = _segment("floor")
    members = "shopflow_audience_segmentmember m"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FROM (SELECT c.id {FLOOR}
                AND NOT EXISTS (SELECT 1 FROM {members} WHERE m.segment_id = %s AND m.contact_id = c.id)) fresh""",
            [segment.pk],
        )
        came = int(cursor.fetchone()[0])
        cursor.execute(
            f"""SELECT count(*) FROM {members} WHERE m.segment_id = %s
                AND NOT EXISTS (SELECT 1 {FLOOR} AND c.id = m.contact_id)""",
            [segment.pk],
        )
        return came + int(cursor.fetchone()[0])


if __name__ == "__main__":
    sys.exit(main())
