"""Baskets forget whose they were, and attempts that became no order what was entered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model
from oscar.test.factories import create_order

from shopflow.core import clock
from shopflow.ordering.models import BasketActivity, OrderAttempt
from shopflow.ordering.services.retention import forget_left_baskets, forget_old_attempts

pytestmark = pytest.mark.django_db
EMAIL = "erika@example.org"
SECOND = timedelta(seconds=1)
State = OrderAttempt.State


@pytest.fixture
def before():
    return clock.now() - timedelta(days=30)


def left(at, email=EMAIL):
    basket = get_model("basket", "Basket").objects.create()
    return BasketActivity.objects.create(basket=basket, email=email, touched_at=at, announced_at=at, checkout_at=at)


def attempt(number, at, state, **more):
    basket = get_model("basket", "Basket").objects.create()
    return OrderAttempt.objects.create(
        basket=basket, order_number=str(number), email=EMAIL, state=state, payment_method="prepayment",
        total_cents=100, currency="EUR", submission={"email": EMAIL}, created_at=at, expires_at=at, **more,
    )  # fmt: skip


def sweep(verb, before, limit=1000):
    with transaction.atomic():
        return verb(before=before, limit=limit)


def state_of(model):
    return {row[model._meta.pk.attname]: row for row in model.objects.values()}


def test_a_basket_forgets_its_address_a_second_after_its_time(before):
    old = left(before - SECOND)
    left(before)
    left(before - SECOND, email="")
    was = state_of(BasketActivity)
    assert sweep(forget_left_baskets, before) == 1
    assert state_of(BasketActivity) == was | {old.pk: was[old.pk] | {"email": ""}}
    assert sweep(forget_left_baskets, before) == 0
    assert get_model("basket", "Basket").objects.count() == 3


def test_attempts_are_emptied_unless_an_order_or_money_hangs_on_them(before):
    early = before - SECOND
    gone = [attempt(number, early, state) for number, state in enumerate(("declined", "expired", "refunded"))]
    attempt(10, before, State.DECLINED)
    attempt(11, early, State.REFUND_DUE)
    attempt(12, early, State.AWAITING)
    attempt(13, early, State.EXPIRED, lease_until=early)  # a provider has told more
    attempt(14, early, State.PLACED, order=create_order(number="SF-1"))
    was = state_of(OrderAttempt)
    assert sweep(forget_old_attempts, before) == 3
    emptied = {"email": "", "user_id": None, "submission": {}}
    assert state_of(OrderAttempt) == was | {one.pk: was[one.pk] | emptied for one in gone}
    assert sweep(forget_old_attempts, before) == 0


@pytest.mark.parametrize(
    ("verb", "make", "index"),
    [
        (forget_left_baskets, lambda at, number: left(at), "sf_basket_known"),
        (forget_old_attempts, lambda at, number: attempt(number, at, State.DECLINED), "order_id"),
    ],
)
def test_batches_cost_two_queries_and_go_along_an_index(before, verb, make, index):
    for number in range(5):
        make(before - SECOND * (number + 1), number)
    for gone in (3, 2):
        with CaptureQueriesContext(connection) as asked:
            assert sweep(verb, before, limit=3) == gone
        sent = [one["sql"] for one in asked if one["sql"].startswith(("SELECT", "UPDATE"))]
        assert len(sent) == 2
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + sent[0])
        assert index in str(cursor.fetchall())
