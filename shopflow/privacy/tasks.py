from __future__ import annotations

from celery import shared_task

from shopflow.privacy.sweeping import sweep_all


@shared_task(name="shopflow.privacy.sweep")
def sweep() -> None:
    """Forget what has been kept long enough."""
    sweep_all()
