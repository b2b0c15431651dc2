from __future__ import annotations

from celery import shared_task

from shopflow.mailing import services
from shopflow.mailing.services import sending


@shared_task(name="shopflow.mailing.send_due")
def send_due() -> None:
    """Send whatever is due; also the periodic sweep."""
    sending.send_all_due()


@shared_task(name="shopflow.mailing.tidy")
def tidy() -> None:
    """Forget what is over: ended blocks, reports about nobody, clicks of those who withdrew, domains out of use."""
    services.forget_idle_domains()
    services.forget_what_is_over()
    services.forget_clicks()


@shared_task(name="shopflow.mailing.announce_clicks")
def announce_clicks() -> None:
    """Announce the clicks of people as soon as they are known to be theirs."""
    services.announce_clicks()
