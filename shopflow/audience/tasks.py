from __future__ import annotations

from celery import shared_task

from shopflow.audience import services


@shared_task(name="shopflow.audience.purge")
def purge() -> None:
    """Delete unconfirmed sign-ups and outlived proofs."""
    services.purge_unconfirmed()
    services.purge_old_evidence()
