"""Recalls: from the staff's page to the mails, the buyer's confirmation and the letter."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from oscar.core.loading import get_model
from oscar.test import factories

from shopflow.automations.models import Run
from shopflow.core import clock
from shopflow.core.services import deliver_due
from shopflow.desk.models import StaffTask
from shopflow.mailing.models import Message
from shopflow.mailing.services import suppress
from shopflow.parts.models import NoticeReceipt, SafetyNotice
from tests.automations.rooms import only_flows

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EMAIL = "erika@example.org"
FACTS = {
    "kind": "recall", "title": "Scheibe kann brechen", "batch": "2319", "hazard": "Sie bricht.",
    "instructions": "Fahren Sie nicht weiter.", "remedy": "Neue Scheibe.", "numbers": "BR-4711",
}  # fmt: skip


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


@pytest.fixture(autouse=True)
def _only(seller, any_hour):
    with only_flows("safety_notice"):
        yield


@pytest.fixture
def product():
    return factories.create_product(title="Bremsscheibe", upc="BR-4711", price=10, num_in_stock=9)


@pytest.fixture
def make_order(product):
    def make(number, bought=product, **more):
        basket = factories.create_basket(empty=True)
        basket.add_product(bought, 1)
        return factories.create_order(number=number, basket=basket, guest_email=EMAIL, user=None, **more)

    return make


@pytest.fixture
def issue(admin_client, work_on):
    """Look first, then issue, and let the worker begin."""

    def send(**more):
        url = reverse("shopflow-staff:parts-notice-new")
        looked = admin_client.post(url, {**FACTS, **more, "look": "1"})
        assert not SafetyNotice.objects.exists()
        assert admin_client.post(url, {**FACTS, **more, "issue": "1"}).status_code == 302
        while deliver_due():
            pass
        work_on()
        return looked.context["count"]

    return send


def mails():
    return list(Message.objects.order_by("pk").values_list("template", flat=True))


def test_buyers_are_told_three_times_and_then_by_letter(make_order, issue, work_on, admin_client):
    make_order("100123")
    other = factories.create_product(title="Anderes", upc="X", price=5, num_in_stock=3)
    make_order("100200", bought=other)
    cancelled = make_order("100300")
    get_model("order", "Order").objects.filter(pk=cancelled.pk).update(status="cancelled")
    assert issue() == 1
    message = Message.objects.get()
    assert (message.template, message.to_email, message.mail_class) == ("safety_notice", EMAIL, "legal")
    assert "Bremsscheibe" in message.text
    assert "Fahren Sie nicht weiter." in message.text
    work_on(days=3, seconds=5)
    work_on(days=7, seconds=5)
    assert mails() == ["safety_notice"] * 3
    assert not StaffTask.objects.exists()
    work_on(days=7, seconds=5)
    task = StaffTask.objects.get()
    assert (task.kind, task.reference) == ("statutory_deadline", "100123")
    page = admin_client.get(reverse("shopflow-staff:parts-notices")).content.decode()
    assert "Scheibe kann brechen" in page


def test_the_confirmation_ends_it_and_looking_alone_does_not(make_order, issue, work_on, client):
    make_order("100123")
    issue()
    path = re.search(r"http://testserver(/\S*sicherheitshinweis/\S+/)", Message.objects.get().text)[1]
    assert client.get(path).status_code == 200
    assert NoticeReceipt.objects.get().acknowledged_at is None
    assert client.post(path).status_code == 200
    assert NoticeReceipt.objects.get().acknowledged_at is not None
    assert "100123" in client.get(path).content.decode()
    while deliver_due():
        pass
    work_on(days=30)
    assert mails() == ["safety_notice"]
    assert Run.objects.get().ending == "goal_reached"
    assert client.get(path.replace("/sicherheitshinweis/", "/sicherheitshinweis/x")).status_code == 404


def test_who_wants_no_advertising_is_told_all_the_same(make_order, issue):
    suppress(email=EMAIL, scope="marketing", reason="unsubscribed")
    make_order("100123")
    issue()
    assert mails() == ["safety_notice"]


def test_days_and_unknown_numbers(make_order, issue, admin_client):
    make_order("100123")
    url = reverse("shopflow-staff:parts-notice-new")
    refused = admin_client.post(url, {**FACTS, "numbers": "BR-4711\nUNBEKANNT", "issue": "1"})
    assert refused.status_code == 422
    assert "UNBEKANNT" in refused.content.decode()
    tomorrow = (clock.now() + timedelta(days=2)).date().isoformat()
    assert issue(sold_from=tomorrow) == 0
    assert mails() == []


def test_only_staff_with_the_right_may_issue(client):
    assert client.get(reverse("shopflow-staff:parts-notice-new")).status_code in (302, 403)
