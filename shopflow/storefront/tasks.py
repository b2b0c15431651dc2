from __future__ import annotations

from celery import shared_task

from shopflow.storefront import services


@shared_task(name="shopflow.storefront.refresh_listing")
def refresh_listing() -> None:
    """Recompute listing and search; also the nightly sweep that heals whatever changed unseen."""
    services.refresh_all()


@shared_task(name="shopflow.storefront.refresh_requested")
def refresh_requested() -> None:
    """Recompute listing and search if somebody asked for it."""
    services.refresh_requested()


@shared_task(name="shopflow.storefront.forget_views")
def forget_views() -> None:
    """Delete what people have looked at once it is old."""
    services.forget_old_views()


@shared_task(name="shopflow.storefront.tell_waiting")
def tell_waiting() -> None:
    """Call those who wait for products that can be bought again, and those who watch a price that has fallen."""
    services.announce_back_in_stock()
    services.forget_unconfirmed_alerts()
    services.announce_price_drops()
    services.forget_old_watches()
