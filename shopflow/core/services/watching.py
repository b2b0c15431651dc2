from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from shopflow.core.events import HealthAlert
from shopflow.core.health import troubles
from shopflow.core.services.outbox import publish


def announce_troubles() -> int:
    """Publish ``health_alert`` for each part of the shop that is not well, once a day; returns how many."""
    day = timezone.localdate().isoformat()
    count = 0
    for part, trouble in troubles().items():
        with transaction.atomic():
            event = HealthAlert(part=part, trouble=trouble, day=day)
            count += publish(event, source_key=f"health:{part}:{trouble}:{day}") is not None
    return count
