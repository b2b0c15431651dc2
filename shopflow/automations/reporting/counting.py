"""Counting the raw rows of some days: each function groups in the database and yields figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum, Value, When
from django.db.models.lookups import LessThanOrEqual

from shopflow.automations.models import Conversion, DailyFigure, Decision, Flow, Run, RunStep
from shopflow.automations.reporting.days import Span, by_day

Measure = DailyFigure.Measure

_MINUTES = (1, 2, 5, 10, 20, 40)
_HOURS = (1, 2, 4, 6, 9, 12, 18)
_DAYS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 21, 28, 35, 45, 60, 90, 180, 365)
STAYS = (
    *(timedelta(minutes=number) for number in _MINUTES),
    *(timedelta(hours=number) for number in _HOURS),
    *(timedelta(days=number) for number in _DAYS),
)
"""Upper bounds of the lengths of stay that are told apart; a median is read from them."""


def run_figures(span: Span, *, runs_from: int = 0) -> Iterator[DailyFigure]:
    """Runs that began and runs that ended."""
    begun = Run.objects.filter(span.within("entered_at"), pk__gte=runs_from)
    yield from grouped(begun, "entered_at", Measure.BEGUN, version="version__number")
    ended = Run.objects.filter(span.within("ended_at"))
    yield from grouped(ended, "ended_at", Measure.ENDED, version="version__number", node="node", reason="ending")


def step_figures(span: Span, *, steps_from: int = 0) -> Iterator[DailyFigure]:
    """Steps come to, and how and after how long they were left."""
    place = {"flow": "run__flow_id", "version": "run__version__number", "node": "node"}
    come = RunStep.objects.filter(span.within("started_at"), pk__gte=steps_from)
    yield from grouped(come, "started_at", Measure.ENTERED, **place)
    gone = RunStep.objects.filter(span.within("finished_at"))
    done, skipped = gone.filter(outcome=RunStep.Outcome.DONE), gone.filter(outcome=RunStep.Outcome.SKIPPED)
    yield from grouped(done, "finished_at", Measure.DONE, reason="code", **place)
    yield from grouped(skipped, "finished_at", Measure.SKIPPED, reason="code", **place)
    yield from grouped(gone.annotate(stay=_stay()), "finished_at", Measure.STAY, reason="stay", **place)


def _stay() -> Case:
    """The number of the length of stay in :data:`STAYS`, as two digits."""
    length = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    cases = [
        When(LessThanOrEqual(length, Value(bound, output_field=DurationField())), then=Value(f"{number:02}"))
        for number, bound in enumerate(STAYS)
    ]
    return Case(*cases, default=Value(f"{len(STAYS):02}"), output_field=CharField())


def decision_figures(span: Span) -> Iterator[DailyFigure]:
    """What was decided: who was not let in, what was put off, which goals were reached, and errors.

    A step that is put off again and again counts once a day and reason.
    """
    flows = list(Flow.objects.values_list("pk", flat=True))
    told = Decision.objects.filter(span.within("at"), flow_id__in=flows)
    refusals = told.filter(run=None, gate__in=[Decision.Gate.TRIGGER, Decision.Gate.ENTRY, Decision.Gate.ENGINE])
    yield from grouped(refusals.exclude(verdict="true"), "at", Measure.REFUSED, reason="code")
    place: dict[str, Any] = {"version": "run__version__number", "node": "node", "reason": "code"}
    known = told.filter(run__isnull=False)
    put_off = known.filter(gate=Decision.Gate.SENDING, details__result="defer")
    yield from grouped(put_off, "at", Measure.DEFERRED, count=Count("run_id", distinct=True), **place)
    goals = known.filter(gate=Decision.Gate.GOAL, verdict="true")
    yield from grouped(goals, "at", Measure.GOAL, **place)
    yield from grouped(known.filter(gate=Decision.Gate.ENGINE), "at", Measure.ERROR, **place)


def conversion_figures(span: Span) -> Iterator[DailyFigure]:
    """Orders put down to flows, by the day on which they were paid, at what they are worth by now.

    An order in another currency than the shop's counts as an order; its money cannot be added to that of the others.
    """
    ours = Q(sale__currency=settings.OSCAR_DEFAULT_CURRENCY)  # type: ignore[misc]
    yield from grouped(
        Conversion.objects.filter(span.within("sale__paid_at")),
        "sale__paid_at", Measure.CONVERSION, version="version", node="node", reason="model",
        gross_cents=Sum("sale__gross_cents", filter=ours, default=0),
        net_cents=Sum("sale__net_cents", filter=ours, default=0),
    )  # fmt: skip


def grouped(
    rows: QuerySet[Any],
    moment: str,
    measure: str,
    *,
    flow: str = "flow_id",
    version: str = "",
    node: str = "",
    reason: str = "",
    count: Any = None,
    **sums: Any,
) -> Iterator[DailyFigure]:
    """The rows counted by day, flow and whatever is named."""
    keys = {
        "_day": by_day(moment), "_flow": F(flow), "_version": F(version) if version else Value(0),
        "_node": F(node) if node else Value("", output_field=CharField()),
        "_reason": F(reason) if reason else Value("", output_field=CharField()),
    }  # fmt: skip
    keys = {f"by{name}": expression for name, expression in keys.items()}
    found = rows.order_by().annotate(**keys).values(*keys)
    for row in found.annotate(n=count or Count("pk"), **{f"n_{name}": total for name, total in sums.items()}):
        yield DailyFigure(
            day=row["by_day"], flow_id=row["by_flow"], version=row["by_version"] or 0, node=row["by_node"],
            measure=measure, reason=row["by_reason"], count=row["n"], **{name: row[f"n_{name}"] for name in sums},
        )  # fmt: skip
