from __future__ import annotations

from celery import shared_task

from shopflow.parts import services


@shared_task(name="shopflow.parts.review")
def review() -> None:
    """Judge all parts anew: demands that begin or end on a day, and whatever changed unseen."""
    services.review_everything()


@shared_task(name="shopflow.parts.watch_promises")
def watch_promises() -> None:
    """Tell of orders that should arrive today and have not left."""
    services.announce_late_orders()


@shared_task(name="shopflow.parts.tidy_garage")
def tidy_garage() -> None:
    """Forget dates of vehicles whose owner has not confirmed the consent."""
    services.forget_unconfirmed_dates()
