from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_ready

from shopflow.automations.reporting.arms import work_out
from shopflow.automations.reporting.folding import fold, take_back_clicks
from shopflow.automations.reporting.reviews import open_reviews
from shopflow.automations.reporting.sales import restate_recent
from shopflow.automations.services.broadcasts import run_broadcasts as take_in
from shopflow.automations.services.dry_runs import JOB, execute_dry_run
from shopflow.automations.services.occasions import announce_occasions
from shopflow.automations.services.worker import BATCH
from shopflow.automations.services.worker import run_due as move_due_runs
from shopflow.automations.services.zone_data import keep_up_with_zones
from shopflow.automations.services.zone_data import look_at_zones as look
from shopflow.core.jobs import enqueue


@shared_task(name="shopflow.automations.announce")
def announce() -> None:
    """What time has made true: birthdays, long silence."""
    announce_occasions()


@shared_task(name="shopflow.automations.run_due")
def run_due() -> None:
    """Move every due run; also the periodic sweep."""
    keep_up_with_zones()
    while move_due_runs() == BATCH:
        keep_up_with_zones()


@shared_task(name="shopflow.automations.look_at_zones")
def look_at_zones() -> None:
    """See whether the clocks of a time zone are set otherwise than the waits were reckoned by."""
    look()


@worker_ready.connect(dispatch_uid="shopflow_automations_zones")
def look_at_first(**kwargs: Any) -> None:
    """A worker that starts may have come with other data on time zones."""
    enqueue("shopflow.automations.look_at_zones")


@shared_task(name="shopflow.automations.fold_figures")
def fold_figures() -> None:
    """Bring the reports' figures up to date."""
    fold()


@shared_task(name="shopflow.automations.review_results")
def review_results() -> None:
    """Reckon recent orders anew, then what came of experiments, and remind staff to look at new automations.

    Clicks of people who have taken their consent back since leave the figures, too.
    """
    take_back_clicks()
    restate_recent()
    work_out()
    open_reviews()


@shared_task(name=JOB)
def dry_run(dry_run_id: int) -> None:
    """Replay history for one dry run."""
    execute_dry_run(dry_run_id=dry_run_id)


@shared_task(name="shopflow.automations.run_broadcasts")
def run_broadcasts() -> None:
    """Take people into the broadcasts that are due."""
    take_in()
