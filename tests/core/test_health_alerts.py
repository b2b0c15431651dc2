"""What the shop notices of its own troubles is told once a day, and never what is well."""

from __future__ import annotations

import pytest
import time_machine

from shopflow.core import clock, health
from shopflow.core.models import OutboxDelivery, OutboxEvent
from shopflow.core.tasks import watch_health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def probes(monkeypatch):
    """Everything is well, but for what a test breaks."""
    verdicts = {"disk": "", "cache": ""}

    def probe(name):
        def ask():
            if verdicts[name]:
                raise health.Unhealthy(verdicts[name])

        return ask

    monkeypatch.setattr(health, "PROBES", {name: probe(name) for name in verdicts})
    return verdicts


def told():
    rows = OutboxEvent.objects.filter(code="health_alert").order_by("pk")
    return [(row.payload["part"], row.payload["trouble"], row.payload["day"]) for row in rows]


def test_nothing_is_told_of_a_shop_that_is_well():
    watch_health()
    assert told() == []


def test_a_trouble_is_told_once_a_day_and_each_by_itself(probes):
    with time_machine.travel("2026-11-22 10:00+01:00", tick=False):
        probes["disk"] = "nearly full"
        watch_health()
        watch_health()
        probes["cache"] = "unreachable"
        watch_health()
    first = [("disk", "nearly full", "2026-11-22"), ("cache", "unreachable", "2026-11-22")]
    assert told() == first

    with time_machine.travel("2026-11-23 00:10+01:00", tick=False):
        probes["cache"] = ""
        watch_health()
    assert told() == [*first, ("disk", "nearly full", "2026-11-23")]


def test_events_that_are_held_are_a_trouble_that_the_health_page_does_not_fail_for():
    event = OutboxEvent.objects.create(code="order_paid", payload={}, occurred_at=clock.now())
    OutboxDelivery.objects.create(event=event, subscriber="gone", due_at=clock.now(), state="parked")

    watch_health()
    assert [(part, state) for part, state, _day in told()] == [("deliveries", "parked")]
    assert "deliveries" not in health.PROBES
