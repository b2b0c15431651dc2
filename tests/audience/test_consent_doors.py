"""Where consents are given: checkout, sign-up form, account."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model

from shopflow.audience.links import confirm_token, preferences_url
from shopflow.audience.models import Consent, ConsentEntry, ConsentRequest, Contact
from shopflow.audience.purposes import purposes
from shopflow.audience.queries import has_consent
from shopflow.audience.services import (
    confirm_consent,
    grant_consent,
)
from shopflow.contracts.checkout import Agreement, Checkout, checkout_gates
from shopflow.contracts.mail import mail_contexts
from shopflow.mailing.models import Message
from tests.audience.consents import EMAIL, give

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def checkout(**changes) -> Checkout:
    given = {
        "basket_id": 1,
        "user_id": None,
        "email": EMAIL,
        "country": "DE",
        "language": "de",
        "payment_method": "bank_transfer",
        "lines": (),
    }
    return Checkout(**{**given, **changes})


def test_the_checkout_offers_unticked_boxes_and_a_tick_starts_the_double_opt_in():
    gate = checkout_gates.get("mail_consent")
    offered = gate.declarations(checkout())
    assert [(d.key, d.checkbox, d.required) for d in offered] == [
        ("review_request", True, False),
        ("cart_reminder", True, False),
    ]
    assert offered[0].html == purposes.get("review_request").text("de")
    assert gate.refusals(checkout()) == ()

    answers = {d.key: Agreement(declaration=d, accepted=d.key == "review_request") for d in offered}
    gate.follow_up(order_id=1, checkout=checkout(), agreements=answers)

    assert ConsentRequest.objects.get().purposes == ["review_request"]
    assert ConsentEntry.objects.get().content["source"] == "checkout"
    assert not has_consent(email=EMAIL, purpose="review_request")
    confirm_consent(confirm_token(ConsentRequest.objects.get().key))
    assert [d.key for d in gate.declarations(checkout())] == ["cart_reminder"]


def test_no_tick_no_mail():
    gate = checkout_gates.get("mail_consent")
    offered = gate.declarations(checkout())
    gate.follow_up(
        order_id=1, checkout=checkout(), agreements={d.key: Agreement(declaration=d, accepted=False) for d in offered}
    )

    assert not Message.objects.exists()
    assert not Contact.objects.exists()


def test_signing_up_confirming_and_stopping_in_the_browser(client):
    page = client.get("/newsletter/").content.decode()
    assert 'type="checkbox"' in page
    assert " checked" not in page

    assert client.post("/newsletter/", {"email": "kundin", "agree": "on"}).status_code == 422
    assert client.post("/newsletter/", {"email": EMAIL}).status_code == 422
    assert not Message.objects.exists()
    done = client.post("/newsletter/", {"email": EMAIL, "agree": "on"})
    assert (done.status_code, done["Location"]) == (302, "/newsletter/danke/")

    link = re.search(r"http://testserver(/einstellungen/bestaetigen/\S+)", Message.objects.get().text)[1]
    assert client.get(link).status_code == 200
    assert not has_consent(email=EMAIL, purpose="newsletter")
    assert client.post(link).status_code == 200
    assert has_consent(email=EMAIL, purpose="newsletter")

    contact = Contact.objects.get()
    settings_page = preferences_url(contact).removeprefix("http://testserver")
    words = mail_contexts.get("mail_preferences").context({"email": EMAIL})
    assert words["preferences_url"] == preferences_url(contact)
    assert words["objection_notice"].startswith("Sie erhalten diese E-Mail, weil Sie bei Autohaus Muster GmbH bestellt")
    assert client.get(settings_page).content.count(b" checked") == 1
    client.post(settings_page, {"review_request": "on"})
    assert not has_consent(email=EMAIL, purpose="newsletter")
    assert has_consent(email=EMAIL, purpose="review_request")
    assert ConsentEntry.objects.filter(purpose="review_request").get().action == "grant"
    client.post(settings_page, {"none": "1", "newsletter": "on"})
    assert not Consent.objects.exclude(state="withdrawn").exists()
    again = client.post(link)
    assert (again.status_code, again.context["state"]) == (200, "withdrawn")
    assert not has_consent(email=EMAIL, purpose="newsletter")


def test_robots_and_strangers_get_nothing(client):
    client.post("/newsletter/", {"email": EMAIL, "agree": "on", "website": "http://spam.example.com"})
    assert not Message.objects.exists()
    assert client.get("/einstellungen/mail/falsch/").status_code == 404
    assert client.get("/einstellungen/bestaetigen/falsch/").status_code == 404
    assert client.post("/einstellungen/bestaetigen/falsch/").status_code == 404
    assert client.get("/accounts/mail-einstellungen/").status_code == 302


def test_the_answer_does_not_say_whether_an_address_is_known(client):
    give()
    known = client.post("/newsletter/", {"email": EMAIL, "agree": "on"})
    new = client.post("/newsletter/", {"email": "neu@example.org", "agree": "on"})
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])


def test_a_choice_in_the_account_is_confirmed_by_mail(client):
    user = get_user_model().objects.create_user(EMAIL, "geheim-1234")
    client.force_login(user)

    client.post("/accounts/mail-einstellungen/", {"newsletter": "on"})

    assert not has_consent(email=EMAIL, purpose="newsletter")
    assert Contact.objects.get().user == user
    page = client.get("/accounts/mail-einstellungen/")
    assert page.context["pending"] == {"newsletter"}
    client.post("/accounts/mail-einstellungen/", {})
    assert Consent.objects.get().state == "pending"
    grant_consent(email=EMAIL, purpose="newsletter", source="paper", language="de")
    client.post("/accounts/mail-einstellungen/", {})
    assert Consent.objects.get().state == "withdrawn"
