from __future__ import annotations

from celery import shared_task

from oscar_ext.checkout import services


@shared_task(name="shopflow.checkout.settle_attempt")
def settle_attempt(reference: str) -> None:
    services.settle_attempt(reference=reference)


@shared_task(name="shopflow.checkout.settle_overdue")
def settle_overdue() -> None:
    services.settle_overdue()
