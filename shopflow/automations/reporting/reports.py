"""What the report pages show: read from the figures of the days, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Sum

from shopflow.automations.definitions import Act
from shopflow.automations.definitions.wording import Phrase, step_phrase
from shopflow.automations.models import (
    ArmResult,
    AutomationSettings,
    Conversion,
    DailyFigure,
    Flow,
    FlowVersion,
    ReportState,
    StandingFigure,
)
from shopflow.automations.queries import active_definition, readable
from shopflow.automations.reporting.days import Span
from shopflow.automations.reporting.figures import Money, Tally, per_day, tallies_by_node, tally
from shopflow.automations.reporting.statistics import Interval, rate, rate_difference
from shopflow.automations.services.experiments import HOLDOUT
from shopflow.core.plots import Bar, bars

Measure = DailyFigure.Measure

MINUTES: Mapping[str, float] = {"send_mail": 4, "notify_staff": 2, "open_staff_task": 3}
"""What an action spares a person unless staff have estimated it otherwise, in minutes."""
MINUTES_OTHERWISE = 1.0


@dataclass(frozen=True)
class StepReport:
    """One step: its words, its sums, and who stands there now."""

    node: str
    phrase: Phrase | None
    tally: Tally
    standing: int
    parked: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class ArmReport:
    """One arm beside the arm it is compared with. ``too_small``: nobody should decide by these numbers yet."""

    result: ArmResult
    rate: Interval | None
    rate_lift: Interval | None
    revenue_lift: Interval | None
    too_small: bool

    @property
    def verdict(self) -> str:
        """``too_small``, ``open``, ``better`` or ``worse``; empty for the arm that is compared with."""
        if not self.result.against:
            return ""
        if self.too_small or self.rate_lift is None:
            return "too_small"
        if not self.rate_lift.decides:
            return "open"
        return "better" if self.rate_lift.estimate > 0 else "worse"


@dataclass(frozen=True)
class ExperimentReport:
    name: str
    is_holdout: bool
    arms: Sequence[ArmReport]
    least: int


@dataclass(frozen=True)
class FlowReport:
    """Everything about one flow in a span of days, beside as many days before."""

    flow: Flow
    span: Span
    as_of: datetime | None
    total: Tally
    before: Tally
    refused: Mapping[str, int]
    steps: Sequence[StepReport]
    days: Sequence[Bar]
    experiments: Sequence[ExperimentReport]
    minutes: float
    version: int | None
    versions: Sequence[int]

    @property
    def hours(self) -> float:
        return self.minutes / 60


def flow_report(flow: Flow, span: Span, *, version: int | None = None) -> FlowReport:
    """The report; ``version`` leaves out all others. A fixed number of queries, however much has run."""
    rules = rules_of_now()
    rows = _figures(flow, span, version)
    begun = per_day(rows, Measure.BEGUN)
    total = tally(rows)
    return FlowReport(
        flow=flow,
        span=span,
        as_of=as_of(),
        total=total,
        before=tally(_figures(flow, span.before, version)),
        refused=total.parts(Measure.REFUSED),
        steps=_steps(flow, rows, version),
        days=bars([(day, begun.get(day, 0)) for day in span.each()]),  # type: ignore[misc]
        experiments=_experiments(flow, rules),
        minutes=_minutes(rows, _actions(rows), rules),
        version=version,
        versions=list(flow.versions.order_by("-number").values_list("number", flat=True)[:50]),
    )


def rules_of_now() -> AutomationSettings:
    return AutomationSettings.objects.filter(pk=1).first() or AutomationSettings(pk=1)


def as_of() -> datetime | None:
    """When the figures were last brought up to date."""
    return ReportState.objects.values_list("folded_at", flat=True).filter(pk=1).first()


def _figures(flow: Flow, span: Span, version: int | None) -> list[DailyFigure]:
    rows = DailyFigure.objects.filter(flow=flow, day__gte=span.first, day__lte=span.last)
    if version is not None:
        rows = rows.filter(version__in=(0, version))
    return list(rows)


def _steps(flow: Flow, rows: list[DailyFigure], version: int | None) -> list[StepReport]:
    """The active version's steps in their order, then those that only earlier versions had."""
    sums = tallies_by_node(rows)
    standing = StandingFigure.objects.filter(flow=flow)
    found: dict[str, dict[str, Any]] = {}
    for row in standing if version is None else standing.filter(version=version):
        place = found.setdefault(row.node, {"standing": 0, "parked": 0, "oldest_at": row.oldest_at})
        place["parked" if row.parked else "standing"] += row.count
        place["oldest_at"] = min(place["oldest_at"], row.oldest_at)
    definition = active_definition(flow)
    phrases = {step.id: step_phrase(step) for step in definition.steps} if definition else {}
    others = sorted((set(sums) | set(found)) - set(phrases) - {""})
    nothing = {"standing": 0, "parked": 0, "oldest_at": None}
    return [
        StepReport(node, phrases.get(node), sums.get(node, Tally()), **found.get(node, nothing))
        for node in [*phrases, *others]
    ]


def minutes_of(action: str, rules: AutomationSettings) -> float:
    """What one such action spares a person, in minutes."""
    return float(rules.minutes_saved.get(action, MINUTES.get(action, MINUTES_OTHERWISE)))


_Actions = Mapping[tuple[int, int], Mapping[str, str]]
"""The action of each step, by flow and version."""


def _actions(rows: Sequence[DailyFigure]) -> _Actions:
    """What was done at the steps of ``rows``: by the version that did it, which need not be the active one."""
    places = {(row.flow_id, row.version) for row in rows if row.measure == Measure.DONE}
    flows, numbers = ({place[part] for place in places} for part in (0, 1))
    found = {}
    for version in FlowVersion.objects.filter(flow__in=flows, number__in=numbers):
        if (version.flow_id, version.number) in places and (definition := readable(version)) is not None:
            acts = [step for step in definition.steps if isinstance(step, Act) and step.action != "stop"]
            found[version.flow_id, version.number] = {act.id: act.action for act in acts}
    return found


def _minutes(rows: Iterable[DailyFigure], done_by: _Actions, rules: AutomationSettings) -> float:
    done = ((row, done_by.get((row.flow_id, row.version), {})) for row in rows if row.measure == Measure.DONE)
    return sum(row.count * minutes_of(acts[row.node], rules) for row, acts in done if row.node in acts)


def _experiments(flow: Flow, rules: AutomationSettings) -> list[ExperimentReport]:
    arms: dict[str, list[ArmResult]] = {}
    for result in ArmResult.objects.filter(flow=flow).order_by("experiment", "arm"):
        arms.setdefault(result.experiment, []).append(result)
    return [
        ExperimentReport(name, name == HOLDOUT, [_arm(arm, found, rules) for arm in found], rules.least_people)
        for name, found in arms.items()
    ]


def _arm(arm: ArmResult, beside: list[ArmResult], rules: AutomationSettings) -> ArmReport:
    control = next((other for other in beside if other.arm == arm.against), None)
    lift = None
    if arm.lift is not None and arm.lift_low is not None and arm.lift_high is not None:
        lift = Interval(arm.lift / 100, arm.lift_low / 100, arm.lift_high / 100)
    return ArmReport(
        result=arm,
        rate=rate(arm.buyers, arm.people),
        rate_lift=None if control is None else _more_buyers(arm, control),
        revenue_lift=lift,
        too_small=min(one.people for one in beside) < rules.least_people,
    )


def _more_buyers(arm: ArmResult, control: ArmResult) -> Interval | None:
    return rate_difference(arm.buyers, arm.people, control.buyers, control.people)


@dataclass(frozen=True)
class FlowLine:
    """One flow in the overview."""

    flow: Flow
    begun: int
    mails: int
    money: Money
    minutes: float

    @property
    def hours(self) -> float:
        return self.minutes / 60


def overview(span: Span) -> list[FlowLine]:
    """All flows with what they did and brought in the span, in four queries."""
    rules = rules_of_now()
    rows = (
        DailyFigure.objects.filter(day__gte=span.first, day__lte=span.last)
        .filter(measure__in=[Measure.BEGUN, Measure.MAIL, Measure.CONVERSION, Measure.DONE])
        .order_by()
        .values("flow_id", "version", "node", "measure", "reason")
        .annotate(count=Sum("count"), gross_cents=Sum("gross_cents"), net_cents=Sum("net_cents"))
    )
    figures: dict[int, list[DailyFigure]] = {}
    for row in rows:
        figures.setdefault(row["flow_id"], []).append(DailyFigure(**row))
    done_by = _actions([row for mine in figures.values() for row in mine])
    lines = []
    for flow in Flow.objects.order_by("name"):
        mine = figures.get(flow.pk, [])
        total = tally(mine)
        money = total.money.get(Conversion.Model.INFLUENCED, Money())
        lines.append(FlowLine(flow, total.begun, total.sent, money, _minutes(mine, done_by, rules)))
    return lines
