"""How long a consent and its proof are kept, and what a person may ask for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopflow.audience.models import Consent, ConsentEntry, Contact
from shopflow.audience.queries import has_consent
from shopflow.audience.services import (
    erase_person,
    export_person,
    purge_old_evidence,
    purge_unconfirmed,
    withdraw_consent,
)
from shopflow.audience.services.ledger import chain_of
from shopflow.core import clock
from shopflow.core.services import verify_chain
from shopflow.mailing.models import Message
from tests.audience.consents import EMAIL, ask, entries, give

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def test_nobody_keeps_what_nobody_confirmed():
    ask(purposes=("newsletter", "review_request"))
    give("andere@example.org")
    clock.move_forward(timedelta(days=13))
    assert purge_unconfirmed() == 0
    clock.move_forward(timedelta(days=2))

    assert purge_unconfirmed() == 1

    assert list(Contact.objects.values_list("email", flat=True)) == ["andere@example.org"]
    assert list(Consent.objects.values_list("email", flat=True)) == ["andere@example.org"]
    assert entries() == [("newsletter", "request"), ("newsletter", "confirm")]
    assert not Message.objects.filter(to_email=EMAIL).exists()
    assert not Message.objects.filter(text__contains=EMAIL).exists()


def test_an_unconfirmed_second_request_leaves_the_older_proof_whole():
    give()
    withdraw_consent(email=EMAIL, purpose="newsletter", source="test")
    clock.move_forward(timedelta(days=1))
    ask()
    assert Consent.objects.get().state == "withdrawn"
    clock.move_forward(timedelta(days=15))

    purge_unconfirmed()

    assert Consent.objects.get().state == "withdrawn"
    assert verify_chain(ConsentEntry, chain=chain_of(EMAIL, "newsletter")) == 3


def test_proof_goes_three_years_after_the_end_and_not_before():
    give()
    give("bleibt@example.org")
    withdraw_consent(email=EMAIL, purpose="newsletter", source="test")
    clock.move_forward(timedelta(days=1090))
    assert purge_old_evidence() == 0
    clock.move_forward(timedelta(days=20))

    assert purge_old_evidence() == 3
    assert verify_chain(ConsentEntry, chain=chain_of("bleibt@example.org", "newsletter")) == 2


def test_a_person_can_have_their_data_and_be_forgotten():
    give()
    data = export_person("KUNDIN@example.org")
    assert data["contact"]["email"] == EMAIL
    assert [c["state"] for c in data["consents"]] == ["granted"]
    assert [e["action"] for e in data["ledger"]] == ["request", "confirm"]

    assert erase_person(EMAIL) == {"withdrawn": 1, "erased": 2, "kept": 3}

    assert not Contact.objects.exists()
    assert not Consent.objects.exists()
    assert not has_consent(email=EMAIL, purpose="newsletter")
    assert EMAIL not in str(list(ConsentEntry.objects.values()))
    assert verify_chain(ConsentEntry, chain=chain_of(EMAIL, "newsletter")) == 3
