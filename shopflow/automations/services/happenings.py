"""Whether an event is about a run: for exits, goals and waits, as it arrives or as it stands in the outbox."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from shopflow.automations.definitions.model import Happening, Where
from shopflow.automations.models import Run
from shopflow.automations.services.asking import ask
from shopflow.contracts.automations import RunContext
from shopflow.contracts.events import events
from shopflow.contracts.types import Label, Scalar
from shopflow.core.models import OutboxDelivery, OutboxEvent
from shopflow.mailing.addresses import normalise_email, spellings

SUBSCRIBER = "automations"
MANY = 500
"""Events that are looked through for one run; a subject that more of them name is no subject."""


@dataclass(frozen=True)
class Arrival:
    """An event as the flows see it."""

    event_id: int | None
    code: str
    occurred_at: datetime
    subject: Mapping[str, Scalar]

    @property
    def email(self) -> str:
        return str(self.subject.get("email") or "")

    @property
    def label(self) -> Label:
        return events.get(self.code).label if self.code in events else self.code


def normalised(payload: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """An event's fields, with the address as the runs spell it."""
    subject = dict(payload)
    email = normalise_email(str(subject.get("email") or ""))
    if email:
        subject["email"] = email
    return subject


def fits(where: Where, subject: Mapping[str, Scalar]) -> list[str]:
    """Fields of ``where`` in which the subject differs."""
    return [name for name, values in where.items() if subject.get(name) not in values]


def concerns(happening: Happening, run: Run, arrival: Arrival) -> bool:
    """Whether ``arrival`` is that event about ``run``'s subject; its conditions are not asked here."""
    if happening.event != arrival.code or run.event_id == arrival.event_id or fits(happening.where, arrival.subject):
        return False
    own, theirs = run.subject, arrival.subject
    if any(own.get(name) in (None, "") or own.get(name) != theirs.get(name) for name in happening.match):
        return False
    return all(own.get(name) != theirs.get(name) for name in happening.differ)


def holds(happening: Happening, context: RunContext) -> bool:
    """Whether its conditions hold for the run. Raises what :func:`asking.ask` raises."""
    return all(ask(question, context).holds for question in happening.conditions)


def happened(happenings: Iterable[Happening], run: Run, *, since: datetime) -> Iterator[tuple[Happening, Arrival]]:
    """The events in the outbox since then that are about ``run``, oldest first."""
    wanted = list(happenings)
    found = OutboxEvent.objects.filter(occurred_at__gte=since)
    yield from _matching(wanted, run, found)


def recent(codes: Collection[str], *, since: datetime) -> list[Arrival] | None:
    """All events in the outbox with one of ``codes`` since then, oldest first; None if they are too many to read."""
    found = OutboxEvent.objects.filter(code__in=codes, occurred_at__gte=since) if codes else OutboxEvent.objects.none()
    rows = list(found.order_by("occurred_at", "pk")[: MANY + 1])
    return None if len(rows) > MANY else [_arrival(row) for row in rows]


def among(
    arrivals: Iterable[Arrival], happenings: Sequence[Happening], run: Run, *, since: datetime
) -> Iterator[tuple[Happening, Arrival]]:
    """Those of ``arrivals`` since then that are about ``run``."""
    for arrival in arrivals:
        if arrival.occurred_at >= since:
            yield from ((happening, arrival) for happening in happenings if concerns(happening, run, arrival))


def pending(happenings: Iterable[Happening], run: Run) -> Iterator[tuple[Happening, Arrival]]:
    """Events about ``run`` that have happened and have not reached the automations yet."""
    waiting = OutboxDelivery.objects.filter(subscriber=SUBSCRIBER).exclude(state=OutboxDelivery.State.DONE)
    found = OutboxEvent.objects.filter(pk__in=waiting.values("event_id"), occurred_at__gte=run.entered_at)
    yield from _matching(list(happenings), run, found)


def any_pending(codes: Iterable[str]) -> bool:
    """Whether an event with one of ``codes`` has not reached the automations yet."""
    waiting = OutboxDelivery.objects.filter(subscriber=SUBSCRIBER, event__code__in=set(codes))
    return waiting.exclude(state=OutboxDelivery.State.DONE).exists()


def _matching(wanted: list[Happening], run: Run, found: object) -> Iterator[tuple[Happening, Arrival]]:
    about = Q(pk__in=[])
    for happening in wanted:
        agree = {f"payload__{name}": run.subject.get(name) for name in happening.match if name != "email"}
        theirs = Q(code=happening.event, **agree)
        if "email" in happening.match:  # the oldest events of everybody need not hold one of this person's
            theirs &= Q(OutboxEvent.naming(spellings(str(run.subject.get("email") or ""))))
        about |= theirs
    if not wanted:
        return
    rows = found.filter(about).order_by("occurred_at", "pk")[:MANY]  # type: ignore[attr-defined]
    for row in rows:
        arrival = _arrival(row)
        yield from ((happening, arrival) for happening in wanted if concerns(happening, run, arrival))


def _arrival(row: OutboxEvent) -> Arrival:
    return Arrival(row.pk, row.code, row.occurred_at, normalised(row.payload))
