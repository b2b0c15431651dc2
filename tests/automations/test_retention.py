"""Old runs forget whose they were; figures stay, and nobody is let in a second time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shopflow.automations.models import DailyFigure, Decision, Flow, Run, RunKey, RunStep
from shopflow.automations.reporting.folding import fold, rebuild
from shopflow.automations.services.beginning import begin_many
from shopflow.automations.services.people import erase_person, export_person
from shopflow.automations.services.retention import forget_old_runs, sealed
from shopflow.core import clock
from tests.automations.doubles import ThingHappened

pytestmark = pytest.mark.django_db
EMAIL = "erika@example.org"
SECOND = timedelta(seconds=1)
WAIT = {"id": "pause", "kind": "wait", "for": {"days": 1000}}


def sweep(before, limit=1000):
    with transaction.atomic():
        return forget_old_runs(before=before, limit=limit)


def enter(happen, *numbers, email=EMAIL):
    for number in numbers:
        happen(ThingHappened(thing_id=number, email=email))


def everything():
    return {model: {row["id"]: row for row in model.objects.values()} for model in (Run, RunStep, RunKey, Decision)}


def at(moment, **where):
    """Have runs ended and decided at ``moment``."""
    Run.objects.filter(**where).update(ended_at=moment)
    Decision.objects.filter(run__in=Run.objects.filter(**where)).update(at=moment)


@pytest.fixture
def before():
    fold()
    return clock.now() - timedelta(days=730)


def test_a_run_names_nobody_a_second_after_its_time(make_flow, happen, work_on, before):
    make_flow()
    enter(happen, 1, 2)
    work_on()
    old, new = Run.objects.order_by("pk")
    at(before - SECOND, pk=old.pk)
    at(before, pk=new.pk)
    Decision.objects.filter(run=new).update(at=before - SECOND)  # decided earlier, ended later
    refused = Decision.objects.create(
        flow=old.flow, email=EMAIL, gate="trigger", code="switched_off", verdict="false", at=before - SECOND
    )
    was = everything()

    assert sweep(before) == sum(row["run_id"] in (old.pk, None) for row in was[Decision].values())
    now = everything()
    bare = {"email": sealed(EMAIL), "entry_key": sealed(old.entry_key), "entry_base": sealed(old.entry_base),
            "subject": {}, "reason": ""}  # fmt: skip
    assert now[Run] == was[Run] | {old.pk: was[Run][old.pk] | bare}
    for model in (RunStep, RunKey, Decision):
        assert now[model] == {key: row for key, row in was[model].items() if row["run_id"] == new.pk}, model
    assert not Decision.objects.filter(pk=refused.pk).exists()
    assert EMAIL not in repr(now[Run][old.pk])
    assert sweep(before) == 0
    assert sweep(before + SECOND) > 0


def test_whoever_is_under_way_stays_whole(make_flow, happen, work_on, before):
    make_flow(WAIT)
    enter(happen, 1)
    work_on()
    Decision.objects.update(at=before - SECOND)
    was = everything()
    assert sweep(before) == 0
    assert everything() == was
    assert Run.objects.get().is_open


@pytest.mark.parametrize(
    ("reentry", "numbers"), [({"mode": "once_ever"}, (1, 2)), ({"mode": "per_key"}, (1, 1))], ids=["once", "key"]
)
def test_nobody_is_let_in_a_second_time(make_flow, happen, work_on, before, reentry, numbers):
    make_flow(reentry=reentry, schema=2)
    enter(happen, numbers[0])
    work_on()
    at(before - SECOND)
    sweep(before)
    enter(happen, numbers[1])
    assert Run.objects.count() == 1
    assert Decision.objects.get().code == "entered_before"
    enter(happen, numbers[1], email="max@example.org")
    assert Run.objects.count() == 2


def test_a_gap_counts_from_a_forgotten_run_too(make_flow, happen, work_on, before):
    make_flow(entry_key="always", reentry={"mode": "after_exit", "min_gap": {"days": 1000}}, schema=2)
    enter(happen, 1)
    work_on()
    at(before - SECOND)
    sweep(before)
    enter(happen, 2)
    assert Decision.objects.get().code == "too_soon"
    at(clock.now() - timedelta(days=1001))
    enter(happen, 3)
    assert Run.objects.order_by("pk").last().entry_key == "always~2"


def test_nobody_is_taken_into_a_broadcast_twice(make_flow, happen, work_on, before):
    flow = make_flow(entry_key="sale:{email}")
    flow = Flow.objects.select_related("active_version").get(pk=flow.pk)
    subjects = [{"email": EMAIL, "thing_id": 1, "occasion": "sale"}]
    with transaction.atomic():
        assert begin_many(flow=flow, version=flow.active_version, subjects=subjects)[0] == 1
    work_on()
    at(before - SECOND)
    sweep(before)
    assert Run.objects.get().subject == {"occasion": "sale"}, "its broadcast is known"
    more = [*subjects, {"email": "max@example.org", "thing_id": 1, "occasion": "sale"}]
    with transaction.atomic():
        begun, refused = begin_many(flow=flow, version=flow.active_version, subjects=more)
    assert (begun, dict(refused)) == (1, {"entered_before": 1})


def test_figures_stay_also_when_they_are_counted_anew(make_flow, happen, work_on):
    make_flow()
    enter(happen, 1, 2)
    work_on()
    fold()
    figures = set(DailyFigure.objects.values_list("flow", "version", "node", "day", "measure", "reason", "count"))
    assert len(figures) > 3
    clock.move_forward(timedelta(days=800))
    assert sweep(clock.now() - timedelta(days=730)) == 0, "before they are counted"
    fold()
    assert sweep(clock.now() - timedelta(days=730)) > 0
    assert not Decision.objects.exists()
    for again in (fold, rebuild):
        again()
        now = set(DailyFigure.objects.values_list("flow", "version", "node", "day", "measure", "reason", "count"))
        assert now == figures, again


def test_a_person_is_still_told_and_forgotten(make_flow, happen, work_on, before):
    make_flow()
    enter(happen, 1)
    work_on()
    at(before - SECOND)
    sweep(before)
    assert len(export_person(EMAIL)["runs"]) == 1
    assert erase_person(EMAIL)["runs"] == 1
    run = Run.objects.get()
    assert {run.email, run.entry_key} == {f"#{run.pk}"}
    assert export_person(EMAIL)["runs"] == []


def test_batches_cost_the_same_and_go_along_the_index(make_flow, happen, work_on, before):
    make_flow()
    enter(happen, *range(1, 9))
    work_on()
    at(before - SECOND)
    total, costs = Decision.objects.count(), []
    while True:
        with CaptureQueriesContext(connection) as asked:
            gone = sweep(before, limit=4)
        if not gone:
            break
        costs.append(len(asked))
    assert not Run.objects.filter(email=EMAIL).exists()
    assert not Decision.objects.exists()
    assert max(costs) == min(costs)
    assert total == 16
    query = next(one["sql"] for one in asked if "LEFT OUTER JOIN" in one["sql"])
    flow, now = Flow.objects.get(code="test_flow"), clock.now()
    Decision.objects.bulk_create(
        Decision(flow=flow, gate="trigger", code="x", verdict="false", at=now) for _row in range(3000)
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE shopflow_automations_decision")
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + query)
        assert "sf_decision_flow" in str(cursor.fetchall())
