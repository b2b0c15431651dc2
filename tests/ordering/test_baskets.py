from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from oscar.core.loading import get_class, get_model
from oscar.test.factories import create_product

from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.ordering.links import basket_restore_url
from shopflow.ordering.models import BasketActivity
from shopflow.ordering.services import announce_idle_baskets

Basket = get_model("basket", "Basket")
Selector = get_class("partner.strategy", "Selector")

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(django_user_model):
    return django_user_model.objects.create_user("Kundin@Example.org", "geheim-123")


def filled_basket(owner=None):
    basket = Basket.objects.create(owner=owner)
    basket.strategy = Selector().strategy()
    basket.add_product(create_product(price="10.00", num_in_stock=9), 2)
    return basket


def idle_events():
    return list(OutboxEvent.objects.filter(code="basket_idle").order_by("pk").values_list("payload", flat=True))


def test_a_rested_basket_is_announced_once_per_rest(customer):
    basket = filled_basket(customer)
    assert announce_idle_baskets() == 0

    clock.move_forward(timedelta(minutes=61))
    assert announce_idle_baskets() == 1
    assert announce_idle_baskets() == 0
    assert idle_events() == [{"basket_id": basket.pk, "email": "kundin@example.org", "user_id": customer.pk}]

    basket.add_product(create_product(price="5.00", num_in_stock=9), 1)
    clock.move_forward(timedelta(minutes=61))
    assert announce_idle_baskets() == 1


def test_nobody_is_reminded_of_an_empty_an_ordered_or_an_anonymous_basket(customer):
    emptied = filled_basket(customer)
    emptied.flush()
    ordered = filled_basket(customer)
    Basket.objects.filter(pk=ordered.pk).update(status="Submitted")
    filled_basket()

    clock.move_forward(timedelta(hours=2))
    assert announce_idle_baskets() == 0
    assert idle_events() == []


def test_a_guest_who_has_given_an_address_in_the_checkout_is_known():
    client = Client()
    goods = create_product(price="10.00", num_in_stock=9)
    client.post(f"/basket/add/{goods.pk}/", {"quantity": 1})
    client.post("/checkout/", {"username": "Gast@Example.org", "options": "anonymous"})

    clock.move_forward(timedelta(hours=2))
    assert announce_idle_baskets() == 1
    assert [event["email"] for event in idle_events()] == ["gast@example.org"]


def checkouts():
    return list(OutboxEvent.objects.filter(code="checkout_started").order_by("pk").values_list("payload", flat=True))


def test_a_checkout_with_a_known_address_is_announced_once_a_day(customer):
    client = Client()
    goods = create_product(price="10.00", num_in_stock=9)
    client.force_login(customer)
    client.post(f"/basket/add/{goods.pk}/", {"quantity": 1})
    assert checkouts() == []
    assert client.get("/checkout/").status_code == client.get("/checkout/").status_code == 302

    basket = Basket.objects.get(owner=customer)
    told = {"basket_id": basket.pk, "email": "kundin@example.org", "user_id": customer.pk}
    assert checkouts() == [told]
    clock.move_forward(timedelta(days=1))
    client.get("/checkout/")
    assert checkouts() == [told, told]


def test_a_guests_checkout_is_announced_with_the_address_that_was_sent():
    client = Client()
    goods = create_product(price="10.00", num_in_stock=9)
    client.post(f"/basket/add/{goods.pk}/", {"quantity": 1})
    client.get("/checkout/")
    client.post("/checkout/", {"username": "no address", "options": "anonymous"})
    assert checkouts() == [], "looking at the page, or a slip of the pen, tells nothing"

    client.post("/checkout/", {"username": "Gast@Example.org", "options": "anonymous"})
    basket = Basket.objects.get()
    assert checkouts() == [{"basket_id": basket.pk, "email": "gast@example.org", "user_id": None}]


def test_a_deleted_basket_leaves_nothing_behind(customer):
    basket = filled_basket(customer)
    basket.delete()
    assert BasketActivity.objects.count() == 0
    connection.check_constraints()


def test_a_reminders_link_brings_a_guests_basket_back():
    basket = filled_basket()
    visitor = Client()
    response = visitor.get(basket_restore_url(basket.pk).removeprefix("http://testserver"))

    assert response.headers["Location"] == "/basket/"
    assert visitor.get("/basket/").context["basket"].pk == basket.pk


def test_a_customers_basket_opens_only_for_the_customer(customer):
    basket = filled_basket(customer)
    link = basket_restore_url(basket.pk).removeprefix("http://testserver")
    stranger = Client()

    assert stranger.get(link).headers["Location"].startswith("/accounts/login/")
    assert stranger.get("/basket/").context["basket"].is_empty


def test_a_forged_or_outdated_link_says_so():
    client = Client()
    assert client.get("/warenkorb/1:abc:def/", follow=True).status_code == 200
    basket = filled_basket()
    link = basket_restore_url(basket.pk).removeprefix("http://testserver")
    Basket.objects.filter(pk=basket.pk).update(status="Submitted")
    page = client.get(link, follow=True)
    assert page.context["basket"].is_empty
