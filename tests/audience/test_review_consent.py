"""The consent to be asked for a review: its text names digital products; earlier agreements keep the text they saw."""

from __future__ import annotations

import pytest

from shopflow.audience import queries
from shopflow.audience.models import ConsentEntry
from shopflow.audience.purposes import ReviewRequest, purposes
from shopflow.audience.services.ledger import chain_of
from shopflow.core.services import verify_chain
from tests.audience.consents import EMAIL, give

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]
PURPOSE = "review_request"


def test_the_text_says_when_people_are_asked_about_digital_products():
    purpose = purposes.get(PURPOSE)
    assert purpose.version == "2"
    assert "nach einer Lieferung oder nach der ersten Nutzung digitaler Produkte" in purpose.text("de")
    assert "after a delivery or after the first use of digital products" in purpose.text("en")


def test_who_agreed_to_the_first_text_keeps_it_and_is_offered_the_second(monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr(ReviewRequest, "version", "1")
        earlier.setattr(ReviewRequest, "texts", {"de": "Ja, {company} darf mich nach einer Lieferung bitten."})
        give(purposes=(PURPOSE,))
    first = "Ja, Autohaus Muster GmbH darf mich nach einer Lieferung bitten."
    assert queries.agreed_version(email=EMAIL, purpose=PURPOSE) == "1"
    assert queries.has_consent(email=EMAIL, purpose=PURPOSE)
    assert queries.outgrown_texts(EMAIL, queries.consent_states(EMAIL)) == {PURPOSE: first}
    told = {(entry.content["text"], entry.content["text_version"]) for entry in ConsentEntry.objects.all()}
    assert told == {(first, "1")}
    assert verify_chain(ConsentEntry, chain=chain_of(EMAIL, PURPOSE)) == 2
