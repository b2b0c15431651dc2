from __future__ import annotations

from celery import shared_task

from shopflow.audience import services


@shared_task(name="shopflow.audience.purge")
def purge() -> None:
    """Delete unconfirmed sign-ups, outlived proofs, and the sources of baskets that nobody ordered."""
    services.purge_magnet_requests()
    services.purge_surveys()
    services.purge_unconfirmed()
    services.purge_old_evidence()
    services.purge_basket_sources()


@shared_task(name="shopflow.audience.keep")
def keep() -> None:
    """What time does to contacts: tags end, segments are worked out anew, older orders are linked."""
    services.expire_tags()
    services.link_orders()
    services.refresh_segments()


@shared_task(name="shopflow.audience.refresh_scores")
def refresh_scores() -> None:
    """Points fade by the day."""
    services.refresh_scores()
