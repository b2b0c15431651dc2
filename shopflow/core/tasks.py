from __future__ import annotations

from celery import shared_task

from shopflow.core.services.heartbeat import beat
from shopflow.core.services.outbox import BATCH, deliver_due
from shopflow.core.services.watching import announce_troubles


@shared_task(name="shopflow.core.deliver_events")
def deliver_events() -> None:
    """Deliver whatever waits; also the periodic sweep."""
    while deliver_due() == BATCH:
        pass


@shared_task(name="shopflow.core.heartbeat")
def heartbeat() -> None:
    """Show that a worker takes tasks; the health page and a system check read it."""
    beat()


@shared_task(name="shopflow.core.watch_health")
def watch_health() -> None:
    """Tell automations what is not well, as far as the shop can notice it itself."""
    announce_troubles()
