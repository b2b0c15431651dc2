"""Places in experiments and recipients forget the address once every run of the person is forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shopflow.audience.models import Contact
from shopflow.automations.extensions.retention import OldRuns
from shopflow.automations.models import ArmResult, Decision, ExperimentAssignment, Recipient, Run, RunStep
from shopflow.automations.reporting.arms import work_out
from shopflow.automations.reporting.folding import fold
from shopflow.automations.services.control import block_person
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.experiments import assign
from shopflow.automations.services.people import erase_person
from shopflow.automations.services.retention import sealed
from shopflow.core import clock
from tests.audience.people import order
from tests.automations.doubles import ADVERT, ThingHappened
from tests.automations.test_reports import paid
from tests.services.waiting import until_somebody_waits

EMAIL = "erika@example.org"
SPLIT = {"id": "split", "kind": "split", "experiment": "x", "arms": [{"code": "a"}, {"code": "b"}]}
SECOND = timedelta(seconds=1)


def sweep(before, limit=1000):
    with transaction.atomic():
        return OldRuns().sweep(before=before, limit=limit)


def at(moment, **where):
    Run.objects.filter(**where).update(ended_at=moment)
    Decision.objects.filter(run__in=Run.objects.filter(**where)).update(at=moment)
    ExperimentAssignment.objects.update(assigned_at=moment)


@pytest.fixture
def before(db):
    fold()
    return clock.now() - timedelta(days=730)


@pytest.mark.django_db
def test_whose_runs_are_forgotten_is_named_nowhere_and_keeps_the_arm(make_flow, happen, work_on, before):
    flow = make_flow(SPLIT, schema=2)
    for number in (1, 2):
        happen(ThingHappened(thing_id=number, email=EMAIL))
    work_on()
    Recipient.objects.create(email=EMAIL)
    place = ExperimentAssignment.objects.get()
    other = {"a": "b", "b": "a"}[place.arm]
    ExperimentAssignment.objects.update(arm=other)  # drawn when the seed was another one
    at(before - SECOND)
    Run.objects.filter(pk=Run.objects.last().pk).update(ended_at=before)
    sweep(before)
    assert (ExperimentAssignment.objects.get().email, Recipient.objects.get().email) == (EMAIL, EMAIL), (
        "one run is left"
    )

    at(before - SECOND)
    sweep(before)
    assert ExperimentAssignment.objects.values("pk", "email", "arm").get() == {
        "pk": place.pk, "email": sealed(EMAIL), "arm": other
    }  # fmt: skip
    assert not Recipient.objects.exists()
    assert sweep(before) == 0

    assert assign(flow, "x", EMAIL, [("a", 1), ("b", 1)]) == other
    for number in (3, 4):
        happen(ThingHappened(thing_id=number, email=EMAIL))
    work_on()
    assert set(RunStep.objects.values_list("code", flat=True)) == {f"arm:{other}"}
    assert ExperimentAssignment.objects.count() == 1

    erase_person(EMAIL)
    assert ExperimentAssignment.objects.get().email == f"#{place.pk}"


@pytest.mark.django_db
def test_a_place_of_today_waits_for_its_own_time(make_flow, happen, work_on, before):
    make_flow(SPLIT, schema=2)
    happen(ThingHappened(thing_id=1, email=EMAIL))
    work_on()
    drawn = ExperimentAssignment.objects.get().assigned_at
    at(before - SECOND)
    ExperimentAssignment.objects.update(assigned_at=drawn)
    sweep(before)
    assert ExperimentAssignment.objects.get().email == EMAIL
    assert sweep(drawn + SECOND) == 1


@pytest.mark.django_db
def test_purchases_still_count_for_the_arm(make_flow, seller, before):
    flow = make_flow(ADVERT)
    for number, arm in enumerate(("held_out", "treated", "treated")):
        drawn = {"flow": flow, "experiment": "holdout", "email": f"p{number}@example.org", "arm": arm}
        ExperimentAssignment.objects.create(**drawn, assigned_at=clock.now() - timedelta(days=1))
        paid(order(f"p{number}@example.org"))
    work_out()
    figures = list(ArmResult.objects.order_by("arm").values("arm", "people", "buyers", "net_cents", "lift"))
    assert [row["people"] for row in figures] == [1, 2]
    assert sweep(clock.now()) == 3
    assert not ExperimentAssignment.objects.filter(email__contains="@").exists()
    work_out()
    assert list(ArmResult.objects.order_by("arm").values("arm", "people", "buyers", "net_cents", "lift")) == figures
    Contact.objects.filter(email="p2@example.org").delete()
    work_out()
    assert ArmResult.objects.get(arm="treated").people == 1, "whose purchases nobody knows does not count"


@pytest.mark.django_db
def test_whom_staff_have_blocked_stays_blocked(admin_user, before):
    block_person(email=EMAIL, blocked=True, actor=admin_user, reason="Beschwerde")
    assert sweep(before) == 0
    block_person(email=EMAIL, blocked=False, actor=admin_user, reason="")
    assert sweep(before) == 1
    assert not Recipient.objects.exists()


@pytest.mark.django_db
def test_a_batch_costs_the_same_however_many_it_holds(make_flow, before):
    flow, costs = make_flow(SPLIT, schema=2), []
    for count in (3, 40):
        Recipient.objects.bulk_create(Recipient(email=f"p{number}@example.org") for number in range(count))
        row = {"flow": flow, "experiment": f"x{count}", "arm": "a", "assigned_at": before - SECOND}
        ExperimentAssignment.objects.bulk_create(
            ExperimentAssignment(email=f"p{number}@example.org", **row) for number in range(count)
        )
        with CaptureQueriesContext(connection) as asked:
            assert sweep(before, limit=500) == 2 * count
        costs.append(len(asked))
    assert costs[0] == costs[1]


@pytest.mark.postgres
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_worker_locks_a_recipient_who_is_forgotten_at_that_moment(transactional_db):
    Recipient.objects.create(email=EMAIL)

    def decide():
        try:
            with transaction.atomic():
                Desk.of_now().lock([EMAIL])
                with connection.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM shopflow_automations_recipient WHERE email = %s", [EMAIL])
                    return cursor.fetchone()[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert Recipient.objects.all().delete()[0] == 1
            decided = pool.submit(decide)
            until_somebody_waits()
            assert not decided.done(), "it waits for whoever forgets"
        assert decided.result(timeout=10) == 1
    assert Recipient.objects.get().email == EMAIL
