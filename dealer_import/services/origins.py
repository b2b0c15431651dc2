from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from dealer_import.files import forget_file
from dealer_import.models import ImportOrigin, ReceivedFile
from shopflow.core import clock
from shopflow.core.services import audit


def save_origin(*, origin: ImportOrigin, actor: Any) -> ImportOrigin:
    """Keep an origin as its form has filled it, and plan its next look."""
    is_new = origin.pk is None
    if is_new:
        origin.created_at = clock.now()
    origin.due_at = next_look(origin, clock.now())
    origin.failures, origin.last_error = 0, ""
    with transaction.atomic():
        origin.save()
        action = "import_origin_added" if is_new else "import_origin_changed"
        audit(actor=actor, action=action, target=origin, summary=f"{origin.name} ({origin.transport})")
    return origin


def next_look(origin: ImportOrigin, now: datetime) -> datetime | None:
    """When the origin is looked at next; None if only staff look. Times of day are those of the shop's time zone."""
    if not origin.enabled:
        return None
    if origin.every_minutes:
        return now + timedelta(minutes=origin.every_minutes)
    if origin.at_time is None:
        return None
    today = timezone.localdate(now)
    for day in (today, today + timedelta(days=1)):
        moment = timezone.make_aware(datetime.combine(day, origin.at_time))
        if moment > now:
            return moment
    return None


def forget_old_files() -> int:
    """Remove archived files whose time is over; the rows about them stay. Returns how many were removed."""
    forgotten = 0
    for origin in ImportOrigin.objects.all():
        before = clock.now() - timedelta(days=origin.keep_days)
        for received in ReceivedFile.objects.filter(origin=origin, received_at__lt=before).exclude(stored_file=""):
            forget_file(received.stored_file)
            ReceivedFile.objects.filter(pk=received.pk).update(stored_file="")
            forgotten += 1
    return forgotten
