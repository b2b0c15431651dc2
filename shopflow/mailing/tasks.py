from __future__ import annotations

from celery import shared_task

from shopflow.mailing.services import sending


@shared_task(name="shopflow.mailing.send_due")
def send_due() -> None:
    """Send whatever is due; also the periodic sweep."""
    while sending.send_due() == sending.BATCH:
        pass
