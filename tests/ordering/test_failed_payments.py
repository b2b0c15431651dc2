"""Payments that come to nothing are announced once, with what became of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from oscar.core.loading import get_model

from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.ordering.models import OrderAttempt
from shopflow.ordering.services import mark_refund_due, release_attempt, reopen_attempt

pytestmark = pytest.mark.django_db
State = OrderAttempt.State


@pytest.fixture
def attempt():
    return OrderAttempt.objects.create(
        basket=get_model("basket", "Basket").objects.create(),
        order_number="SF-2026-000777",
        email="Kunde@example.org",
        state=State.AWAITING,
        payment_method="gateway_card",
        total_cents=4711,
        currency="EUR",
        submission={},
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=30),
    )


def told():
    return list(OutboxEvent.objects.filter(code="payment_failed").order_by("pk").values_list("payload", flat=True))


@pytest.mark.parametrize("state", [State.DECLINED, State.EXPIRED])
def test_a_failed_payment_is_announced_once(attempt, state):
    assert release_attempt(reference=attempt.reference, state=state)
    assert not release_attempt(reference=attempt.reference, state=state)

    assert told() == [
        {
            "order_number": "SF-2026-000777",
            "basket_id": attempt.basket_id,
            "email": "kunde@example.org",
            "user_id": None,
            "amount_cents": 4711,
            "payment_method": "gateway_card",
            "failure": str(state),
        }
    ]


def test_where_no_payment_was_begun_or_goods_were_missing_none_has_failed(attempt):
    release_attempt(reference=attempt.reference, state=State.DECLINED, by_payment=False)
    OrderAttempt.objects.update(state=State.RESERVED)
    release_attempt(reference=attempt.reference, state=State.EXPIRED)
    OrderAttempt.objects.update(state=State.AWAITING)
    mark_refund_due(reference=attempt.reference, message="Sold out.")

    assert told() == []


def test_an_attempt_that_lives_again_may_fail_again(attempt):
    basket = get_model("basket", "Basket").objects.filter(pk=attempt.basket_id)
    release_attempt(reference=attempt.reference, state=State.EXPIRED)
    clock.move_forward(timedelta(hours=1))
    assert basket.get().status == "Open"
    assert reopen_attempt(reference=attempt.reference) is not None
    release_attempt(reference=attempt.reference, state=State.DECLINED)

    assert [event["failure"] for event in told()] == ["expired", "declined"]


def test_the_end_and_its_announcement_stand_or_fall_together(attempt, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("shopflow.ordering.services.attempts.publish", fail)
    with pytest.raises(RuntimeError):
        release_attempt(reference=attempt.reference, state=State.DECLINED)
    attempt.refresh_from_db()
    assert attempt.state == State.AWAITING
