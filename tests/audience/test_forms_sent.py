"""Forms that were sent are announced once the address is known to be the person's, and only then."""

from __future__ import annotations

import pytest
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.audience.links import confirm_url
from shopflow.audience.models import ConsentRequest
from shopflow.audience.services import confirm_consent, request_consent
from shopflow.core.models import OutboxEvent

pytestmark = pytest.mark.django_db


def told():
    return list(OutboxEvent.objects.filter(code="form_submitted").order_by("pk").values_list("payload", flat=True))


def confirm(asked):
    token = confirm_url(asked.key).rstrip("/").rpartition("/")[2]
    confirm_consent(token)
    confirm_consent(token)


def test_signing_up_is_announced_when_it_is_confirmed_and_once(client):
    client.post("/newsletter/", {"email": "Erika@Example.org", "agree": "on"})
    assert told() == [], "anybody can type anybody's address"

    confirm(ConsentRequest.objects.get())
    assert told() == [
        {
            "form": "newsletter",
            "email": "erika@example.org",
            "user_id": None,
            "source": "/newsletter/",
            "product_id": None,
        }
    ]


@pytest.mark.parametrize(
    ("purposes", "forms"), [(["newsletter", "birthday"], ["mail_settings"]), (["lead_magnet", "newsletter"], [])]
)
def test_the_form_is_told_by_what_was_asked(purposes, forms):
    confirm(request_consent(email="erika@example.org", purposes=purposes, source="account", language="de"))
    assert [event["form"] for event in told()] == forms, "a document is announced with itself"


def test_an_alert_is_announced_when_it_is_confirmed_or_from_an_account(django_user_model):
    product = create_product()
    alerts = get_model("customer", "ProductAlert")
    guest = alerts.objects.create(product=product, email="Gast@Example.org", status=alerts.UNCONFIRMED)
    assert told() == []

    guest.confirm()
    guest.save()
    user = django_user_model.objects.create_user("Kundin@Example.org", "geheim-123")
    alerts.objects.create(product=product, user=user, status=alerts.ACTIVE).cancel()
    about = {"form": "stock_alert", "source": "", "product_id": product.pk}
    assert told() == [
        {**about, "email": "gast@example.org", "user_id": None},
        {**about, "email": "kundin@example.org", "user_id": user.pk},
    ]
