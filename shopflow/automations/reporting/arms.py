"""What came of experiments and of holding people out: from who was drawn into which arm and what they bought.

A purchase counts for its arm if it was placed after the draw and within the days that the rules say, whatever mail the
person got: that is the point of drawing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Count, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat

from shopflow.audience.models import Contact, ContactOrder
from shopflow.automations.models import ArmResult, AutomationSettings, ExperimentAssignment, Flow, Sale
from shopflow.automations.reporting.statistics import Group, revenue_difference
from shopflow.automations.services.experiments import HELD_OUT, HOLDOUT
from shopflow.core import clock
from shopflow.mailing.addresses import EmailHash


@dataclass(frozen=True)
class _Experiment:
    flow: Flow
    name: str
    since: datetime
    people: dict[str, int]

    @property
    def against(self) -> str:
        """The arm that the others are compared with: those held out, else the first by name."""
        return HELD_OUT if self.name == HOLDOUT else min(self.people)


def work_out() -> int:
    """Bring the results of every experiment up to date; returns how many experiments there are."""
    rules = AutomationSettings.objects.filter(pk=1).first() or AutomationSettings(pk=1)
    now = clock.now()
    results: list[ArmResult] = []
    count = 0
    for experiment in _experiments():
        count += 1
        results += _results(experiment, _spent(experiment, timedelta(days=rules.lift_days)), now)
    with transaction.atomic():
        ArmResult.objects.all().delete()
        ArmResult.objects.bulk_create(results)
    return count


def _sealed(email: Any) -> Concat:
    """``services.retention.sealed`` of a column, in SQL."""
    return Concat(Value("#"), EmailHash(email), output_field=CharField())


def _experiments() -> Iterator[_Experiment]:
    # Purchases are known as long as the contact is, also of people whose runs are forgotten.
    contacts = Contact.objects.values_list(_sealed("email"))
    known = ExperimentAssignment.objects.filter(Q(email__contains="@") | Q(email__in=contacts))
    rows = known.order_by().values("flow_id", "experiment", "arm")
    found: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    since: dict[tuple[int, str], datetime] = {}
    for row in rows.annotate(people=Count("pk"), first=Min("assigned_at")):
        key = row["flow_id"], row["experiment"]
        found[key][row["arm"]] = row["people"]
        since[key] = min(row["first"], since.get(key, row["first"]))
    flows = Flow.objects.in_bulk({flow_id for flow_id, _name in found})
    for (flow_id, name), people in sorted(found.items()):
        yield _Experiment(flows[flow_id], name, since[flow_id, name], people)


def _spent(experiment: _Experiment, window: timedelta) -> dict[str, list[int]]:
    """Net cents of each buyer, by arm."""
    drawn = ExperimentAssignment.objects.filter(
        flow=experiment.flow,
        experiment=experiment.name,
        email__in=[OuterRef("contact__email"), _sealed(OuterRef("contact__email"))],
    )
    sale = Sale.objects.filter(pk=OuterRef("order_id"), currency=settings.OSCAR_DEFAULT_CURRENCY)  # type: ignore[misc]
    rows = (
        ContactOrder.objects.filter(placed_at__gte=experiment.since, contact__isnull=False)
        .annotate(
            arm=Subquery(drawn.values("arm")[:1]),
            drawn_at=Subquery(drawn.values("assigned_at")[:1]),
            net=Subquery(sale.values("net_cents")[:1]),
        )
        .filter(arm__isnull=False, net__isnull=False)
        .values_list("contact_id", "arm", "drawn_at", "placed_at", "net")
    )
    sums: dict[tuple[str, int], int] = defaultdict(int)
    for contact_id, arm, drawn_at, placed_at, net in rows.iterator(chunk_size=2000):
        if drawn_at <= placed_at < drawn_at + window and net > 0:
            sums[arm, contact_id] += net
    spent: dict[str, list[int]] = defaultdict(list)
    for (arm, _contact), net in sorted(sums.items()):
        spent[arm].append(net)
    return spent


def _results(experiment: _Experiment, spent: dict[str, list[int]], now: datetime) -> Sequence[ArmResult]:
    groups = {arm: Group(people, spent.get(arm, [])) for arm, people in experiment.people.items()}
    results = []
    for arm, group in sorted(groups.items()):
        result = ArmResult(
            flow=experiment.flow, experiment=experiment.name, arm=arm, people=group.people,
            buyers=len(group.values), net_cents=sum(group.values), at=now,
        )  # fmt: skip
        control = groups.get(experiment.against)
        if arm != experiment.against and control is not None:
            result.against = experiment.against
            lift = revenue_difference(group, control, seed=f"{experiment.flow.seed}:{experiment.name}:{arm}")
            if lift is not None:
                result.lift, result.lift_low, result.lift_high = lift.estimate, lift.low, lift.high
        results.append(result)
    return results
