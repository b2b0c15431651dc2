from __future__ import annotations

from celery import shared_task

from shopflow.storefront.services import refresh_all


@shared_task(name="shopflow.storefront.refresh_listing")
def refresh_listing() -> None:
    """Recompute listing and search; also the nightly sweep that heals whatever changed unseen."""
    refresh_all()
