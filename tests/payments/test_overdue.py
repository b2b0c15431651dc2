"""Transfers that have not come in time are announced, once for each number of days."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from shopflow.contracts.automations import timed_triggers
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.payments.services import announce_overdue, approve_business, withdraw_approval

pytestmark = pytest.mark.django_db


def told():
    rows = OutboxEvent.objects.filter(code="payment_overdue").order_by("pk")
    return [(row.payload["order_number"], row.payload["days"], row.payload["open_cents"]) for row in rows]


def placed(make_order, number, *, ago, **fields):
    """An order of so many days ago, at this time of the day; transfers are due after seven."""
    at = timezone.localtime(clock.now()) - timedelta(days=ago)
    return make_order(number=number, date_placed=at, guest_email=f"{number}@Example.org", **fields)


def test_it_is_announced_from_the_day_on_that_is_asked_for_and_once(account, make_order):
    order = placed(make_order, "SF-1", ago=9)
    placed(make_order, "SF-2", ago=8)

    assert announce_overdue(days=3) == 0
    assert announce_overdue(days=2) == 1
    assert announce_overdue(days=2) == 0
    assert OutboxEvent.objects.get(code="payment_overdue").payload == {
        "order_id": order.pk,
        "order_number": "SF-1",
        "email": "sf-1@example.org",
        "user_id": None,
        "payment_method": "bank_transfer",
        "due_on": (timezone.localdate(clock.now()) - timedelta(days=2)).isoformat(),
        "days": 2,
        "open_cents": 12995,
    }
    assert announce_overdue(days=0) == 2
    assert told() == [("SF-1", 2, 12995), ("SF-1", 0, 12995), ("SF-2", 0, 12995)]


def test_what_is_paid_over_or_paid_otherwise_is_never_late(account, make_order):
    placed(make_order, "SF-1", ago=20).sources.update(amount_debited=D("129.95"))
    placed(make_order, "SF-2", ago=20, status="cancelled")
    placed(make_order, "SF-3", ago=20, method="pickup")
    placed(make_order, "SF-4", ago=20, method="gateway_card")
    placed(make_order, "SF-5", ago=20).sources.update(amount_debited=D("100.00"))

    announce_overdue(days=1)
    assert told() == [("SF-5", 1, 2995)]


def test_old_debts_are_left_to_people(account, make_order):
    placed(make_order, "SF-1", ago=37)
    placed(make_order, "SF-2", ago=36)

    announce_overdue(days=0)
    assert told() == [("SF-2", 0, 12995)]


def test_a_business_has_the_days_that_were_agreed(account, make_order, django_user_model):
    user = django_user_model.objects.create_user("firma@example.org", "geheim-123")
    chief = django_user_model.objects.create_user("chef@example.org", "geheim-123")
    business = approve_business(user=user, company="Muster OHG", credit_limit=D(5000), approved_by=chief)
    placed(make_order, "SF-1", ago=15, method="invoice", user=user)

    assert announce_overdue(days=2) == 0
    assert announce_overdue(days=1) == 1
    withdraw_approval(business=business, actor=chief)
    assert announce_overdue(days=8) == 1, "as the order's page says it, too"


def test_it_costs_the_same_for_any_number_that_was_announced(account, make_order, django_assert_num_queries):
    for number in range(3):
        placed(make_order, f"SF-{number}", ago=9)
    assert announce_overdue(days=1) == 3
    with django_assert_num_queries(6):  # the clock, the account, the orders, what was told, and a savepoint
        assert announce_overdue(days=1) == 0


def test_without_an_account_nothing_is_due(make_order):
    placed(make_order, "SF-1", ago=20)
    assert announce_overdue(days=1) == 0


def test_the_clock_asks_for_the_days_that_automations_name(account, make_order):
    placed(make_order, "SF-1", ago=9)
    trigger = timed_triggers.get("payment_overdue")

    assert trigger.announce({}) == trigger.announce({"days": ["2", True]}) == 0
    assert trigger.announce({"days": [1, 2]}) == 2
