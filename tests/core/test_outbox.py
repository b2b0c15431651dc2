from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.db import transaction

from shopflow.contracts.events import Event, EventSubscriber, events, subscribers
from shopflow.core import clock
from shopflow.core.models import OutboxDelivery, OutboxEvent
from shopflow.core.services import deliver_due, outbox, publish, retry_parked


@dataclasses.dataclass(frozen=True, kw_only=True)
class LampLit(Event):
    code = "test_lamp_lit"
    label = "Lamp lit"
    lamp_id: int


class Counter(EventSubscriber):
    code = "test_counter"
    label = "Counter"
    events = frozenset({"test_lamp_lit"})
    seen: list[int] = []

    def handle(self, published):
        self.seen.append(published.event.lamp_id)


class Broken(EventSubscriber):
    code = "test_broken"
    label = "Broken"
    events = frozenset({"test_lamp_lit"})

    def handle(self, published):
        raise ValueError("no bulb")


@pytest.fixture(autouse=True)
def lamp():
    Counter.seen = []
    kept = subscribers.codes()
    with events.registered(LampLit), subscribers.without(*kept), subscribers.registered(Counter):
        yield


@pytest.mark.django_db
def test_an_event_reaches_its_subscriber_once():
    publish(LampLit(lamp_id=7))

    assert deliver_due() == 1
    assert deliver_due() == 0
    assert Counter.seen == [7]


@pytest.mark.django_db
def test_a_source_key_publishes_once():
    assert publish(LampLit(lamp_id=1), source_key="lamp:1:lit") is not None
    assert publish(LampLit(lamp_id=1), source_key="lamp:1:lit") is None

    assert OutboxEvent.objects.count() == 1
    assert OutboxDelivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_of_a_rolled_back_change_is_never_delivered():
    def change():
        with transaction.atomic():
            publish(LampLit(lamp_id=1))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        change()

    assert deliver_due() == 0
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="needs the transaction"):
        publish(LampLit(lamp_id=1))


@pytest.mark.django_db
def test_one_failing_subscriber_does_not_hold_up_another_and_is_tried_again():
    with subscribers.registered(Broken):
        publish(LampLit(lamp_id=3))
        assert deliver_due() == 2

        assert Counter.seen == [3]
        failed = OutboxDelivery.objects.get(subscriber="test_broken")
        assert (failed.state, failed.attempts, failed.last_error) == ("waiting", 1, "ValueError: no bulb")
        assert deliver_due() == 0

        for _ in range(6):
            clock.move_forward(timedelta(hours=9))
            assert deliver_due() == 1
    failed.refresh_from_db()
    assert failed.state == "parked"
    assert Counter.seen == [3]


@pytest.mark.django_db
def test_a_removed_subscriber_parks_its_deliveries_until_it_is_back():
    publish(LampLit(lamp_id=5))
    with subscribers.without("test_counter"):
        deliver_due()
    delivery = OutboxDelivery.objects.get()
    assert delivery.state == "parked"
    assert delivery.last_error == "No event subscriber with the code “test_counter” is installed."

    assert retry_parked(delivery_ids=[delivery.pk]) == 1
    assert deliver_due() == 1
    assert Counter.seen == [5]


@pytest.mark.django_db
def test_a_delivery_that_another_worker_has_done_is_not_done_again():
    """Its lease ran out in a long batch: claimed here, delivered there."""
    publish(LampLit(lamp_id=7))
    delivery = OutboxDelivery.objects.get()
    outbox._deliver(delivery.pk)

    outbox._deliver(delivery.pk)

    assert Counter.seen == [7]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("done", 0)
