"""The worker of a replay: it knows what falls due next and visits runs without the claims that keep workers apart.

Nobody else sees the shadows, so that nothing is leased and locked, and flows, versions and rules are read once. What
does not go smoothly is undone and left to the engine's own worker, which knows what to do with a run that fails.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime

from shopflow.automations.calendars import Rules
from shopflow.automations.models import AutomationSettings, Flow, Run
from shopflow.automations.services.bookkeeping import booked
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.dry_runs.memory import Memory, Unwritten
from shopflow.automations.services.steps import advance
from shopflow.automations.services.worker import run_due
from shopflow.core import clock
from shopflow.mailing.services import written_together

logger = logging.getLogger("shopflow.automations")

AHEAD = 100
"""Due runs that are visited in one transaction."""


class _NotSmooth(Exception):
    """A run stands before an action outside of the database."""


class Visits:
    """Visits whatever is due in ``memory`` under ``rules``, which :meth:`changed` replaces."""

    def __init__(self, rules: AutomationSettings, memory: Memory) -> None:
        self._memory = memory
        self._writes_first = False
        self.changed(rules)

    def changed(self, rules: AutomationSettings) -> None:
        """Forget the flows and take over ``rules``: an item of the timeline has changed them."""
        self._rules = Rules(rules)
        self._paused = list(Flow.objects.filter(paused_at__isnull=False).values_list("pk", flat=True))
        self._memory.forget_flows()

    def next_due(self) -> datetime | None:
        """When the next run falls due, or has fallen; None if none does."""
        due = self._due(clock.now())
        return due[0][1] if due else None

    def work(self) -> datetime | None:
        """Visit what is due now until nothing is, and return when the next run falls due; None if none does."""
        now = clock.now()
        while due := self._due(now):
            keys = [key for key, due_at in due if due_at <= now]
            if not keys:
                return due[0][1]
            if not self._visited(keys, now) and not self._left_to_the_worker():
                return due[0][1]
        return None

    def _due(self, now: datetime) -> list[tuple[int, datetime]]:
        """The first runs that fall due, and when."""
        if self._rules.halted:
            return []
        return self._memory.first_due(now, AHEAD, self._paused)

    def _visited(self, keys: Sequence[int], now: datetime) -> bool:
        """Move the runs ``keys`` in one transaction; False if that has to be left to the engine's own worker."""
        if self._writes_first:
            self._memory.flush()
        runs = self._memory.runs(keys)
        try:
            with self._memory.attempt():
                self._move(runs, now)
        except Unwritten:  # a condition looks at what the engine has written: from now on it finds it there
            self._writes_first = True
            self._start_over(keys, now)
            return self._visited(keys, now)
        except _NotSmooth:
            return False
        except Exception:  # the engine's worker takes the runs one by one and parks the one that fails
            logger.info("Runs %s of a dry run are left to the worker", keys, exc_info=True)
            return False
        return True

    def _start_over(self, keys: Sequence[int], now: datetime) -> None:
        """Take back what an attempt has done to runs in memory."""
        self._memory.stand_at(now)
        self._memory.flush()
        self._memory.reread(keys)

    def _left_to_the_worker(self) -> bool:
        now = clock.now()
        keys = self._memory.due_by(now)
        self._start_over(keys, now)
        with booked(None):
            done = run_due()
        self._memory.reread(keys)
        return bool(done)

    def _move(self, runs: list[Run], now: datetime) -> None:
        runs.sort(key=lambda run: (-run.flow.priority, run.due_at, run.pk))
        desk = Desk(now, runs, self._rules)
        with written_together() if len(runs) > 1 else nullcontext():
            for run in runs:
                if advance(desk, run):
                    raise _NotSmooth
        desk.write()
