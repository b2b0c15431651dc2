"""Taking a person out of the logs of what has happened and of what staff have done."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from shopflow.core.models import AuditEntry, OutboxDelivery, OutboxEvent

MANY = 500
BARE: dict[str, Any] = {"email": "", "user_id": None}
"""What an event says instead."""


def events_about(*, emails: Collection[str], user_id: int | None) -> QuerySet[OutboxEvent]:
    """Events that name one of ``emails``, in lower case, or the account."""
    about = Q(OutboxEvent.naming(emails))
    if user_id is not None:
        about |= Q(payload__user_id=user_id)
    return OutboxEvent.objects.filter(about)


def forget_in_logs(*, emails: Collection[str], user_id: int | None) -> int:
    """Take the address and the account out of events, and the address out of the words of the audit log, in the
    caller's transaction; returns of how many events.

    What has happened stays, about nobody. What is still on its way to a room arrives so.
    """
    emails = list(filter(None, emails))
    quoted = any_of(emails)
    about, count = events_about(emails=emails, user_id=user_id), 0
    while rows := list(about.order_by("pk")[:MANY]):
        _bare(rows)
        _scrub_errors([row.pk for row in rows], quoted)
        count += len(rows)
    _scrub_audit(emails, quoted)
    return count


def delete_events(*, code: str, before: datetime) -> int:
    """Delete the events ``code`` that happened before then, with their deliveries; returns how many. For facts about
    people that are kept for a while only.
    """
    old, count = OutboxEvent.objects.filter(code=code, occurred_at__lt=before), 0
    while keys := list(old.order_by("pk").values_list("pk", flat=True)[:MANY]):
        OutboxEvent.objects.filter(pk__in=keys).delete()
        count += len(keys)
    return count


def forget_old_events(*, before: datetime, limit: int) -> int:
    """Take the people out of up to ``limit`` deliveries' events that happened before ``before`` and have reached every
    room, and drop those deliveries; in the caller's transaction. Returns how many deliveries went.

    The events stay, about nobody, with their keys: nothing is announced twice. Deliveries go from the oldest on, so
    that the first ones tell how far the sweep has come; what still waits or is parked keeps its event whole.
    """
    done, undone = OutboxDelivery.State.DONE, OutboxDelivery.objects.filter(event=OuterRef("event"))
    ready = OutboxDelivery.objects.filter(~Exists(undone.exclude(state=OutboxDelivery.State.DONE)), state=done)
    oldest = ready.order_by("pk").values_list("pk", "event_id", "event__occurred_at")[:limit]
    old = {key: event for key, event, at in oldest if at < before}
    if old:
        _bare([row for row in OutboxEvent.objects.filter(pk__in=set(old.values())) if _names_somebody(row)])
        OutboxDelivery.objects.filter(pk__in=list(old)).delete()
    return len(old)


def _names_somebody(row: OutboxEvent) -> bool:
    return any(row.payload.get(name, bare) != bare for name, bare in BARE.items())


def forget_events(*, code: str, field: str, values: Collection[int | str]) -> int:
    """Take the people out of the events ``code`` whose ``field`` has one of ``values``, in the caller's transaction;
    returns of how many events. For facts that somebody no longer lets the shop know.
    """
    named = OutboxEvent.objects.filter(code=code, **{f"payload__{field}__in": list(values)}) if values else []
    rows = list(named)
    _bare(rows)
    return len(rows)


def _bare(rows: Sequence[OutboxEvent]) -> None:
    for row in rows:
        row.payload = {name: BARE.get(name, value) for name, value in row.payload.items()}
    OutboxEvent.objects.bulk_update(rows, ["payload"], batch_size=MANY)


def any_of(emails: Collection[str]) -> re.Pattern[str]:
    """Finds each of ``emails`` in a text, in whichever case, but not within the address of somebody else."""
    known = "|".join(map(re.escape, filter(None, emails))) or "(?!)"
    return re.compile(rf"(?<![\w.+%-])(?:{known})(?!-|\.?\w)", re.IGNORECASE)


def _scrub_errors(events: Sequence[int], quoted: re.Pattern[str]) -> None:
    failed = list(OutboxDelivery.objects.filter(event__in=events).exclude(last_error=""))
    for delivery in failed:
        delivery.last_error = quoted.sub("…", delivery.last_error)
    OutboxDelivery.objects.bulk_update(failed, ["last_error"])


def _scrub_audit(emails: Collection[str], quoted: re.Pattern[str]) -> None:
    """The keys of runs and the reasons that staff give may hold an address."""
    named = Q(pk__in=())
    for email in emails:
        named |= Q(summary__icontains=email) | Q(words__icontains=email)
        named |= Q(words__icontains=json.dumps(email)[1:-1])  # SQLite keeps JSON in ASCII
    entries = list(AuditEntry.objects.annotate(words=Cast("data", TextField())).filter(named))
    for entry in entries:
        entry.summary, entry.data = quoted.sub("…", entry.summary), scrubbed(entry.data, quoted)
    AuditEntry.objects.bulk_update(entries, ["summary", "data"], batch_size=MANY)


def scrubbed(value: Any, quoted: re.Pattern[str]) -> Any:
    """``value``, a text or JSON, with an ellipsis wherever one of its texts says what ``quoted`` finds."""
    if isinstance(value, str):
        return quoted.sub("…", value)
    if isinstance(value, dict):
        return {name: scrubbed(inner, quoted) for name, inner in value.items()}
    return [scrubbed(inner, quoted) for inner in value] if isinstance(value, list) else value
