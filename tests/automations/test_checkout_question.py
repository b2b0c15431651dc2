"""Somebody leaves the checkout and is asked why, in the shop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.audience.models import SurveyAnswer, SurveyInvitation
from shopflow.audience.services import purge_surveys
from shopflow.automations.models import Run
from shopflow.core import clock
from shopflow.mailing.models import Message
from shopflow.ordering.services import announce_idle_baskets
from tests.automations.marketing import EMAIL, deliver, shop, subscriber, switch_on, world  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NOTE = "Dürfen wir Sie eines fragen?"


@pytest.fixture
def guest(shop):  # noqa: F811 - the fixture
    """A guest who has gone to the checkout with a basket and entered an address."""
    switch_on("checkout_question")
    client = Client()
    product = create_product(price="10.00", num_in_stock=9)
    client.post(f"/basket/add/{product.pk}/", {"quantity": 1}, headers={"origin": "http://testserver"})
    client.post("/checkout/", {"username": EMAIL, "options": "anonymous"})
    return client


def leave(work_on) -> None:
    work_on(minutes=61)
    announce_idle_baskets()
    deliver()
    work_on()


def test_the_question_stands_on_the_basket_page_and_the_answer_has_no_name(guest, work_on):
    subscriber(purpose="cart_reminder")
    leave(work_on)
    basket = get_model("basket", "Basket").objects.get()
    asked = SurveyInvitation.objects.get()
    assert asked.source_key == f"basket:{basket.pk}"
    assert NOTE in guest.get("/basket/").content.decode()
    assert NOTE not in Client().get("/basket/").content.decode()
    assert not Message.objects.exists()
    door = f"/umfrage/{asked.key}/"
    assert "Meine Zahlungsart fehlte" in guest.get(door).content.decode()
    assert guest.post(door, {}).status_code == 422
    guest.post(door, {"choice": "payment", "text": "Kein Lastschriftverfahren"})
    guest.post(door, {"choice": "price"})

    answer = SurveyAnswer.objects.get()
    assert (answer.survey, answer.choice, answer.text) == ("checkout", "payment", "Kein Lastschriftverfahren")
    assert not hasattr(answer, "contact")
    assert NOTE not in guest.get("/basket/").content.decode()


def test_without_consent_nobody_is_asked(guest, work_on):
    subscriber()
    leave(work_on)
    assert not SurveyInvitation.objects.exists()
    assert not Run.objects.exists()


def test_a_basket_that_never_saw_the_checkout_raises_no_question(guest, work_on):
    get_model("basket", "Basket").objects.get().activity.__class__.objects.update(checkout_at=None)
    subscriber(purpose="cart_reminder")
    leave(work_on)
    assert not SurveyInvitation.objects.exists()


def test_it_can_be_put_aside_and_is_forgotten(guest, work_on):
    subscriber(purpose="cart_reminder")
    leave(work_on)
    asked = SurveyInvitation.objects.get()
    guest.post(f"/umfrage/{asked.key}/", {"later": "1"})
    assert NOTE not in guest.get("/basket/").content.decode()
    assert not SurveyAnswer.objects.exists()
    clock.move_forward(timedelta(days=15))
    assert purge_surveys() == 1
