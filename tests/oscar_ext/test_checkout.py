from __future__ import annotations

from datetime import timedelta

import pytest
from oscar.core.loading import get_model

from oscar_ext.checkout.services import settle_overdue
from shopflow.contracts.checkout import CheckoutGate, Declaration, checkout_gates
from shopflow.contracts.payments import PaymentResult, PaymentState, payment_methods
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import verify_chain
from shopflow.ordering.models import OrderAgreement, OrderAttempt
from tests.oscar_ext.checkout_support import ScriptedPayment, germany, go_to_review, press, product

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
Source = get_model("payment", "Source")
StockRecord = get_model("partner", "StockRecord")

pytestmark = pytest.mark.django_db


class Waiver(CheckoutGate):
    code = "test_waiver"
    label = "Waiver"
    refuse: tuple[str, ...] = ()

    def declarations(self, checkout):
        return [
            Declaration(key="yes", html="<p>Ich stimme zu.</p>", refusal="Bitte stimmen Sie zu."),
            Declaration(key="maybe", html="<p>Erinnern Sie mich.</p>", required=False),
            Declaration(key="note", html="<p>Es gelten unsere AGB.</p>", checkbox=False),
        ]

    def refusals(self, checkout):
        return self.refuse


@pytest.fixture(autouse=True)
def _shop():
    germany()
    ScriptedPayment.reset()
    kept = checkout_gates.codes()
    with payment_methods.registered(ScriptedPayment), checkout_gates.without(*kept):
        yield


def stock(goods):
    record = StockRecord.objects.get(product=goods)
    return record.num_in_stock, record.num_allocated or 0


def events(code):
    return list(OutboxEvent.objects.filter(code=code).values_list("payload", flat=True))


def test_a_guest_orders_and_the_order_stands_once(client):
    goods = product(stock=5)
    review = go_to_review(client, goods, quantity=2)

    response = press(client, review)

    assert response.headers["Location"] == "/checkout/thank-you/"
    order = Order.objects.get()
    attempt = OrderAttempt.objects.get()
    assert (order.number, order.guest_email, order.status) == (attempt.order_number, "kunde@example.org", "new")
    assert [(line.title, line.quantity, line.num_allocated) for line in order.lines.all()] == [("Bremsscheibe", 2, 2)]
    assert order.billing_address.line4 == "Musterstadt"
    assert stock(goods) == (5, 2)
    assert Basket.objects.get(pk=attempt.basket_id).status == "Submitted"
    assert Source.objects.get().reference == attempt.reference
    assert events("order_placed") == [
        {
            "order_id": order.pk,
            "order_number": order.number,
            "email": "kunde@example.org",
            "user_id": None,
            "basket_id": attempt.basket_id,
            "payment_method": "scripted",
            "total_cents": int(order.total_incl_tax * 100),
            "language": "de",
        }
    ]
    assert len(ScriptedPayment.started) == 1


def test_a_second_press_leads_to_the_same_order_and_pays_once(client):
    goods = product()
    review = go_to_review(client, goods)
    press(client, review)

    again = press(client, review)

    assert again.headers["Location"].startswith("/checkout/bearbeitung/")
    arrived = client.get(again.headers["Location"])
    assert arrived.headers["Location"] == "/checkout/thank-you/"
    assert client.get("/checkout/thank-you/").status_code == 200
    assert Order.objects.count() == 1
    assert len(ScriptedPayment.started) == 1
    next_review = go_to_review(client, goods)
    press(client, next_review)
    assert Order.objects.count() == 2


def test_paid_at_once_is_booked_and_moves_the_order_on(client):
    ScriptedPayment.on_start = PaymentResult(state=PaymentState.PAID)
    press(client, go_to_review(client, product()))

    order = Order.objects.get()
    assert order.status == "paid"
    assert Source.objects.get().amount_debited == order.total_incl_tax
    assert [e["order_id"] for e in events("order_paid")] == [order.pk]
    assert [(e["old_status"], e["new_status"]) for e in events("order_status_changed")] == [("new", "paid")]


def test_a_declined_payment_gives_everything_back(client):
    goods = product(stock=3)
    ScriptedPayment.on_start = PaymentResult(state=PaymentState.DECLINED, message="Karte abgelehnt.")
    response = press(client, go_to_review(client, goods, quantity=3))

    assert response.headers["Location"] == "/checkout/payment-method/"
    page = client.get("/checkout/payment-method/")
    assert "Karte abgelehnt." in page.content.decode()
    assert Order.objects.count() == 0
    assert stock(goods) == (3, 0)
    assert OrderAttempt.objects.get().state == "declined"

    ScriptedPayment.on_start = PaymentResult(state=PaymentState.PENDING)
    press(client, client.get("/checkout/preview/"))
    assert Order.objects.count() == 1
    assert stock(goods) == (3, 3)


def test_goods_that_are_gone_are_named_and_nothing_is_paid(client):
    goods = product(stock=2)
    review = go_to_review(client, goods, quantity=2)
    StockRecord.objects.filter(product=goods).update(num_allocated=1)

    response = press(client, review)

    assert response.headers["Location"] == "/basket/"
    assert Order.objects.count() == 0
    assert OrderAttempt.objects.count() == 0
    assert ScriptedPayment.started == []
    assert stock(goods) == (2, 1)
    assert Basket.objects.get().status == "Open"


def test_a_required_declaration_stops_the_order_with_its_own_sentence(client):
    with checkout_gates.registered(Waiver):
        review = go_to_review(client, product())
        assert "checked" not in review.content.decode().split("place_order_form")[1]
        response = press(client, review)
        assert response.status_code == 422
        assert "Bitte stimmen Sie zu." in response.content.decode()
        assert Order.objects.count() == 0

        press(client, review, **{"agree-test_waiver-yes": "on"})
    order = Order.objects.get()
    recorded = OrderAgreement.objects.filter(order=order).order_by("position")
    assert [(a.key, a.accepted, a.html) for a in recorded] == [
        ("yes", True, "<p>Ich stimme zu.</p>"),
        ("maybe", False, "<p>Erinnern Sie mich.</p>"),
        ("note", True, "<p>Es gelten unsere AGB.</p>"),
    ]
    assert verify_chain(OrderAgreement, chain=f"order:{order.pk}") == 3


def test_a_gate_that_fails_stops_the_purchase(client):
    class Broken(CheckoutGate):
        code = "test_broken"
        label = "Broken"

        def refusals(self, checkout):
            raise RuntimeError("no answer")

    with checkout_gates.registered(Broken):
        review = go_to_review(client, product())
        response = press(client, review)
    assert response.status_code == 422
    assert Order.objects.count() == 0


def test_a_price_that_changed_since_the_page_was_shown_is_shown_again(client):
    goods = product(price="100.00")
    review = go_to_review(client, goods)
    StockRecord.objects.filter(product=goods).update(price="120.00")

    response = press(client, review)

    assert response.status_code == 409
    assert Order.objects.count() == 0
    press(client, response)
    assert Order.objects.count() == 1


def test_a_return_from_the_provider_places_the_order(client):
    ScriptedPayment.on_start = PaymentResult(
        state=PaymentState.REDIRECT, redirect_url="https://pay.example/1", provider_reference="p1"
    )
    response = press(client, go_to_review(client, product()))
    assert response.headers["Location"] == "https://pay.example/1"
    assert Order.objects.count() == 0
    back = ScriptedPayment.started[0].return_url.removeprefix("http://testserver")

    ScriptedPayment.on_status = PaymentResult(state=PaymentState.PAID)
    assert client.get(back).headers["Location"] == "/checkout/thank-you/"
    assert Order.objects.get().status == "paid"
    assert client.get(back).headers["Location"] == "/checkout/thank-you/"
    assert Order.objects.count() == 1


def test_a_cancelled_payment_frees_basket_and_stock(client):
    goods = product(stock=1)
    ScriptedPayment.on_start = PaymentResult(state=PaymentState.REDIRECT, redirect_url="https://pay.example/1")
    press(client, go_to_review(client, goods))
    ScriptedPayment.on_status = PaymentResult(state=PaymentState.REDIRECT)

    cancel = ScriptedPayment.started[0].cancel_url.removeprefix("http://testserver")
    assert client.get(cancel).headers["Location"] == "/checkout/payment-method/"

    assert stock(goods) == (1, 0)
    assert client.get("/basket/").context["basket"].num_items == 1


def test_a_customer_who_never_returns_is_settled_by_the_sweep(client):
    goods = product(stock=1)
    ScriptedPayment.on_start = PaymentResult(state=PaymentState.REDIRECT, redirect_url="https://pay.example/1")
    press(client, go_to_review(client, goods))
    ScriptedPayment.on_status = PaymentResult(state=PaymentState.REDIRECT)
    assert settle_overdue() == 0

    clock.move_forward(timedelta(minutes=31))
    assert settle_overdue() == 1
    assert OrderAttempt.objects.get().state == "expired"
    assert stock(goods) == (1, 0)

    # The money arrives after all, and the goods are still there.
    ScriptedPayment.on_status = PaymentResult(state=PaymentState.PAID)
    back = ScriptedPayment.started[0].return_url.removeprefix("http://testserver")
    client.get(back)
    assert Order.objects.get().status == "paid"
    assert stock(goods) == (1, 1)


def test_late_money_for_goods_that_are_gone_is_given_back(client):
    goods = product(stock=1)
    ScriptedPayment.on_start = PaymentResult(state=PaymentState.REDIRECT, redirect_url="https://pay.example/1")
    press(client, go_to_review(client, goods))
    ScriptedPayment.on_status = PaymentResult(state=PaymentState.REDIRECT)
    clock.move_forward(timedelta(minutes=31))
    settle_overdue()
    StockRecord.objects.filter(product=goods).update(num_in_stock=0)

    ScriptedPayment.on_status = PaymentResult(state=PaymentState.PAID)
    client.get(ScriptedPayment.started[0].return_url.removeprefix("http://testserver"))
    attempt = OrderAttempt.objects.get()
    assert attempt.state == "refund_due"
    assert settle_overdue() == 1

    attempt.refresh_from_db()
    assert attempt.state == "refunded"
    assert ScriptedPayment.refunded == [(attempt.reference, attempt.total_cents)]
    assert Order.objects.count() == 0


def test_a_provider_that_fails_leaves_the_goods_held_until_it_can_say(client):
    goods = product(stock=1)
    ScriptedPayment.on_start = ConnectionError("no route")
    response = press(client, go_to_review(client, goods))
    assert response.headers["Location"].startswith("/checkout/bearbeitung/")
    assert client.get(response.headers["Location"]).status_code == 202
    assert stock(goods) == (1, 1)

    ScriptedPayment.on_status = PaymentResult(state=PaymentState.PAID)
    clock.move_forward(timedelta(minutes=6))
    assert settle_overdue() == 1
    assert Order.objects.get().status == "paid"
    assert len(ScriptedPayment.started) == 1
