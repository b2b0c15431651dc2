"""From step to step."""

from __future__ import annotations

from enum import Enum, auto

from django.utils.translation import gettext as _

from shopflow.automations.models import Decision, Run
from shopflow.automations.services.ending import end_run
from shopflow.automations.services.journal import Journal
from shopflow.automations.services.outlook import key_of_step
from shopflow.contracts.automations import RunContext, Verdict

MAX_VISITS = 20


class Progress(Enum):
    """What came of one step."""

    GO_ON = auto()
    REST = auto()
    RUN_OUTSIDE = auto()


def arrive(journal: Journal, run: Run, node: str | None) -> Progress:
    """Put the run before its next step, or end it."""
    if node is None:
        end_run(journal, run, Run.State.DONE, code="completed", reason=_("Every step has been taken."))
        return Progress.REST
    visit = journal.visits(run, node) + 1
    if visit > MAX_VISITS:
        reason = _("The run has come to “%(node)s” more than %(count)s times.") % {"node": node, "count": MAX_VISITS}
        journal.decide(Decision.Gate.ENGINE, "loop", Verdict(False, reason), flow=run.flow, run=run)
        end_run(journal, run, Run.State.FAILED, code="loop", reason=reason, ending=Run.Ending.ERROR)
        return Progress.REST
    planned_at = run.due_at if run.state == Run.State.WAITING else journal.now
    journal.save(run, node=node, visit=visit, state=Run.State.ACTIVE, attempts=0, wait={}, planned_at=planned_at)
    return Progress.GO_ON


def step_key(run: Run) -> str:
    """What is unique and stable for one visit of one run to one step."""
    return key_of_step(run.id, run.node, run.visit)


def run_context(run: Run, journal: Journal, *, run_key: str = "") -> RunContext:
    """What conditions and actions may know of ``run``."""
    return RunContext(
        subject=run.subject,
        now=journal.now,
        run_key=run_key or step_key(run),
        flow=run.flow.code,
        began_at=run.began_at,
        pins=run.version.pins if run.version_id else {},
    )
