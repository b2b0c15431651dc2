from __future__ import annotations

from celery import shared_task

from shopflow.ordering.services import announce_idle_baskets as announce


@shared_task(name="shopflow.ordering.announce_idle_baskets")
def announce_idle_baskets() -> None:
    announce()
