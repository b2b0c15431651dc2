"""What reading a basket costs, and that nothing is left out for it."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_class, get_model
from oscar.test.factories import (
    BenefitFactory,
    ConditionalOfferFactory,
    ConditionFactory,
    RangeFactory,
    VoucherFactory,
    create_product,
    create_product_image,
)

from oscar_ext.basket.queries import with_offers_possible
from tests.oscar_ext.checkout_support import ADDRESS, ScriptedPayment, germany, go_to_review, press, product

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
Selector = get_class("partner.strategy", "Selector")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(settings):
    from shopflow.contracts.payments import payment_methods

    settings.SHOPFLOW_MOVABLE_CLOCK = False
    germany()
    ScriptedPayment.reset()
    with payment_methods.registered(ScriptedPayment):
        yield


def fill(client, lines):
    for number in range(lines):
        client.post(f"/basket/add/{product(title=f'Teil {number}').pk}/", {"quantity": 1})


def queries_of(act):
    act()
    reset_queries()
    with CaptureQueriesContext(connection) as captured:
        answer = act()
    assert answer.status_code in (200, 302)
    return [query["sql"] for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]


@pytest.mark.parametrize("lines", [1, 6])
def test_a_step_of_the_checkout_costs_the_same_however_full_the_basket_is(client, lines):
    fill(client, lines)
    client.post("/checkout/", {"username": "kunde@example.org", "options": "anonymous"})

    assert len(queries_of(lambda: client.post("/checkout/shipping-address/", ADDRESS))) <= 8


@pytest.mark.parametrize("lines", [1, 6])
def test_variants_are_read_together_with_their_parents(client, lines):
    for number in range(lines):
        parent = create_product(structure="parent", title=f"Öl {number}")
        child = create_product(structure="child", parent=parent, price=D(10), num_in_stock=5)
        client.post(f"/basket/add/{parent.pk}/", {"child_id": child.pk, "quantity": 1})
    client.post("/checkout/", {"username": "kunde@example.org", "options": "anonymous"})

    assert len(queries_of(lambda: client.post("/checkout/shipping-address/", ADDRESS))) <= 10
    assert Basket.objects.get().lines.count() == lines


def test_pictures_are_read_where_they_are_shown_and_nowhere_else(client):
    fill(client, 1)
    for goods in get_model("catalogue", "Product").objects.all():
        create_product_image(product=goods)
    client.post("/checkout/", {"username": "kunde@example.org", "options": "anonymous"})

    def pictures(act):
        return sum('FROM "catalogue_productimage"' in sql for sql in queries_of(act))

    assert pictures(lambda: client.get("/basket/")) == 1
    assert pictures(lambda: client.post("/checkout/shipping-address/", ADDRESS)) == 0


def offer(**facts):
    goods = RangeFactory(includes_all_products=True)
    return ConditionalOfferFactory(
        condition=ConditionFactory(range=goods, type="Count", value=1),
        benefit=BenefitFactory(range=goods, type="Percentage", value=10),
        **facts,
    )


def read_again(basket):
    return with_offers_possible(Basket.objects.all()).get(pk=basket.pk).offers_possible


def test_offers_are_possible_while_one_is_open_or_a_voucher_lies_in_the_basket():
    basket, other = Basket.objects.create(), Basket.objects.create()
    assert read_again(basket) is False

    voucher = VoucherFactory()
    basket.vouchers.add(voucher)
    assert (read_again(basket), read_again(other)) == (True, False)

    basket.vouchers.clear()
    running = offer(offer_type="Site", status="Open")
    assert read_again(basket) is True
    get_model("offer", "ConditionalOffer").objects.filter(pk=running.pk).update(status="Suspended")
    assert read_again(basket) is False


def test_an_offer_that_starts_during_the_checkout_is_given(client):
    goods = product(price="100.00")
    go_to_review(client, goods)
    offer(offer_type="Site", status="Open")
    press(client, client.get("/checkout/preview/"))

    order = Order.objects.get()
    assert order.total_discount_incl_tax == D("11.90")
    assert order.lines.get().line_price_incl_tax == D("107.10")


def test_a_voucher_is_given_and_counted(client):
    goods = product(price="100.00")
    client.post(f"/basket/add/{goods.pk}/", {"quantity": 1})
    voucher = VoucherFactory(code="HERBST", usage="Single use")
    voucher.offers.add(offer(offer_type="Voucher", status="Open", name="Herbst"))
    client.post("/basket/vouchers/add/", {"code": "HERBST"})
    press(client, go_to_review(client, product(title="Zweites", price="10.00")))

    order = Order.objects.get()
    assert order.total_discount_incl_tax == D("13.09")
    voucher.refresh_from_db()
    assert voucher.num_orders == 1
