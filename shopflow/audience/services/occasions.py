"""Announcing what time has made true of contacts: each occasion once, set by set."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from shopflow.audience.activity import last_active
from shopflow.audience.events import ContactInactive, DateReached, OrderAnniversary, OrdersLapsed
from shopflow.audience.models import Announced, AttributeDefinition, AttributeValue, Consent, Contact
from shopflow.audience.order_fields import first_order, last_order
from shopflow.contracts.events import Event
from shopflow.core import clock
from shopflow.core.services import publish

CHUNK = 500
LATE = 3
"""Days that a date may be announced late: a worker that stood still over a weekend loses no birthday."""


def announce_inactive(*, days: int) -> int:
    """Publish ``contact_inactive`` once per rest for those who may get advertising and have not acted for ``days``."""
    agreed = Consent.objects.filter(email=OuterRef("email"), state=Consent.State.GRANTED)
    chosen = Contact.objects.filter(Exists(agreed)).annotate(since=last_active())
    rested = chosen.filter(since__lte=clock.now() - timedelta(days=days))
    return _announce(f"contact_inactive:{days}", rested, lambda who: ContactInactive.of(who, days=days))


def announce_lapsed(*, days: int) -> int:
    """Publish ``orders_lapsed`` for those whose last order lies ``days`` back; once until they order again."""
    chosen = Contact.objects.annotate(since=last_order()).filter(since__lte=clock.now() - timedelta(days=days))
    return _announce(f"orders_lapsed:{days}", chosen, lambda who: OrdersLapsed.of(who, days=days))


def announce_anniversaries() -> int:
    """Publish ``order_anniversary`` on the day on which the first order was placed, one or more years later."""
    count = 0
    for day in _days():
        begins = _midnight(day)
        chosen = Contact.objects.annotate(first=first_order(), since=Value(begins)).filter(first__lt=begins)
        chosen = chosen.filter(_same_day("first", day)).filter(first__year__lt=day.year)
        count += _announce("order_anniversary", chosen, lambda who, day=day: _anniversary(who, day))  # type: ignore[misc]
    return count


def announce_dates(*, field: str, offset: int = 0) -> int:
    """Publish ``date_reached`` for the attribute ``field``: ``offset`` days after the date, before it if negative.

    A day of the year comes every year, a date once. An attribute that is no date comes never.
    """
    definition = AttributeDefinition.objects.filter(code=field).first()
    annual = definition is not None and definition.kind == AttributeDefinition.Kind.ANNUAL
    if definition is None or not (annual or definition.kind == AttributeDefinition.Kind.DATE):
        return 0
    count = 0
    for today in _days():
        meant = today - timedelta(days=offset)
        values = AttributeValue.objects.filter(_same_day("day", meant) if annual else Q(day=meant))
        mine = values.filter(contact=OuterRef("pk"), definition=definition)
        chosen = Contact.objects.filter(Exists(mine)).annotate(since=Value(_midnight(today)))
        facts = {"field": field, "offset": offset, "day": today.isoformat()}
        count += _announce(
            f"date_reached:{field}:{offset}", chosen, lambda who, facts=facts: DateReached.of(who, **facts)  # type: ignore[misc]
        )  # fmt: skip
    return count


def _announce(occasion: str, chosen: QuerySet[Contact], event: Callable[[Any], Event]) -> int:
    """Publish ``event`` for each of ``chosen`` that was not told since ``since``, a column of theirs."""
    told = Announced.objects.filter(contact=OuterRef("pk"), occasion=occasion, at__gte=OuterRef("since"))
    fresh = chosen.filter(~Exists(told)).order_by("pk")
    count, last = 0, 0
    while found := list(fresh.filter(pk__gt=last).only("pk", "email", "user_id")[:CHUNK]):
        with transaction.atomic():
            _note(occasion, found)
            for who in found:
                since = getattr(who, "since")  # noqa: B009 - annotated
                key = f"{occasion}:{who.pk}:{since.isoformat()}"
                count += publish(event(who), source_key=key[:128]) is not None
        last = found[-1].pk
    return count


def _note(occasion: str, found: Iterable[Contact]) -> None:
    now = clock.now()
    Announced.objects.bulk_create(
        [Announced(contact=who, occasion=occasion, at=now) for who in found],
        update_conflicts=True,
        unique_fields=["contact", "occasion"],
        update_fields=["at"],
    )


def _anniversary(who: Any, day: date) -> OrderAnniversary:
    years = day.year - timezone.localtime(who.first).year
    return OrderAnniversary.of(who, years=years, day=day.isoformat())


def _days() -> list[date]:
    """Today in the shop, and the days before that may still be announced."""
    today = timezone.localtime(clock.now()).date()
    return [today - timedelta(days=back) for back in range(LATE)]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _same_day(name: str, day: date) -> Q:
    """``name`` has the day and month of ``day``; in a year without 29 February, those born on it have the 28th."""
    same = Q(**{f"{name}__month": day.month, f"{name}__day": day.day})
    following = day + timedelta(days=1)
    if day.month == 2 and following.month == 3 and day.day == 28:
        same |= Q(**{f"{name}__month": 2, f"{name}__day": 29})
    return same
