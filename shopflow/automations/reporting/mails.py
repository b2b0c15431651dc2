"""Counting the mails that runs have written, by the day on which they were written.

What became of a mail later, a bounce or an unsubscription, is counted on that day, too: rates then belong together.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Left, StrIndex, Substr

from shopflow.automations.models import DailyFigure, Run
from shopflow.automations.reporting.counting import grouped
from shopflow.automations.reporting.days import DAY, Span, begin_of, by_day, day_of
from shopflow.core import clock
from shopflow.mailing.models import LinkClick, Message, MessageEvent, MessageState, Suppression
from shopflow.mailing.services.clicks import KEPT

Measure = DailyFigure.Measure

ON_THE_WAY = (MessageState.PLANNED, MessageState.SUBMITTING, MessageState.DEFERRED)
KEY = "run:"
"""What the key of a run's mail begins with; then follow run, step and visit, parted by colons."""


PEOPLE, MACHINES, CLICKED, COUNTABLE = "people", "machines", "clicked", "countable"
"""Clicks by people and by machines; mails that people clicked in, of those whose links were counted."""


def messages() -> QuerySet[Message]:
    """Mails that runs have written to the run's person."""
    return Message.objects.exclude(campaign="").filter(dedupe_key__startswith=KEY).exclude(mail_class="staff")


def _placed(rows: QuerySet[Message]) -> QuerySet[Message]:
    """With the run, its version and the step, all of which the key names."""
    after = Substr(F("dedupe_key"), len(KEY) + 1)
    node = Substr(F("after"), StrIndex(F("after"), Value(":")) + 1)
    run = Run.objects.filter(pk=OuterRef("run_id"))
    return rows.annotate(
        after=after,
        run_id=Cast(Left(F("after"), StrIndex(F("after"), Value(":")) - 1), BigIntegerField()),
        rest=node,
        node=Left(F("rest"), StrIndex(F("rest"), Value(":")) - 1),
        flow_id=Subquery(run.values("flow_id")[:1]),
        version=Subquery(run.values("version__number")[:1]),
    ).exclude(flow_id=None)


def mail_figures(span: Span) -> Iterator[DailyFigure]:
    """Mails by what became of them, those held back at the last moment by reason, and clicks in them."""
    rows = _placed(messages().filter(span.within("created_at")))
    place = {"version": "version", "node": "node"}
    became = rows.annotate(became=_became())
    yield from grouped(became, "created_at", Measure.MAIL, reason="became", **place)
    held = rows.filter(state=MessageState.SKIPPED)
    yield from grouped(held, "created_at", Measure.UNSENT, reason="skip_code", **place)
    left = Suppression.objects.filter(
        email_hash=OuterRef("email_hash"), reason=Suppression.Reason.UNSUBSCRIBED, source=OuterRef("message_id")
    )
    gone = rows.filter(Exists(left)).annotate(became=Value("unsubscribed", output_field=CharField()))
    yield from grouped(gone, "created_at", Measure.MAIL, reason="became", **place)
    yield from _click_figures(rows, place)


def _click_figures(rows: QuerySet[Message], place: dict[str, str]) -> Iterator[DailyFigure]:
    """Clicks by people and by machines; mails that left with counted links, and those that people clicked in."""
    by_people = rows.filter(clicks__by_machine=False)
    kinds = {
        PEOPLE: (by_people, Count("clicks")),
        MACHINES: (rows.filter(clicks__by_machine=True), Count("clicks")),
        CLICKED: (by_people, Count("pk", distinct=True)),
        COUNTABLE: (rows.filter(counted_links__gt=0, state=MessageState.ACCEPTED), Count("pk")),
    }
    for kind, (found, count) in kinds.items():
        told = found.annotate(kind=Value(kind, output_field=CharField()))
        yield from grouped(told, "created_at", Measure.CLICK, reason="kind", count=count, **place)


def _became() -> Case:
    """The provider's last word about a mail that was sent, else where it stands in the shop."""
    return Case(
        When(Q(state=MessageState.ACCEPTED) & ~Q(delivery_state=""), then=F("delivery_state")),
        When(state__in=ON_THE_WAY, then=Value("on_the_way")),
        default=F("state"),
        output_field=CharField(),
    )


def changed_days(*, reports_seen: int, since: datetime) -> set[date]:
    """Days whose mails have changed: still on their way when last looked at, or since reported on, unsubscribed or
    clicked in."""
    open_days = DailyFigure.objects.filter(measure=Measure.MAIL, reason="on_the_way")
    days = set(open_days.order_by().values_list("day", flat=True).distinct())
    reported = MessageEvent.objects.filter(pk__gt=reports_seen).exclude(message__campaign="")
    days |= _days(reported.filter(message__isnull=False), "message__created_at")
    refused = Suppression.objects.filter(created_at__gte=since, reason=Suppression.Reason.UNSUBSCRIBED)
    days |= _days(messages().filter(message_id__in=refused.values("source")), "created_at")
    clicked = LinkClick.objects.filter(at__gte=since).exclude(message__campaign="")
    return days | _days(clicked, "message__created_at")


def days_of_lost_clicks() -> set[date]:
    """Days whose figures hold clicks that were deleted since, because the person has taken the consent back or was
    erased. Those of days from which clicks go for their age keep their sums.
    """
    first = day_of(clock.now() - KEPT) + DAY
    counted = DailyFigure.objects.filter(measure=Measure.CLICK, reason__in=[PEOPLE, MACHINES], day__gte=first)
    noted = dict(counted.order_by().values("day").annotate(sum=Sum("count")).values_list("day", "sum"))
    left = LinkClick.objects.filter(message__created_at__gte=begin_of(first)).annotate(
        of_day=by_day("message__created_at")
    )
    there = dict(left.order_by().values("of_day").annotate(sum=Count("pk")).values_list("of_day", "sum"))
    return {day for day, count in noted.items() if there.get(day, 0) < count}


def _days(rows: QuerySet[Any], field: str) -> set[date]:
    return set(rows.order_by().annotate(of_day=by_day(field)).values_list("of_day", flat=True).distinct())
