"""Events forget whom they are about when they have been kept long enough, and are not announced again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shopflow.core import clock
from shopflow.core.models import OutboxDelivery, OutboxEvent
from shopflow.core.services import forget_old_events

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
NAMED = {"email": "erika@example.org", "user_id": 7, "basket_id": 3}


@pytest.fixture
def before():
    return clock.now() - timedelta(days=400)


def event(at, *states, **payload):
    row = OutboxEvent.objects.create(
        code="basket_idle", payload=NAMED | payload, occurred_at=at, source_key=f"k:{OutboxEvent.objects.count()}"
    )
    for number, state in enumerate(states):
        OutboxDelivery.objects.create(event=row, subscriber=f"s{number}", state=state, due_at=at)
    return row


def sweep(before, limit=1000):
    with transaction.atomic():
        return forget_old_events(before=before, limit=limit)


def rows():
    return {row["id"]: row for row in OutboxEvent.objects.values()}


def test_an_event_names_nobody_a_second_after_its_time(before):
    old = event(before - SECOND, "done", "done")
    parked = event(before - SECOND, "done", "parked")
    waiting = event(before - SECOND, "waiting")
    event(before, "done")
    was = rows()
    assert sweep(before) == 2
    bare = {"payload": {"email": "", "user_id": None, "basket_id": 3}}
    assert rows() == was | {old.pk: was[old.pk] | bare}
    assert set(OutboxDelivery.objects.values_list("event", flat=True)) == set(was) - {old.pk}
    assert OutboxDelivery.objects.filter(event__in=[parked, waiting]).count() == 3
    assert sweep(before) == 0
    OutboxDelivery.objects.filter(state="parked").update(state="done")
    assert sweep(before) == 2, "as soon as it has reached every room"


def test_batches_go_from_the_oldest_on_at_the_same_cost(before):
    for number in range(40):
        event(before - SECOND, "done", number=number)
    costs = []
    for limit, gone in ((4, 4), (30, 30), (30, 6), (30, 0)):
        with CaptureQueriesContext(connection) as asked:
            assert sweep(before, limit=limit) == gone
        costs.append(len(asked))
    assert costs[0] == costs[1] == costs[2]
    assert not OutboxEvent.objects.filter(OutboxEvent.naming([NAMED["email"]])).exists()
