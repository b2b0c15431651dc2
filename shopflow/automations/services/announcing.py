"""Telling other automations that a run has ended: only while one of them asks for it, because most runs end unheard."""

from __future__ import annotations

from collections.abc import Iterable

from shopflow.automations.events import AutomationFinished
from shopflow.automations.models import Run
from shopflow.core.services import cause_depth, caused_at, causes, is_heard, publish

CARRIED = ("user_id", "order_id", "order_number", "basket_id")
"""What the event takes along from what the run was about."""


def announce_ends(runs: Iterable[Run]) -> None:
    """Publish ``automation_finished`` for each of ``runs``, in the transaction that ends them; once per run.

    The run itself is among what has caused the event, so that it cannot begin its own automation again. Nothing is
    said of people who were erased.
    """
    told = [run for run in runs if run.ending != Run.Ending.ERASED]
    if not told or not is_heard(AutomationFinished):
        return
    for run in told:
        by = dict.fromkeys([*causes(), *run.causes, run.pk])
        with caused_at(max(cause_depth(), run.cause_depth), list(by)):
            publish(_event(run), source_key=f"run:{run.pk}:ended")


def _event(run: Run) -> AutomationFinished:
    about = {name: run.subject[name] for name in CARRIED if run.subject.get(name) is not None}
    return AutomationFinished(
        automation=run.flow.code,
        name=run.flow.name,
        ending=str(run.ending),
        reason_code=run.reason_code,
        flow_run_id=run.pk,
        email=run.email,
        **about,
    )
