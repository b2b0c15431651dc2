"""What goes wrong between basket and order: other tabs, late and wrong money, goods and addresses that vanish."""

from __future__ import annotations

import sys
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from oscar.core.loading import get_model

from oscar_ext.checkout.services import settle_overdue
from oscar_ext.checkout.views import processing_url
from oscar_ext.order.services import change_status, record_payment
from shopflow.contracts.checkout import CheckoutGate, Declaration, checkout_gates
from shopflow.contracts.payments import PaymentResult, PaymentState, payment_methods
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.ordering.models import OrderAttempt
from shopflow.ordering.services import attempts, payment_changed
from tests.oscar_ext.checkout_support import ADDRESS, ScriptedPayment, germany, go_to_review, press, product

Basket = get_model("basket", "Basket")
Line = get_model("basket", "Line")
Order = get_model("order", "Order")
Product = get_model("catalogue", "Product")
Source = get_model("payment", "Source")
StockRecord = get_model("partner", "StockRecord")
UserAddress = get_model("address", "UserAddress")

pytestmark = pytest.mark.django_db
AT_PROVIDER = PaymentResult(state=PaymentState.REDIRECT, redirect_url="https://pay.example/1", provider_reference="p1")
PAID = PaymentResult(state=PaymentState.PAID)


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


def published(code):
    return OutboxEvent.objects.filter(code=code).count()


# Money


def test_less_money_than_agreed_does_not_pay_the_order(client):
    ScriptedPayment.on_start = PaymentResult(state=PaymentState.PAID, amount_cents=5000)
    press(client, go_to_review(client, product(price="100.00")))

    order, source = Order.objects.get(), Source.objects.get()
    assert order.status == "new"
    assert (source.amount_allocated, source.amount_debited) == (order.total_incl_tax, 50)
    assert published("order_paid") == 0

    rest = int(order.total_incl_tax * 100) - 5000
    record_payment(order_id=order.pk, amount_cents=rest, reference="statement 1")
    order.refresh_from_db()
    assert order.status == "paid"
    assert published("order_paid") == 1


def test_only_what_arrived_is_given_back(client):
    goods = product(stock=1)
    ScriptedPayment.on_start = AT_PROVIDER
    press(client, go_to_review(client, goods))
    attempt = OrderAttempt.objects.get()
    ScriptedPayment.on_status = PaymentResult(state=PaymentState.REDIRECT)
    clock.move_forward(timedelta(minutes=31))
    settle_overdue()
    StockRecord.objects.filter(product=goods).update(num_in_stock=0)

    ScriptedPayment.on_status = PaymentResult(state=PaymentState.PAID, amount_cents=700)
    payment_changed(reference=attempt.reference)
    clock.move_forward(timedelta(seconds=1))
    assert settle_overdue() == 1
    assert settle_overdue() == 1

    attempt.refresh_from_db()
    assert attempt.state == "refunded"
    assert ScriptedPayment.refunded == [(attempt.reference, 700)]
    assert OutboxEvent.objects.get(code="refund_made").payload["amount_cents"] == 700
    assert settle_overdue() == 0


def test_late_money_is_found_by_the_sweep_when_the_broker_is_dead(client):
    """The provider's call after the time-out wakes nobody: no worker, no returning customer."""
    goods = product(stock=1)
    ScriptedPayment.on_start = AT_PROVIDER
    press(client, go_to_review(client, goods))
    ScriptedPayment.on_status = PaymentResult(state=PaymentState.REDIRECT)
    clock.move_forward(timedelta(minutes=31))
    settle_overdue()
    attempt = OrderAttempt.objects.get()
    assert attempt.state == "expired"
    clock.move_forward(timedelta(hours=1))
    assert settle_overdue() == 0

    ScriptedPayment.on_status = PAID
    payment_changed(reference=attempt.reference)
    clock.move_forward(timedelta(seconds=1))
    assert settle_overdue() == 1

    assert Order.objects.get().status == "paid"
    assert stock(goods) == (1, 1)
    assert settle_overdue() == 0


def test_news_without_money_is_looked_at_once(client):
    ScriptedPayment.on_start = PaymentResult(state=PaymentState.DECLINED)
    press(client, go_to_review(client, product()))
    attempt = OrderAttempt.objects.get()
    ScriptedPayment.on_status = PaymentResult(state=PaymentState.DECLINED)

    payment_changed(reference=attempt.reference)
    clock.move_forward(timedelta(seconds=1))

    assert settle_overdue() == 1
    assert settle_overdue() == 0
    attempt.refresh_from_db()
    assert (attempt.state, attempt.lease_until) == ("declined", None)


def test_a_process_that_was_taken_for_dead_asks_for_no_money(client, monkeypatch):
    """The goods were given back while it slept between the reservation and the payment."""
    review = go_to_review(client, product(stock=1))
    real = attempts.mark_paying

    def late(*, attempt):
        clock.move_forward(timedelta(minutes=5))
        settle_overdue()
        return real(attempt=attempt)

    monkeypatch.setattr(sys.modules["oscar_ext.checkout.services.submit"], "mark_paying", late)
    response = press(client, review)

    assert response.headers["Location"] == "/checkout/payment-method/"
    assert ScriptedPayment.started == []
    assert Order.objects.count() == 0
    assert OrderAttempt.objects.get().state == "expired"


def test_money_for_a_cancelled_order_is_booked_and_buys_nothing(client):
    press(client, go_to_review(client, product()))
    order = Order.objects.get()
    change_status(order_id=order.pk, new_status="cancelled")

    assert record_payment(order_id=order.pk, amount_cents=int(order.total_incl_tax * 100), reference="late") is True

    order.refresh_from_db()
    assert order.status == "cancelled"
    assert Source.objects.get().amount_debited == order.total_incl_tax
    assert published("order_paid") == 0


# Other tabs


def test_another_article_at_the_same_price_is_not_ordered_by_an_old_page(client):
    first, second = product("Bremsscheibe", "50.00"), product("Ölfilter", "50.00")
    review = go_to_review(client, first)
    Line.objects.update(product=second, stockrecord=StockRecord.objects.get(product=second))

    response = press(client, review)

    assert response.status_code == 409
    assert "Ölfilter" in response.content.decode()
    assert Order.objects.count() == 0
    press(client, response)
    assert [line.title for line in Order.objects.get().lines.all()] == ["Ölfilter"]


def test_an_address_that_another_tab_changed_is_shown_before_it_is_used(client):
    review = go_to_review(client, product())
    client.post("/checkout/shipping-address/", {**ADDRESS, "line4": "Anderswo"})

    response = press(client, review)

    assert response.status_code == 409
    assert "Anderswo" in response.content.decode()
    assert Order.objects.count() == 0


def test_a_text_that_changed_is_shown_before_it_is_agreed_to(client):
    class Terms(CheckoutGate):
        code = "test_terms"
        label = "Terms"
        words = "Es gelten die alten AGB."

        def declarations(self, checkout):
            return [Declaration(key="terms", html=self.words, checkbox=False)]

    with checkout_gates.registered(Terms):
        review = go_to_review(client, product())
        Terms.words = "Es gelten die neuen AGB."
        response = press(client, review)
        assert response.status_code == 409
        press(client, response)
    [agreed] = Order.objects.get().agreements.all()
    assert agreed.html == "Es gelten die neuen AGB."


def test_the_page_in_another_language_is_another_page(client):
    class Terms(CheckoutGate):
        code = "test_terms"
        label = "Terms"

        def declarations(self, checkout):
            return [Declaration(key="terms", html=f"AGB ({checkout.language})", checkbox=False)]

    with checkout_gates.registered(Terms):
        review = go_to_review(client, product())
        client.post("/i18n/setlang/", {"language": "en", "next": "/"})
        assert press(client, review).status_code == 409
    assert Order.objects.count() == 0


# What vanishes


def test_a_hidden_article_cannot_be_bought_from_an_old_basket(client):
    goods = product()
    review = go_to_review(client, goods)
    Product.objects.filter(pk=goods.pk).update(is_public=False)

    assert press(client, review).headers["Location"] == "/basket/"
    assert client.get("/basket/").status_code == 200
    assert Order.objects.count() == 0
    assert ScriptedPayment.started == []


def test_a_deleted_article_leaves_an_empty_basket(client):
    goods = product()
    review = go_to_review(client, goods)
    Product.objects.filter(pk=goods.pk).delete()

    assert press(client, review).headers["Location"] == "/basket/"
    assert client.get("/basket/").status_code == 200
    assert Order.objects.count() == 0


def test_a_country_that_is_no_longer_served_stops_the_order(client):
    review = go_to_review(client, product())
    country = germany()
    country.is_shipping_country = False
    country.save()
    assert client.get("/checkout/shipping-address/").status_code == 200

    response = press(client, review)

    assert Order.objects.count() == 0
    assert response.headers["Location"].startswith("/checkout/shipping-")


@pytest.fixture
def customer(client):
    user = get_user_model().objects.create_user("kunde@example.org", "geheim-1234")
    client.force_login(user)
    return user


def address_of(user):
    fields = {name: value for name, value in ADDRESS.items() if name != "country"}
    return UserAddress.objects.create(user=user, country=germany(), **fields)


def choose(client, pk):
    return client.post("/checkout/shipping-address/", {"address_id": pk, "action": "ship_to"})


def test_an_address_of_somebody_else_or_of_nobody_is_refused(client, customer):
    stranger = get_user_model().objects.create_user("fremd@example.org", "geheim-1234")
    client.post(f"/basket/add/{product().pk}/", {"quantity": 1})
    for pk in (address_of(stranger).pk, 99999, "x", ""):
        response = choose(client, pk)
        assert (response.status_code, response.headers["Location"]) == (302, "/checkout/shipping-address/")
    assert "checkout_data" not in client.session or "shipping" not in client.session["checkout_data"]


@pytest.mark.parametrize("needs_shipping", [True, False])
def test_an_address_that_is_deleted_midway_is_asked_for_again(client, customer, needs_shipping):
    goods = product()
    goods.product_class.requires_shipping = needs_shipping
    goods.product_class.save()
    client.post(f"/basket/add/{goods.pk}/", {"quantity": 1})
    chosen = address_of(customer)
    choose(client, chosen.pk)
    step = client.get("/checkout/shipping-method/")
    if step.status_code == 200:
        client.post("/checkout/shipping-method/", {"method_code": step.context["methods"][0].code})
    client.post("/checkout/payment-method/", {"method": "scripted"})
    review = client.get("/checkout/preview/")
    assert review.status_code == 200
    chosen.delete()

    assert press(client, review).headers["Location"] == "/checkout/shipping-address/"
    assert Order.objects.count() == 0


def test_a_signed_out_browser_gets_no_basket_of_an_account(client, customer):
    ScriptedPayment.on_start = AT_PROVIDER
    client.post(f"/basket/add/{product().pk}/", {"quantity": 1})
    choose(client, address_of(customer).pk)
    step = client.get("/checkout/shipping-method/")
    if step.status_code == 200:
        client.post("/checkout/shipping-method/", {"method_code": step.context["methods"][0].code})
    client.post("/checkout/payment-method/", {"method": "scripted"})
    press(client, client.get("/checkout/preview/"))
    back = ScriptedPayment.started[0].cancel_url.removeprefix("http://testserver")
    client.logout()
    client.post(f"/basket/add/{product('Wischer').pk}/", {"quantity": 1})

    ScriptedPayment.on_status = PaymentResult(state=PaymentState.CANCELLED)
    client.get(back)

    owned = Basket.objects.get(owner=customer)
    assert owned.status == "Open"
    assert [line.product.title for line in owned.lines.all()] == ["Bremsscheibe"]
    assert [line.product.title for line in client.get("/basket/").context["basket"].all_lines()] == ["Wischer"]


def processing_link(order):
    return processing_url(OrderAttempt.objects.get(order=order).reference)


def test_an_old_link_leaves_the_next_checkout_alone(client):
    """The address of the first order is opened again while the second one is under way."""
    press(client, go_to_review(client, product(title="Erstes")))
    first = Order.objects.get()
    review = go_to_review(client, product(title="Zweites"), email="kunde@example.org")
    kept = client.session["checkout_data"]
    answer = client.get(processing_link(first))

    assert answer.headers["Location"] == "/checkout/thank-you/"
    assert client.session["checkout_data"] == kept
    press(client, review)
    assert Order.objects.count() == 2


def test_coming_back_from_the_provider_ends_the_checkout(client):
    ScriptedPayment.on_start = AT_PROVIDER
    press(client, go_to_review(client, product()))
    ScriptedPayment.on_status = PAID
    client.get(processing_url(OrderAttempt.objects.get().reference))

    assert Order.objects.count() == 1
    assert "checkout_data" not in client.session
