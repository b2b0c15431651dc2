"""Waiting until another connection meets a lock: a test need not guess how long that takes."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection

SECONDS = 10.0


def until_somebody_waits(link: Any = connection) -> None:
    """Return as soon as a connection to this test's database (PostgreSQL) waits for a lock; fail after ten seconds."""
    end = time.monotonic() + SECONDS
    with link.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock')"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("nobody waits for a lock")
