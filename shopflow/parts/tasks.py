from __future__ import annotations

from celery import shared_task

from shopflow.parts import services


@shared_task(name="shopflow.parts.review")
def review() -> None:
    """Judge all parts anew: demands that begin or end on a day, and whatever changed unseen."""
    services.review_everything()
