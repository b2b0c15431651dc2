"""“Send the basket to me”: the door on the basket's page, and the one mail behind it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.automations.models import AutomationSettings, Flow, Run
from shopflow.automations.services import run_due, sync_builtin_flows
from shopflow.contracts.automations import flow_switchboards, takes_people_in
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due
from shopflow.mailing.models import Message
from shopflow.ordering.models import BasketActivity

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EMAIL = "erika@example.org"
DOOR = "/warenkorb-an-mich/"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


@pytest.fixture(autouse=True)
def _shop(seller):
    sync_builtin_flows()


@pytest.fixture
def shopper():
    client = Client()
    product = create_product(title="Ölfilter W 712/95", price="10.00", num_in_stock=9)
    client.post(f"/basket/add/{product.pk}/", {"quantity": 2}, headers={"origin": "http://testserver"})
    assert get_model("basket", "Line").objects.count() == 1
    return client


def ask(client: Client, **data: str) -> str:
    answer = client.post(DOOR, {"email": EMAIL, **data}, follow=True)
    while deliver_due():
        pass
    run_due()
    return answer.content.decode()


def test_a_guest_gets_one_mail_with_goods_and_link(shopper):
    page = shopper.get("/basket/").content.decode()
    assert "Warenkorb an mich senden" in page
    assert "Wir schicken Ihren Warenkorb" in ask(shopper, email="Erika@Example.org")

    message = Message.objects.get()
    assert (message.to_email, message.mail_class, message.template) == (EMAIL, "transactional", "basket_mail")
    assert "2 × Ölfilter W 712/95" in message.text
    assert "Ihr Warenkorb bei Autohaus Muster GmbH" in message.subject
    link = message.text.split("Zurück zum Warenkorb: ")[1].split()[0]
    elsewhere = Client().get(link, follow=True).content.decode()
    assert "Ölfilter W 712/95" in elsewhere
    assert BasketActivity.objects.get().email == "", "the address is not kept with the basket"


def test_once_a_day(shopper):
    ask(shopper)
    ask(shopper)
    assert Message.objects.count() == Run.objects.count() == 1
    clock.move_forward(timedelta(days=1))
    ask(shopper)
    assert Message.objects.count() == 2


def test_an_account_gets_it_at_its_own_address(shopper):
    shopper.force_login(get_user_model().objects.create_user("Konto@example.org", "geheim-1234"))
    shopper.get("/basket/")
    ask(shopper, email="somebody@example.org")
    assert Message.objects.get().to_email == "konto@example.org"


@pytest.mark.parametrize("data", [{"email": "no address"}, {"email": ""}, {"website": "http://example.com"}])
def test_what_is_wrong_sends_nothing(shopper, data):
    ask(shopper, **data)
    assert not Message.objects.exists()


def test_an_empty_basket_is_not_sent():
    assert "Ihr Warenkorb ist leer" in ask(Client())
    assert not Message.objects.exists()


def test_few_mails_for_one_address(shopper):
    for number in range(4):
        page = ask(shopper)
        clock.move_forward(timedelta(days=1))
        assert ("schon mehrmals verschickt" in page) == (number == 3)
    assert Message.objects.count() == 3


@pytest.mark.parametrize("off", [{"enabled": False}, {"paused_at": AT}, {"active_version": None}])
def test_switched_off_the_basket_offers_no_mail_and_none_is_sent(shopper, off):
    Flow.objects.filter(code="basket_mail").update(**off)
    assert "Warenkorb an mich senden" not in shopper.get("/basket/").content.decode()
    assert "Wir verschicken zurzeit keine Warenkörbe" in ask(shopper)
    assert not OutboxEvent.objects.filter(code="basket_mail_requested").exists()


def test_the_emergency_stop_counts_as_off(shopper):
    assert takes_people_in("basket_mail")
    AutomationSettings.objects.update_or_create(pk=1, defaults={"halted_at": AT})
    assert not takes_people_in("basket_mail")


def test_what_nobody_knows_is_off(shopper):
    assert not takes_people_in("nobody_knows_this")
    with flow_switchboards.without("engine"):
        assert not takes_people_in("basket_mail")
