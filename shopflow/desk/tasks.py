from __future__ import annotations

from celery import shared_task

from shopflow.desk.services import remind_owners


@shared_task(name="shopflow.desk.remind")
def remind() -> None:
    """Mail each owner what is due; once a day, however often it runs."""
    remind_owners()
