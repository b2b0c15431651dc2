"""Notices that visitors have asked for, with Oscar's alerts and the real stock around them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from oscar.core.loading import get_model
from oscar.test import factories

from shopflow.automations.models import Decision, Flow, Run
from shopflow.core import clock
from shopflow.core.services import deliver_due
from shopflow.mailing.models import Message
from shopflow.storefront.services import announce_back_in_stock, forget_unconfirmed_alerts
from tests.automations.rooms import only_flows

pytestmark = pytest.mark.django_db

ProductAlert = get_model("customer", "ProductAlert")
StockRecord = get_model("partner", "StockRecord")


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


@pytest.fixture(autouse=True)
def _flows(seller, any_hour):
    with only_flows("back_in_stock"):
        yield


@pytest.fixture
def product():
    return factories.create_product(title="Bremsscheibe", price=10, num_in_stock=0)


@pytest.fixture
def people(product):
    """Four guests who have confirmed, the one with the first letter first."""
    found = []
    for letter in "abcd":
        alert = ProductAlert.objects.create(product=product, email=f"{letter}@example.org")
        alert.confirm()
        found.append(alert)
    return found


@pytest.fixture
def sweep(work_on):
    def run(**by):
        if by:
            clock.move_forward(timedelta(**by))
        count = announce_back_in_stock()
        while deliver_due():
            pass
        work_on()
        return count

    return run


def set_stock(product, pieces, allocated=0):
    StockRecord.objects.filter(product=product).update(num_in_stock=pieces, num_allocated=allocated)


def told():
    """Who was written to; runs that are due at the same moment may be taken in any order."""
    return sorted(Message.objects.values_list("to_email", flat=True))


def test_it_comes_switched_on_and_oscars_own_way_is_off():
    assert Flow.objects.get(code="back_in_stock").enabled
    assert django_settings.OSCAR_EAGER_ALERTS is False


def test_as_many_hear_of_it_as_there_are_pieces_in_the_order_they_asked(product, people, sweep):
    assert sweep() == 0
    set_stock(product, 5, allocated=3)
    assert sweep() == 2
    assert told() == ["a@example.org", "b@example.org"]
    assert [sweep(), sweep(hours=23)] == [0, 0]
    assert sweep(hours=2) == 2, "after a day the next ones hear of what is left"
    assert told() == ["a@example.org", "b@example.org", "c@example.org", "d@example.org"]
    assert sweep(days=2) == 0
    assert set(ProductAlert.objects.values_list("status", flat=True)) == {ProductAlert.CLOSED}
    message = Message.objects.first()
    assert (message.template, message.mail_class) == ("back_in_stock", "transactional")
    assert "Bremsscheibe" in message.subject
    assert f"http://testserver{product.get_absolute_url()}" in message.text


def test_more_pieces_call_more_people_at_once(product, people, sweep):
    set_stock(product, 1)
    assert sweep() == 1
    set_stock(product, 3)
    assert sweep(minutes=5) == 2
    assert told() == ["a@example.org", "b@example.org", "c@example.org"]


def test_unconfirmed_and_cancelled_requests_hear_nothing(product, sweep):
    ProductAlert.objects.create(product=product, email="unsure@example.org")
    gone = ProductAlert.objects.create(product=product, email="gone@example.org")
    gone.confirm()
    gone.cancel()
    set_stock(product, 9)
    assert sweep() == 0
    assert told() == []


def test_a_customer_is_told_at_the_accounts_address(product, sweep):
    user = get_user_model().objects.create_user("Kundin@Example.org", "geheim-1234")
    ProductAlert.objects.create(product=product, user=user)
    set_stock(product, 1)
    sweep()
    assert told() == ["kundin@example.org"]


def test_who_is_called_when_it_has_sold_out_again_is_called_the_next_time(product, people, sweep, work_on):
    set_stock(product, 1)
    announce_back_in_stock()
    set_stock(product, 0)
    while deliver_due():
        pass
    work_on()
    assert told() == []
    assert Run.objects.get().state == "exited"
    set_stock(product, 1)
    assert sweep(days=1, minutes=1) == 1
    assert told() == ["b@example.org"], "who was never called comes first"
    assert sweep(days=1, minutes=1) == 1
    assert told() == ["b@example.org", "c@example.org"]


def test_while_the_flow_is_off_nobody_loses_the_request(product, people, sweep):
    Flow.objects.filter(code="back_in_stock").update(enabled=False)
    set_stock(product, 4)
    assert sweep() == 4
    assert told() == []
    assert Decision.objects.filter(flow__code="back_in_stock", code="switched_off").count() == 4
    Flow.objects.filter(code="back_in_stock").update(enabled=True)
    assert sweep(days=1) == 4
    assert len(told()) == 4


def test_hidden_products_and_those_without_a_price_are_not_back(product, people, sweep):
    set_stock(product, 4)
    get_model("catalogue", "Product").objects.filter(pk=product.pk).update(is_public=False)
    assert sweep() == 0
    get_model("catalogue", "Product").objects.filter(pk=product.pk).update(is_public=True)
    StockRecord.objects.filter(product=product).update(price=None)
    assert sweep() == 0


def test_unconfirmed_requests_are_forgotten_after_a_fortnight(product, people):
    ProductAlert.objects.create(product=product, email="unsure@example.org")
    assert forget_unconfirmed_alerts() == 0
    clock.move_forward(timedelta(days=15))
    assert forget_unconfirmed_alerts() == 1
    assert ProductAlert.objects.count() == 4


def test_a_look_costs_the_same_for_one_product_and_for_ten(product, people, django_assert_max_num_queries):
    for number in range(10):
        other = factories.create_product(title=f"Teil {number}", price=10, num_in_stock=0)
        ProductAlert.objects.create(product=other, email=f"x{number}@example.org").confirm()
    with django_assert_max_num_queries(2):
        announce_back_in_stock()


def test_links_of_the_mail_change_nothing_until_a_button_is_pressed(client, product):
    """Mail scanners open the link to confirm and then the one to cancel."""
    alert = ProductAlert.objects.create(product=product, email="a@example.org", key="k" * 40)
    links = [alert.get_confirm_url(), f"{alert.get_cancel_url()}?next=https://example.com/"]
    for link in links:
        assert client.get(link).status_code == 200
        assert client.post(link).status_code == 200
    assert set(client.cookies) <= {"csrftoken"}
    alert.refresh_from_db()
    assert alert.status == ProductAlert.UNCONFIRMED

    assert client.post(links[0], {"confirm": "1"}).context["state"] == "waiting"
    assert ProductAlert.objects.get().status == ProductAlert.ACTIVE
    assert client.post(links[1], {"cancel": "1"}).context["state"] == "cancelled"
    assert client.post(links[0], {"confirm": "1"}).status_code == 404
    assert ProductAlert.objects.get().status == ProductAlert.CANCELLED


def test_a_customer_ends_only_an_alert_of_their_own(client, product):
    mine, other = (get_user_model().objects.create_user(f"{name}@example.org", "geheim-1234") for name in "ab")
    alert = ProductAlert.objects.create(product=product, user=mine, status=ProductAlert.ACTIVE)
    page = f"/accounts/alerts/cancel/{alert.pk}/"
    for user, status in ((other, 404), (mine, 200)):
        client.force_login(user)
        assert client.get(page).status_code == status
        assert ProductAlert.objects.get().status == ProductAlert.ACTIVE
        assert client.post(page, {"cancel": "1"}).status_code == status
    assert ProductAlert.objects.get().status == ProductAlert.CANCELLED
