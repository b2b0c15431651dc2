"""Events that come often are written only while an automation asks for them, and cost nothing as long as none does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_class, get_model
from oscar.test.factories import create_product

from shopflow.automations.models import Flow, Run
from shopflow.automations.palette import about_event
from shopflow.core import clock, memo
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due, is_heard
from shopflow.ordering.events import BasketCreated, BasketRecovered, BasketUpdated
from shopflow.ordering.services import announce_idle_baskets
from tests.automations.doubles import WAIT, WORK, ThingHappened

Basket = get_model("basket", "Basket")
NEWS = ("basket_created", "basket_updated", "basket_recovered")

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(django_user_model):
    return django_user_model.objects.create_user("Kundin@Example.org", "geheim-123")


@pytest.fixture
def heard(make_flow):
    """Automations that ask for all news of baskets."""
    for code in NEWS:
        make_flow(WORK, code=code, trigger={"event": code}, entry_key="{basket_id}", enabled=False)


def new_basket(owner=None, **more):
    basket = Basket.objects.create(owner=owner, **more)
    basket.strategy = get_class("partner.strategy", "Selector")().strategy()
    return basket


def fill(basket, count=1):
    return basket.add_product(create_product(price="10.00", num_in_stock=9), count)[0]


def news():
    rows = OutboxEvent.objects.filter(code__in=NEWS).order_by("pk")
    return [(row.code, row.payload["basket_id"], row.payload["email"], row.payload["user_id"]) for row in rows]


def test_nobody_hears_and_nothing_is_written(customer):
    fill(new_basket(customer))

    assert not is_heard(BasketCreated, BasketUpdated, BasketRecovered)
    assert news() == []


@pytest.mark.parametrize("leave", ["another version", "delete"])
def test_it_is_asked_for_while_an_active_version_names_it(make_flow, leave):
    asks = {"trigger": {"event": "basket_created"}, "entry_key": "{basket_id}"}
    flow = make_flow(WORK, enabled=False, **asks)
    assert is_heard(BasketCreated)
    assert not is_heard(BasketUpdated)

    if leave == "delete":
        Flow.objects.filter(pk=flow.pk).update(active_version=None)
        flow.delete()
    else:
        make_flow(WORK)
    assert not is_heard(BasketCreated)


def test_it_is_asked_for_while_somebody_is_in_a_version_that_names_it(make_flow, happen):
    exits = [{"event": "basket_created", "match": ["email"]}]
    make_flow(WAIT, WORK, exits=exits)
    happen(ThingHappened(thing_id=1))
    make_flow(WAIT, WORK)
    assert is_heard(BasketCreated)

    Run.objects.update(state=Run.State.DONE, wait={})
    assert not is_heard(BasketCreated)


def test_a_request_asks_once_and_a_process_once_until_somebody_publishes(make_flow):
    make_flow(WORK, trigger={"event": "basket_created"}, entry_key="{basket_id}")
    memo.changed("shopflow_automations.FlowVersion")
    answers, asked = [], []
    for _visit in range(2):
        memo._start()
        with CaptureQueriesContext(connection) as queries:
            answers += [is_heard(BasketCreated), is_heard(BasketUpdated), is_heard(BasketCreated)]
        asked.append(sum("shopflow_automations" in one["sql"].split("FROM")[1] for one in queries.captured_queries))
        memo.forget()

    assert answers == [True, False, True] * 2
    assert asked == [2, 0]


def test_a_basket_is_created_once_and_then_changed(heard, customer):
    basket = new_basket(customer)
    line = fill(basket)
    whose = (basket.pk, "kundin@example.org", customer.pk)
    assert news() == [("basket_created", *whose)]

    clock.move_forward(timedelta(seconds=1))
    line.quantity = 3
    line.save()
    clock.move_forward(timedelta(seconds=1))
    line.delete()
    assert news()[1:] == [("basket_updated", *whose)] * 2
    clock.move_forward(timedelta(seconds=1))
    fill(basket)
    assert news()[3:] == [("basket_updated", *whose)], "it is the same basket"


def test_a_guest_is_nobody_until_the_address_is_sent(heard):
    client = Client()
    goods = create_product(price="10.00", num_in_stock=9)
    client.post(f"/basket/add/{goods.pk}/", {"quantity": 1})
    client.get("/checkout/")
    assert news() == []

    client.post("/checkout/", {"username": "Gast@Example.org", "options": "anonymous"})
    client.post("/checkout/", {"username": "Gast@Example.org", "options": "anonymous"})
    assert news() == [("basket_created", Basket.objects.get().pk, "gast@example.org", None)]


def test_signing_in_begins_the_customers_own_basket(heard, customer):
    client = Client()
    goods = create_product(price="10.00", num_in_stock=9)
    client.post(f"/basket/add/{goods.pk}/", {"quantity": 1})
    client.force_login(customer)
    client.get("/basket/")

    own = Basket.objects.get(owner=customer, status="Open")
    assert news() == [("basket_created", own.pk, "kundin@example.org", customer.pk)]


@pytest.mark.parametrize("by", ["goods", "checkout"])
def test_a_basket_that_was_left_is_taken_up_again_once(heard, customer, by):
    basket = new_basket(customer)
    line = fill(basket)
    clock.move_forward(timedelta(minutes=61))
    assert announce_idle_baskets() == 1
    client = Client()
    client.force_login(customer)

    for _time in range(2):
        clock.move_forward(timedelta(seconds=1))
        if by == "goods":
            line.quantity += 1
            line.save()
        else:
            client.get("/checkout/")
    expected = [("basket_updated", basket.pk, "kundin@example.org", customer.pk)] * (2 if by == "goods" else 0)
    found = news()[1:]
    assert [one for one in found if one[0] == "basket_recovered"] == [
        ("basket_recovered", basket.pk, "kundin@example.org", customer.pk)
    ]
    assert [one for one in found if one[0] == "basket_updated"] == expected


def test_emptying_a_basket_that_was_left_takes_nothing_up(heard, customer):
    basket = new_basket(customer)
    line = fill(basket)
    clock.move_forward(timedelta(minutes=61))
    announce_idle_baskets()
    line.delete()

    assert [code for code, *_rest in news()] == ["basket_created", "basket_updated"]


def test_only_what_is_asked_for_is_written(make_flow, customer):
    make_flow(WORK, trigger={"event": "basket_updated"}, entry_key="{basket_id}")
    fill(new_basket(customer))

    assert news() == []


def test_a_change_begins_the_automation_for_its_person(make_flow, customer, work_on):
    make_flow(WORK, trigger={"event": "basket_created"}, entry_key="{basket_id}")
    basket = new_basket(customer)
    fill(basket)
    while deliver_due():
        pass
    work_on()

    run = Run.objects.get()
    assert (run.email, run.state) == ("kundin@example.org", Run.State.DONE)
    assert run.subject == {"basket_id": basket.pk, "email": "kundin@example.org", "user_id": customer.pk}


def test_staff_read_that_such_an_event_is_noted_from_now_on_only(make_flow, keeper):
    said = "Festgehalten wird das erst, sobald eine Automation danach fragt."
    flow = make_flow(WORK, trigger={"event": "basket_created"}, entry_key="{basket_id}", enabled=False)
    page = "/dashboard/shopflow/automations/ablauf/test_flow/einschalten/"
    assert said in keeper.get(page).content.decode()
    assert about_event("basket_created").endswith(said)

    make_flow(WORK, code=flow.code)
    assert said not in keeper.get(page).content.decode()
    assert said not in about_event("order_placed")
