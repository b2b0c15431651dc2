"""Anybody can enter anybody's address: what a stranger does must change nothing that holds for the person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.links import preferences_url
from shopflow.audience.models import Consent, Contact
from shopflow.audience.queries import consent_states, has_consent
from shopflow.audience.services import (
    create_share_link,
    purge_old_evidence,
    purge_unconfirmed,
    refuse,
    withdraw_consent,
)
from shopflow.audience.services.ledger import Action, write
from shopflow.core import clock
from tests.audience.consents import EMAIL, ask, give
from tests.audience.people import contact, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def state() -> str:
    return consent_states(EMAIL)["newsletter"]


def test_a_refusal_stands_until_the_person_confirms_anew():
    refuse(email=EMAIL, purpose="newsletter", source="checkout")
    since = Consent.objects.get().since
    clock.move_forward(timedelta(hours=1))
    ask()
    assert (state(), Consent.objects.get().since) == ("withdrawn", since)

    give()
    assert has_consent(email=EMAIL, purpose="newsletter")


def test_a_refusal_outlives_its_proof_and_a_strangers_request():
    give()
    withdraw_consent(email=EMAIL, purpose="newsletter", source="test")
    clock.move_forward(timedelta(days=1110))
    assert purge_old_evidence() == 3
    ask()
    clock.move_forward(timedelta(days=15))
    assert purge_unconfirmed() == 1
    assert state() == "withdrawn"


def test_a_request_that_overlaps_a_confirmation_takes_nothing_back():
    give()
    write(email=EMAIL, purpose="newsletter", action=Action.REQUEST, source="late")
    assert has_consent(email=EMAIL, purpose="newsletter")


def test_the_settings_show_what_waits_for_confirmation_also_after_a_refusal(client):
    refuse(email=EMAIL, purpose="newsletter", source="checkout")
    page = preferences_url(contact(EMAIL)).partition("//")[2].partition("/")[2]
    assert client.get(f"/{page}").context["pending"] == set()
    ask(purposes=("newsletter", "review_request"))
    assert client.get(f"/{page}").context["pending"] == {"newsletter", "review_request"}
    clock.move_forward(timedelta(hours=1))
    give(purposes=("review_request",))
    assert client.get(f"/{page}").context["pending"] == {"newsletter"}


def test_a_contact_that_staff_know_outlives_a_sign_up_that_nobody_confirmed():
    contact(EMAIL, company="Muster GmbH")
    ask()
    clock.move_forward(timedelta(days=15))
    assert purge_unconfirmed() == 1
    assert list(Contact.objects.values_list("email", "company")) == [(EMAIL, "Muster GmbH")]
    assert not Consent.objects.exists()


@pytest.mark.parametrize("target", ["//example.com/", "/\\\\example.com/", "https://example.com/", "catalogue/", ""])
def test_a_share_link_never_leads_out_of_the_shop(target):
    with pytest.raises(ValueRefused):
        create_share_link(label="x", channel="facebook", target=target, actor=staff())
