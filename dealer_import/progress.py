"""How far a run is, told every second by a thread of its own: also while the database works on one long statement."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Self

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.utils import timezone

from dealer_import.models import ImportRun, ParallelRun

BEAT_SECONDS = 1.0
SHARES = {
    "reading": (0, 50),
    "comparing": (50, 58),
    "products": (58, 70),
    "parts": (70, 80),
    "stock": (80, 84),
    "categories": (84, 86),
    "indexes": (86, 93),
    "undo": (58, 64),
    "prices": (64, 70),
    "relations": (93, 97),
    "hiding": (97, 98),
    "committing": (98, 100),
}
"""Percent at which each stretch of work begins and ends; measured at 100,000 parts."""
TAKING_BACK = {"undo": (0, 98), "committing": (98, 100)}
PARALLEL = {"reading": (0, 80), "comparing": (80, 100)}
"""The same for taking a run back, and for reading a delivery by two profiles."""
ROWS_PER_SECOND = 20_000
"""How quickly the database gets through a stretch, for the guess between two steps."""


class Pulse:
    """The sign of life of one run. ``tell`` gets the percentage at each beat; it never falls and ends at 100."""

    def __init__(
        self,
        run: ImportRun | ParallelRun | None,
        *,
        size: int,
        tell: Callable[[int, str], None] | None = None,
        shares: Mapping[str, tuple[int, int]] = SHARES,
    ) -> None:
        self.percent, self.step = 0, next(iter(shares))
        self._shares = shares
        self._run_id = run.pk if run is not None else None
        self._table = type(run)._meta.db_table if run is not None else ""
        self._size, self._tell = max(size, 1), tell
        self._read = 0
        self._rows = 1
        self._since = time.monotonic()
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._link: Any = None

    def __enter__(self) -> Self:
        if self._run_id is not None or self._tell is not None:
            self._thread = threading.Thread(target=self._beat, name="import-pulse", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def read(self, position: int) -> None:
        """So many bytes of the file have been read."""
        self._read = position

    def begin(self, step: str, *, rows: int = 0) -> None:
        """The next stretch of work begins; ``rows`` is how much there is to do in all stretches."""
        with self._lock:
            self._rows = rows or self._rows
            self.step, self._since = step, time.monotonic()

    def now(self) -> int:
        """The percentage at this moment: by bytes while reading, by a guess of the time it takes afterwards."""
        with self._lock:
            start, end = self._shares[self.step]
            if self.step == "reading":
                part = min(1.0, self._read / self._size)
            else:
                part = 1 - math.exp(-(time.monotonic() - self._since) * ROWS_PER_SECOND / max(self._rows, 2000))
            self.percent = max(self.percent, min(99, int(start + (end - start) * part)))
            return self.percent

    def _beat(self) -> None:
        try:
            while not self._over.wait(BEAT_SECONDS):
                percent = self.now()
                if self._tell is not None:
                    self._tell(percent, self.step)
                if self._run_id is not None:
                    self._write(percent)
        finally:
            if self._link is not None:
                self._link.close()

    def _write(self, percent: int) -> None:
        """Over a connection of its own. SQLite has one writer: while that is the import, the beat is left out."""
        if self._link is None:
            self._link = connections.create_connection(DEFAULT_DB_ALIAS)
            if self._link.vendor == "sqlite":
                if self._link.is_in_memory_db():
                    self._run_id = None
                    return
                options = {**self._link.settings_dict.get("OPTIONS", {}), "timeout": 0.2}
                self._link.settings_dict = {**self._link.settings_dict, "OPTIONS": options}
        steps = {"reading": ImportRun.Step.READING, "comparing": ImportRun.Step.COMPARING}
        try:
            with self._link.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {self._table} SET percent = %s, step = %s, progress = %s, heartbeat_at = %s"  # noqa: S608 - our own table
                    " WHERE id = %s AND state = 'running' AND percent <= %s",
                    [
                        percent,
                        steps.get(self.step, ImportRun.Step.WRITING).value,
                        min(self._read, self._size),
                        self._link.ops.adapt_datetimefield_value(timezone.now()),
                        self._run_id,
                        percent,
                    ],
                )
        except DatabaseError:
            self._link.close()
