from __future__ import annotations

from celery import shared_task

from shopflow.automations.services.occasions import announce_occasions
from shopflow.automations.services.worker import BATCH
from shopflow.automations.services.worker import run_due as move_due_runs


@shared_task(name="shopflow.automations.announce")
def announce() -> None:
    """What time has made true: birthdays, long silence."""
    announce_occasions()


@shared_task(name="shopflow.automations.run_due")
def run_due() -> None:
    """Move every due run; also the periodic sweep."""
    while move_due_runs() == BATCH:
        pass
