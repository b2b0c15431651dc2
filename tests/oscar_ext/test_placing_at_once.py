"""Where no payment provider is asked, claim and order are one transaction; where that fails, one step at a time."""

from __future__ import annotations

import sys

import pytest
from oscar.core.loading import get_model

from shopflow.contracts.payments import PaymentResult, PaymentState, payment_methods
from shopflow.core.models import OutboxEvent
from shopflow.ordering.models import OrderAttempt, StockReservation
from tests.oscar_ext.checkout_support import ScriptedPayment, germany, go_to_review, press, product

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
Source = get_model("payment", "Source")
StockRecord = get_model("partner", "StockRecord")

pytestmark = pytest.mark.django_db
SUBMIT = sys.modules["oscar_ext.checkout.services.submit"]
PLACEMENT = sys.modules["oscar_ext.checkout.services.placement"]


@pytest.fixture(autouse=True)
def _shop(monkeypatch):
    germany()
    ScriptedPayment.reset()
    monkeypatch.setattr(ScriptedPayment, "asks_provider", False)
    with payment_methods.registered(ScriptedPayment):
        yield


def left():
    """What one purchase has left behind: baskets, attempts, reservations, allocated pieces, orders and events."""
    return {
        "baskets": list(Basket.objects.values_list("status", flat=True)),
        "attempts": list(OrderAttempt.objects.values_list("state", flat=True)),
        "reservations": list(StockReservation.objects.values_list("quantity", "state")),
        "allocated": StockRecord.objects.get().num_allocated or 0,
        "orders": Order.objects.count(),
        "events": OutboxEvent.objects.filter(code="order_placed").count(),
    }


PLACED = {
    "baskets": ["Submitted"],
    "attempts": ["placed"],
    "reservations": [(2, "used")],
    "allocated": 2,
    "orders": 1,
    "events": 1,
}


def test_an_order_is_placed_without_a_stored_attempt_in_between(client, monkeypatch):
    monkeypatch.setattr(SUBMIT, "begin_attempt", None)
    response = press(client, go_to_review(client, product(), quantity=2))

    assert response.headers["Location"] == "/checkout/thank-you/"
    assert left() == PLACED
    order, attempt = Order.objects.get(), OrderAttempt.objects.get()
    assert (attempt.order, attempt.order_number) == (order, order.number)
    assert (attempt.lease_until, attempt.finished_at is None) == (None, False)
    assert attempt.submission["billing_address"]["line4"] == "Musterstadt"
    assert Source.objects.get().reference == attempt.reference == ScriptedPayment.started[0].reference
    assert Basket.objects.get().date_submitted is not None


def test_money_that_is_there_at_once_is_booked(client):
    ScriptedPayment.on_start = PaymentResult(state=PaymentState.PAID)
    press(client, go_to_review(client, product(), quantity=2))

    assert left() == PLACED
    order = Order.objects.get()
    assert (order.status, Source.objects.get().amount_debited) == ("paid", order.total_incl_tax)


def test_a_refusal_is_recorded_and_gives_everything_back(client):
    ScriptedPayment.on_start = PaymentResult(state=PaymentState.DECLINED, message="So nicht.")
    response = press(client, go_to_review(client, product(), quantity=2))

    assert response.headers["Location"] == "/checkout/payment-method/"
    gone = {"baskets": ["Open"], "attempts": ["declined"], "reservations": [(2, "released")], "allocated": 0}
    assert left() == {**gone, "orders": 0, "events": 0}


@pytest.mark.parametrize("failures", [1, 2])
def test_a_surprise_while_placing_leaves_nothing_half_and_the_order_is_placed_later(client, monkeypatch, failures):
    """The first surprise undoes all; the second leaves an attempt for the sweep."""
    real, calls = PLACEMENT._write_source, []

    def fragile(order, attempt):
        calls.append(order.number)
        if len(calls) <= failures:
            raise RuntimeError("surprise")
        real(order, attempt)

    monkeypatch.setattr(PLACEMENT, "_write_source", fragile)
    response = press(client, go_to_review(client, product(), quantity=2))

    if failures == 1:
        assert response.headers["Location"] == "/checkout/thank-you/"
        assert left() == PLACED
        assert calls[0] == calls[1], "the number of what was undone is given out again"
    else:
        assert "/checkout/bearbeitung/" in response.headers["Location"]
        assert left()["attempts"] == ["paying"]
        assert left()["orders"] == 0
        assert left()["reservations"] == [(2, "held")]
        ScriptedPayment.on_status = PaymentResult(state=PaymentState.PENDING)
        PLACEMENT.place_order(
            reference=OrderAttempt.objects.get().reference, result=PaymentResult(state=PaymentState.PENDING)
        )
        assert left() == PLACED


def test_a_second_press_finds_the_order(client):
    review = go_to_review(client, product(), quantity=2)
    press(client, review)
    response = press(client, review)
    assert "/checkout/bearbeitung/" in response.headers["Location"]
    assert client.get(response.headers["Location"]).headers["Location"] == "/checkout/thank-you/"
    assert left()["orders"] == 1
    assert len(ScriptedPayment.started) == 1


def test_goods_that_are_gone_are_neither_held_nor_ordered(client):
    review = go_to_review(client, product(stock=2), quantity=2)
    StockRecord.objects.update(num_allocated=1)
    response = press(client, review)
    assert response.status_code in (302, 422)
    assert (left()["orders"], left()["attempts"], left()["allocated"]) == (0, [], 1)
    assert left()["baskets"] == ["Open"]
