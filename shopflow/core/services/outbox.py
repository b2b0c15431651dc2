from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from django.db import transaction

from shopflow.contracts.events import Event, EventSubscriber, PublishedEvent, events, subscribers
from shopflow.contracts.registry import UnknownCode
from shopflow.core import clock
from shopflow.core.claims import claim
from shopflow.core.jobs import enqueue
from shopflow.core.models import OutboxDelivery, OutboxEvent
from shopflow.core.rows import write_all

logger = logging.getLogger("shopflow.outbox")

LEASE = timedelta(minutes=5)
BATCH = 100
MAX_CAUSE_DEPTH = 8
RETRY_AFTER = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
"""Waits between attempts; after the last one the delivery is parked and shown to staff."""

_cause_depth: ContextVar[int] = ContextVar("shopflow_cause_depth", default=0)
_causes: ContextVar[tuple[int, ...]] = ContextVar("shopflow_causes", default=())


def cause_depth() -> int:
    """How many events lie behind the work under way; 0 for work that a person or the clock began."""
    return _cause_depth.get()


def causes() -> tuple[int, ...]:
    """Marks of the work that led to the work under way, oldest first."""
    return _causes.get()


@contextmanager
def caused_at(depth: int, by: Sequence[int] = ()) -> Iterator[None]:
    """Publish within the block as if ``depth`` events and the work marked ``by`` lay behind it: for work that a row
    carried on after an event.
    """
    token, mark = _cause_depth.set(depth), _causes.set(tuple(by))
    try:
        yield
    finally:
        _cause_depth.reset(token)
        _causes.reset(mark)


def publish(event: Event, *, source_key: str | None = None, first: bool = False) -> OutboxEvent | None:
    """Write ``event`` in the caller's transaction and deliver it to every subscriber after the commit.

    ``source_key`` (such as ``order:17:placed``) makes publishing idempotent: a second event with the same key is
    not written and None is returned. With ``first`` the caller holds the lock that makes a second one impossible: it
    would raise IntegrityError, and a query is saved. None is also returned for an event caused by events caused by
    events more than eight times over; a log line says so, and subscribers are told (``note_dropped``).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("publish() needs the transaction of the change that it announces.")
    if event.code not in events:
        raise UnknownCode("event", event.code)
    depth = _cause_depth.get()
    if depth > MAX_CAUSE_DEPTH:
        _drop(event)
        return None
    moment = clock.now()
    row = OutboxEvent(
        code=event.code,
        payload=event.payload(),
        source_key=source_key,
        cause_depth=depth,
        causes=list(_causes.get()),
        occurred_at=moment,
    )
    tolerant = source_key is not None and not first
    OutboxEvent.objects.bulk_create([row], ignore_conflicts=tolerant)
    if tolerant:
        written = OutboxEvent.objects.filter(uuid=row.uuid).first()
        if written is None:
            return None
        row = written
    wanted = _heard(row)
    OutboxDelivery.objects.bulk_create([OutboxDelivery(event=row, subscriber=code, due_at=moment) for code in wanted])
    if wanted:
        enqueue("shopflow.core.deliver_events")
    return row


def publish_first(announced: Sequence[tuple[Event, str | None]]) -> None:
    """Write events with their source keys, if they have any, all at once, in the caller's transaction.

    As :func:`publish` with ``first``: the caller holds the locks that make a second event with the same key
    impossible.
    """
    if not announced:
        return
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("publish_first() needs the transaction of the changes that it announces.")
    depth, moment, by = _cause_depth.get(), clock.now(), list(_causes.get())
    if depth > MAX_CAUSE_DEPTH:
        for event, _key in announced:
            _drop(event)
        return
    rows = [
        OutboxEvent(
            code=event.code,
            payload=event.payload(),
            source_key=key,
            cause_depth=depth,
            causes=by,
            occurred_at=moment,
        )
        for event, key in announced
    ]
    write_all(OutboxEvent, rows)
    deliveries = [OutboxDelivery(event=row, subscriber=code, due_at=moment) for row in rows for code in _heard(row)]
    write_all(OutboxDelivery, deliveries)
    if deliveries:
        enqueue("shopflow.core.deliver_events")


def _drop(event: Event) -> None:
    logger.error("Event “%s” dropped: it was caused by a loop of events.", event.code)
    for subscriber in subscribers:
        if _wants(subscriber, event.code):
            subscriber.note_dropped(event)


def _wants(subscriber: EventSubscriber, code: str) -> bool:
    return not subscriber.events or code in subscriber.events


def _heard(row: OutboxEvent) -> list[str]:
    """The subscribers that want to hear of ``row``."""
    return [subscriber.code for subscriber in subscribers if _wants(subscriber, row.code)]


def deliver_due(*, limit: int = BATCH) -> int:
    """Deliver up to ``limit`` waiting events and return how many deliveries were tried."""
    now = clock.now()
    waiting = OutboxDelivery.objects.filter(state=OutboxDelivery.State.WAITING, due_at__lte=now).order_by(
        "due_at", "pk"
    )
    keys = claim(waiting, now=now, lease=LEASE, limit=limit)
    for key in keys:
        _deliver(key)
    return len(keys)


def _deliver(key: int) -> None:
    delivery = OutboxDelivery.objects.select_related("event").get(pk=key)
    row = delivery.event
    try:
        subscriber = subscribers.get(delivery.subscriber)
        event = events.get(row.code).restore(row.payload)
    except UnknownCode as error:
        _park(delivery, str(error))
        return
    try:
        with caused_at(row.cause_depth + 1, row.causes), transaction.atomic():
            if not _finish(key):  # our lease ran out in a long batch, and another worker has done it
                return
            subscriber.handle(PublishedEvent(id=row.pk, occurred_at=row.occurred_at, event=event))
    except Exception as error:  # a subscriber's failure is recorded, shown and tried again
        logger.exception("“%s” failed on event %s (%s)", delivery.subscriber, row.pk, row.code)
        _retry_later(delivery, f"{type(error).__name__}: {error}")


def _finish(key: int) -> bool:
    """Mark a waiting delivery as done, before the work and in its transaction: a second worker waits for the row."""
    waiting = OutboxDelivery.objects.filter(pk=key, state=OutboxDelivery.State.WAITING)
    changed = waiting.update(state=OutboxDelivery.State.DONE, done_at=clock.now(), lease_until=None, last_error="")
    return changed == 1


def _retry_later(delivery: OutboxDelivery, reason: str) -> None:
    attempts = delivery.attempts + 1
    if attempts > len(RETRY_AFTER):
        _park(delivery, reason)
        return
    OutboxDelivery.objects.filter(pk=delivery.pk).update(
        attempts=attempts, due_at=clock.now() + RETRY_AFTER[attempts - 1], lease_until=None, last_error=reason
    )


def _park(delivery: OutboxDelivery, reason: str) -> None:
    OutboxDelivery.objects.filter(pk=delivery.pk).update(
        state=OutboxDelivery.State.PARKED, lease_until=None, last_error=reason
    )


def retry_parked(*, delivery_ids: list[int]) -> int:
    """Put parked deliveries back in line, for staff; returns how many."""
    count = OutboxDelivery.objects.filter(pk__in=delivery_ids, state=OutboxDelivery.State.PARKED).update(
        state=OutboxDelivery.State.WAITING, attempts=0, due_at=clock.now(), lease_until=None
    )
    if count:
        enqueue("shopflow.core.deliver_events")
    return count
