"""Products looked at are noted for people who are signed in and have agreed, while somebody asks, and not for long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from oscar.test.factories import create_product

from shopflow.audience.links import confirm_url
from shopflow.audience.models import ConsentEntry
from shopflow.audience.purposes import Tracking
from shopflow.audience.queries import agreed_version
from shopflow.audience.services import confirm_consent, grant_consent, request_consent, withdraw_consent
from shopflow.automations.models import Flow
from shopflow.automations.services import publish_version
from shopflow.contracts.personal_data import Person, personal_data
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due
from shopflow.storefront.services import forget_old_views, refresh_all
from shopflow.tax.services import load_rates

pytestmark = pytest.mark.django_db
EMAIL = "kundin@example.org"
STEPS = [{"id": "note", "kind": "action", "action": "stop"}]


@pytest.fixture
def product():
    load_rates()
    made = create_product(title="Ölfilter", price="7.77", num_in_stock=4)
    refresh_all()
    return made


@pytest.fixture
def user(django_user_model):
    return django_user_model.objects.create_user("Kundin@Example.org", "geheim-123")


@pytest.fixture
def heard():
    flow = Flow.objects.create(code="views", name="Views")
    trigger = {"event": "product_viewed"}
    raw = {"schema": 2, "trigger": trigger, "entry_key": "{product_id}", "steps": STEPS}
    publish_version(flow=flow, definition=raw, actor=None)


@pytest.fixture
def agreed():
    grant_consent(email=EMAIL, purpose="tracking", source="test", language="de")


@pytest.fixture
def browser(client, user):
    client.force_login(user)
    return client


def look(browser, product, **headers):
    assert browser.get(product.get_absolute_url(), headers=headers).status_code == 200


def views():
    return list(OutboxEvent.objects.filter(code="product_viewed").order_by("pk").values_list("payload", flat=True))


def test_a_view_is_noted_once_a_day_for_each_product(heard, agreed, browser, user, product):
    look(browser, product)
    look(browser, product)
    seen = {"product_id": product.pk, "product_title": "Ölfilter", "email": EMAIL, "user_id": user.pk}
    assert views() == [seen]

    look(browser, create_product(title="Zündkerze", price="3.00", num_in_stock=1))
    clock.move_forward(timedelta(days=1))
    look(browser, product)
    assert [view["product_title"] for view in views()] == ["Ölfilter", "Zündkerze", "Ölfilter"]


def test_without_an_automation_that_asks_nothing_is_noted_and_the_page_costs_no_query_more(
    agreed, browser, product, monkeypatch
):
    def count():
        with CaptureQueriesContext(connection) as queries:
            look(browser, product)
        return len(queries)

    count()
    asked = count()
    monkeypatch.setattr("shopflow.storefront.views.product.note_view", lambda **kwargs: False)
    assert (count(), views()) == (asked, [])


def test_who_has_not_agreed_is_not_noted(heard, browser, product):
    look(browser, product)
    request_consent(email=EMAIL, purposes=["tracking"], source="test", language="de")
    look(browser, product)
    assert views() == []


def test_guests_and_staff_are_never_noted_and_no_cookie_is_set(heard, agreed, browser, user, product):
    guest = Client()
    look(guest, product)
    assert dict(guest.cookies) == {}
    user.is_staff = True
    user.save()
    look(browser, product)
    assert views() == []


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}])
def test_pages_fetched_ahead_do_not_count(heard, agreed, browser, product, headers):
    look(browser, product, **headers)
    browser.head(product.get_absolute_url())
    assert views() == []


def test_the_first_text_of_the_consent_spoke_of_mails_alone(heard, browser, product, monkeypatch):
    monkeypatch.setattr(Tracking, "version", "1")
    grant_consent(email=EMAIL, purpose="tracking", source="test", language="de")
    monkeypatch.undo()
    look(browser, product)
    assert (agreed_version(email=EMAIL, purpose="tracking"), views()) == ("1", [])

    withdraw_consent(email=EMAIL, purpose="tracking", source="test")
    assert agreed_version(email=EMAIL, purpose="tracking") == ""
    grant_consent(email=EMAIL, purpose="tracking", source="test", language="de")
    look(browser, product)
    assert (agreed_version(email=EMAIL, purpose="tracking"), len(views())) == ("2", 1)


def test_of_a_sign_up_the_text_counts_that_was_shown(monkeypatch):
    monkeypatch.setattr(Tracking, "version", "1")
    asked = request_consent(email=EMAIL, purposes=["tracking"], source="test", language="de")
    monkeypatch.undo()
    confirm_consent(confirm_url(asked.key).rstrip("/").rpartition("/")[2])

    request, confirmation = ConsentEntry.objects.order_by("position")
    assert (confirmation.action, confirmation.content["text"]) == ("confirm", request.content["text"])
    assert agreed_version(email=EMAIL, purpose="tracking") == "1"


def test_a_withdrawal_takes_the_person_out(heard, agreed, browser, product):
    look(browser, product)
    withdraw_consent(email=EMAIL, purpose="newsletter", source="test")
    while deliver_due():
        pass
    assert views()[0]["email"] == EMAIL

    withdraw_consent(email=EMAIL, purpose="tracking", source="test")
    while deliver_due():
        pass
    assert [(view["email"], view["user_id"], view["product_id"]) for view in views()] == [("", None, product.pk)]


def test_views_are_told_and_forgotten_with_the_person(heard, agreed, browser, user, product):
    look(browser, product)
    person = Person(email=EMAIL, user_id=user.pk)
    assert "Ölfilter" in str(personal_data.get("events").export(person))

    for one in personal_data:
        one.erase(person)
    row = OutboxEvent.objects.get(code="product_viewed")
    assert (row.payload["email"], row.payload["user_id"]) == ("", None)
    assert str(user.pk) not in row.source_key.split(":")


def test_views_are_deleted_after_thirty_days(heard, agreed, browser, product):
    look(browser, product)
    clock.move_forward(timedelta(days=29))
    look(browser, product)
    assert forget_old_views() == 0
    clock.move_forward(timedelta(days=2))
    assert forget_old_views() == 1
    assert len(views()) == 1


def test_a_page_is_shown_though_the_view_cannot_be_noted(heard, agreed, browser, product, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr("shopflow.storefront.services.views_noted.publish", fail)
    look(browser, product)
    assert views() == []
