"""Bringing the figures up to date: the days on which something has changed are counted anew and replaced.

A day's figures are a function of the raw rows, so that doing it twice, or after a crash, comes to the same. What is
counted is the last two days and the few earlier ones whose mails or orders have changed, never all of history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min
from django.utils.timezone import localtime

from shopflow.automations.models import DailyFigure, ReportState, Run, RunStep, Sale, StandingFigure
from shopflow.automations.reporting import counting, mails
from shopflow.automations.reporting.days import DAY, Span, begin_of, by_day, day_of
from shopflow.contracts.retention import retentions
from shopflow.core import clock
from shopflow.mailing.models import MessageEvent
from shopflow.privacy.sweeping import period_of

MARGIN = timedelta(hours=2)
"""How long a transaction may have been open whose rows are older than what was counted before it ended."""

Measure = DailyFigure.Measure
OF_MAILS = (Measure.MAIL, Measure.UNSENT, Measure.CLICK)
OF_SALES = (Measure.CONVERSION,)
OF_RUNS = tuple(measure for measure in Measure if measure not in (*OF_MAILS, *OF_SALES))


def fold() -> datetime:
    """Bring every figure up to date and return as of when they hold. Only one at a time does the work."""
    with transaction.atomic():
        state = _state()
        now = clock.now()
        span = Span(min(day_of((state.folded_at or now) - MARGIN), day_of(now) - DAY), day_of(now))
        if state.folded_at is None:
            span = Span(_first_day(now), day_of(now))
        _replace(OF_RUNS, span, _of_runs(span, state))
        since = (state.folded_at or begin_of(span.first)) - MARGIN
        for days in _stretches({*span.each(), *mails.changed_days(reports_seen=state.reports_seen, since=since)}):
            _replace(OF_MAILS, days, mails.mail_figures(days))
        for days in _stretches({*span.each(), *_days_of_changed_sales(since)}):
            _replace(OF_SALES, days, counting.conversion_figures(days))
        _stand(now)
        _remember(state, now)
    return now


def rebuild(span: Span | None = None) -> Span:
    """Count the days of ``span`` anew, by default all since the first run; returns which.

    Days of which old runs have been forgotten keep their figures.
    """
    with transaction.atomic():
        _state()
        now = clock.now()
        span = span or Span(_first_day(now), day_of(now))
        span = Span(max(span.first, _first_whole_day(now)), span.last)
        DailyFigure.objects.filter(day__gte=span.first, day__lte=span.last).delete()
        _replace(OF_RUNS, span, _of_runs(span, ReportState()))
        _replace(OF_MAILS, span, mails.mail_figures(span))
        _replace(OF_SALES, span, counting.conversion_figures(span))
        _stand(now)
    return span


def take_back_clicks() -> None:
    """Count anew the days from which clicks have gone with somebody's consent."""
    with transaction.atomic():
        _state()
        for days in _stretches(mails.days_of_lost_clicks()):
            _replace(OF_MAILS, days, mails.mail_figures(days))


def _state() -> ReportState:
    ReportState.objects.get_or_create(pk=1)
    return ReportState.objects.select_for_update().get(pk=1)


def _first_day(now: datetime) -> date:
    first = Run.objects.order_by("pk").values_list("entered_at", flat=True).first()
    return min(day_of(first or now), day_of(now) - DAY)


def _first_whole_day(now: datetime) -> date:
    """The first day of which every run is still whole, whether or not the others have been swept."""
    return day_of(period_of(retentions.get("automation_runs")).over_before(localtime(now))) + DAY


def _of_runs(span: Span, state: ReportState) -> Iterator[DailyFigure]:
    yield from counting.run_figures(span, runs_from=state.runs_from)
    yield from counting.step_figures(span, steps_from=state.steps_from)
    yield from counting.decision_figures(span)


def _replace(measures: Iterable[str], span: Span, figures: Iterator[DailyFigure]) -> None:
    fresh = list(figures)
    DailyFigure.objects.filter(measure__in=measures, day__gte=span.first, day__lte=span.last).delete()
    DailyFigure.objects.bulk_create(fresh, batch_size=1000)


def _stretches(days: set[date]) -> Iterator[Span]:
    """The days as few spans, oldest first."""
    first: date | None = None
    last: date | None = None
    for day in sorted(days):
        if last is not None and day == last + DAY:
            last = day
            continue
        if first is not None and last is not None:
            yield Span(first, last)
        first = last = day
    if first is not None and last is not None:
        yield Span(first, last)


def _days_of_changed_sales(since: datetime) -> set[date]:
    changed = Sale.objects.filter(changed_at__gte=since).annotate(of_day=by_day("paid_at"))
    return set(changed.order_by().values_list("of_day", flat=True).distinct())


def _stand(now: datetime) -> None:
    """Who stands where now; one look at the open runs."""
    parked = {True: Run.objects.filter(state=Run.State.PARKED), False: Run.objects.filter(state__in=Run.RUNNABLE)}
    StandingFigure.objects.all().delete()
    StandingFigure.objects.bulk_create(
        StandingFigure(
            flow_id=row["flow_id"], version=row["version__number"], node=row["node"], parked=is_parked,
            count=row["n"], oldest_at=row["oldest"], at=now,
        )
        for is_parked, runs in parked.items()
        for row in runs.order_by().values("flow_id", "version__number", "node").annotate(
            n=Count("pk"), oldest=Min("entered_at")
        )
    )  # fmt: skip


def _remember(state: ReportState, now: datetime) -> None:
    """Note where the next time may begin to look. Reports may be committed late, so the last minutes are seen twice."""
    yesterday = begin_of(day_of(now) - DAY)
    began = Run.objects.filter(pk__gte=state.runs_from, entered_at__gte=yesterday).aggregate(first=Min("pk"))
    come = RunStep.objects.filter(pk__gte=state.steps_from, started_at__gte=yesterday).aggregate(first=Min("pk"))
    settled = MessageEvent.objects.filter(pk__gt=state.reports_seen, received_at__lt=now - MARGIN)
    ReportState.objects.filter(pk=1).update(
        folded_at=now,
        runs_from=began["first"] or state.runs_from,
        steps_from=come["first"] or state.steps_from,
        reports_seen=settled.order_by("-pk").values_list("pk", flat=True).first() or state.reports_seen,
    )
