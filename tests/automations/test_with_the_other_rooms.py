"""The built-in automations with the real rooms around them: consent ledger, baskets, mail room. No stand-ins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from oscar.test import factories

from shopflow.audience.services import grant_consent, withdraw_consent
from shopflow.automations import demo
from shopflow.automations.models import Run
from shopflow.core import clock
from shopflow.mailing.models import Message
from shopflow.ordering.events import BasketIdle

pytestmark = pytest.mark.django_db
EMAIL = "erika@example.org"


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


def test_a_basket_reminder_with_the_real_consent(happen, work_on):
    demo.load(seller=None)
    basket = factories.BasketFactory()
    product = factories.ProductFactory(title="Ölfilter W 712/95", stockrecords__num_in_stock=5)
    basket.add_product(product, 2)
    idle = BasketIdle(basket_id=basket.pk, email=EMAIL, user_id=None)

    happen(idle)
    work_on()
    assert (Run.objects.count(), Message.objects.filter(template="cart_reminder_1").count()) == (0, 0)

    grant_consent(email=EMAIL, purpose="cart_reminder", source="test", language="de")
    happen(idle)
    work_on()
    (message,) = Message.objects.filter(template__startswith="cart_reminder")
    assert (message.template, message.to_email, message.basis) == ("cart_reminder_1", EMAIL, "consent")
    assert "2 × Ölfilter W 712/95" in message.text
    assert "http://testserver" in message.text

    withdraw_consent(email=EMAIL, purpose="cart_reminder", source="test", as_of=clock.now() + timedelta(seconds=1))
    from shopflow.core.services import deliver_due

    while deliver_due():
        pass
    work_on(days=3)
    assert Message.objects.filter(template__startswith="cart_reminder").count() == 1
    run = Run.objects.get()
    assert (run.state, run.reason_code) == ("exited", "exit:consent_changed")
