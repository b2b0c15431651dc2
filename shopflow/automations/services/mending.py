"""Runs that wait for something broken in their mail go on once staff say that it is mended."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shopflow.automations.models import Decision, Run, RunStep
from shopflow.automations.queries import runs_of
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.soundness import ABOUT, BROKEN
from shopflow.contracts.automations import Verdict
from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.core.services import audit
from shopflow.desk.models import StaffTask

AT_ONCE = 1000


def resume_mended(*, task_id: int) -> int:
    """Let all runs that were parked for broken content try again, if ``task_id`` was done and about such; how many.

    All of them, because what is mended may stand in several mails; a mail that is still broken parks its run again.
    """
    task = StaffTask.objects.filter(pk=task_id, about__startswith=ABOUT, state=StaffTask.State.DONE).first()
    if task is None:
        return 0
    count = last = 0
    while keys := _parked(after=last):
        count += _resume(keys, task)
        last = keys[-1]
    if count:
        enqueue("shopflow.automations.run_due")
    return count


def _parked(*, after: int) -> list[int]:
    """The next keys: each once, because a worker may park a run again meanwhile."""
    waiting = Run.objects.filter(state=Run.State.PARKED, reason_code=BROKEN, pk__gt=after)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _resume(keys: list[int], task: StaffTask) -> int:
    found = runs_of(keys, locked=True).values()
    runs = [run for run in found if run.state == Run.State.PARKED]
    desk = Desk(clock.now(), runs)
    reason = _("Tried again")
    steps = RunStep.objects.filter(run__in=runs, outcome=RunStep.Outcome.FAILED, code=BROKEN)
    steps.update(code="released")
    for run in runs:
        desk.decide(Decision.Gate.STAFF, "resumed", Verdict(True, reason), flow=run.flow, run=run)
        desk.save(
            run, state=Run.State.ACTIVE, due_at=desk.now, lease_until=None, attempts=0, reason_code="", reason="",
            wait={},
        )  # fmt: skip
    desk.write()
    summary: dict[str, Any] = {"runs": len(runs)}
    audit(actor=task.closed_by, action="automation_runs_mended", target=task, summary=task.title[:255], data=summary)
    return len(runs)
