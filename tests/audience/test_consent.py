"""Nothing without a consent: asked for, confirmed by a click, proven, withdrawn."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from shopflow.audience.exceptions import ExpiredLink, UnknownLink
from shopflow.audience.links import confirm_token
from shopflow.audience.models import Consent, ConsentEntry, Contact
from shopflow.audience.purposes import purposes
from shopflow.audience.queries import has_consent
from shopflow.audience.services import (
    confirm_consent,
    withdraw_consent,
)
from shopflow.audience.services.ledger import chain_of
from shopflow.contracts.automations import RunContext, conditions
from shopflow.contracts.mail import legal_bases
from shopflow.contracts.registry import UnknownCode
from shopflow.core import clock
from shopflow.core.exceptions import BrokenChain
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due, verify_chain
from shopflow.mailing.models import Message, Suppression
from shopflow.mailing.services import send_due, suppress, unsubscribe
from shopflow.mailing.wording import advertising_words
from tests.audience.consents import EMAIL, ask, entries, give
from tests.services.guards import triggers_lifted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def test_a_request_alone_allows_nothing_and_sends_one_mail():
    asked = ask("Kundin@Example.org", ("newsletter", "review_request"))

    assert not has_consent(email=EMAIL, purpose="newsletter")
    assert Consent.objects.get(purpose="newsletter").state == "pending"
    message = Message.objects.get()
    assert (message.to_email, message.mail_class, message.template) == (EMAIL, "transactional", "consent_confirm")
    assert confirm_token(asked.key) in message.text
    assert purposes.get("newsletter").text("de") in message.text
    assert "Autohaus Muster GmbH" in purposes.get("newsletter").text("de")
    assert "List-Unsubscribe" not in message.html


def test_the_confirmation_mail_holds_no_advertising_but_the_text_agreed_to():
    ask()
    message = Message.objects.get()

    agreed = purposes.get("newsletter").text("de")
    assert advertising_words(message.text.replace(agreed, "")) == []
    assert advertising_words(message.subject) == []


def test_the_ledger_proves_request_and_click():
    asked = give()

    request, confirmation = ConsentEntry.objects.order_by("pk")
    assert request.content == {
        "action": "request",
        "purpose": "newsletter",
        "source": "/newsletter/",
        "ip": "192.0.2.7",
        "request": str(asked.key),
        "message_id": Message.objects.get().message_id,
        "mail_sha256": request.content["mail_sha256"],
        "text": purposes.get("newsletter").text("de"),
        "text_version": "1",
        "language": "de",
    }
    assert len(request.content["mail_sha256"]) == 64
    assert confirmation.content["action"] == "confirm"
    assert confirmation.content["ip"] == "192.0.2.8"
    assert confirmation.content["request"] == str(asked.key)
    assert confirmation.content["requested_at"] == asked.requested_at.isoformat()
    assert EMAIL not in str(request.content) + str(confirmation.content)
    assert verify_chain(ConsentEntry, chain=chain_of(EMAIL, "newsletter")) == 2


def test_a_changed_entry_breaks_the_chain():
    give()
    entry = ConsentEntry.objects.first()
    with triggers_lifted():
        ConsentEntry.objects.filter(pk=entry.pk).update(content={**entry.content, "ip": "192.0.2.99"})

    with pytest.raises(BrokenChain, match="position 1"):
        verify_chain(ConsentEntry, chain=chain_of(EMAIL, "newsletter"))


def test_a_second_click_changes_nothing():
    asked = ask()
    token = confirm_token(asked.key)
    confirm_consent(token)
    events = OutboxEvent.objects.count()

    confirm_consent(token)

    assert entries() == [("newsletter", "request"), ("newsletter", "confirm")]
    assert OutboxEvent.objects.count() == events
    assert has_consent(email="KUNDIN@example.org ", purpose="newsletter")
    assert not has_consent(email=EMAIL, purpose="review_request")


def test_a_second_click_after_a_withdrawal_does_not_bring_the_consent_back():
    asked = give()
    withdraw_consent(email=EMAIL, purpose="newsletter", source="test")

    confirm_consent(confirm_token(asked.key))

    assert not has_consent(email=EMAIL, purpose="newsletter")


def test_a_link_that_was_made_up_or_comes_too_late_confirms_nothing():
    asked = ask()
    token = confirm_token(asked.key)
    with pytest.raises(UnknownLink):
        confirm_consent(token[:-1] + ("A" if token[-1] != "A" else "B"))
    clock.move_forward(timedelta(days=14, minutes=1))
    with pytest.raises(ExpiredLink):
        confirm_consent(token)

    assert not has_consent(email=EMAIL, purpose="newsletter")
    assert entries() == [("newsletter", "request")]


def test_asking_twice_sends_one_mail_and_bombing_an_address_is_bounded():
    first = ask()
    assert ask().pk == first.pk
    assert Message.objects.count() == 1

    for _ in range(6):
        clock.move_forward(timedelta(minutes=11))
        ask()
    assert Message.objects.count() == 3
    assert verify_chain(ConsentEntry, chain=chain_of(EMAIL, "newsletter")) == 3


def test_who_has_agreed_is_not_asked_again():
    give()
    assert ask() is None
    assert Message.objects.count() == 1


def test_a_purpose_that_nobody_registered_is_an_error():
    with pytest.raises(UnknownCode):
        ask(purposes=("horoscope",))
    assert not Contact.objects.exists()


def test_withdrawing_works_at_once_and_once():
    give()

    assert withdraw_consent(email=EMAIL, purpose="newsletter", source="account")
    assert not withdraw_consent(email=EMAIL, purpose="newsletter", source="account")
    assert not withdraw_consent(email="other@example.org", purpose="newsletter", source="account")

    assert not has_consent(email=EMAIL, purpose="newsletter")
    assert entries()[-1] == ("newsletter", "withdraw")
    assert [e.payload["action"] for e in OutboxEvent.objects.filter(code="consent_changed").order_by("pk")] == [
        "confirm",
        "withdraw",
    ]
    assert verify_chain(ConsentEntry, chain=chain_of(EMAIL, "newsletter")) == 3


def test_looking_up_a_consent_is_one_query(django_assert_num_queries):
    give()
    with django_assert_num_queries(1):
        assert has_consent(email=EMAIL, purpose="newsletter")


def test_the_legal_basis_and_the_condition_follow_the_consent():
    basis, condition = legal_bases.get("consent"), conditions.get("has_consent")
    context = RunContext(subject={"email": EMAIL}, now=clock.now(), run_key="x", flow="x")

    assert not basis.holds(email=EMAIL, purpose="newsletter").holds
    assert condition.evaluate(context, {"purpose": "newsletter"}).holds is False
    give()
    assert basis.holds(email=EMAIL, purpose="newsletter").holds
    assert condition.evaluate(context, {"purpose": "newsletter"}).holds is True
    nobody = RunContext(subject={}, now=clock.now(), run_key="x", flow="x")
    assert condition.evaluate(nobody, {"purpose": "newsletter"}).holds is None


def _advert(key: str) -> Message:
    from shopflow.contracts.mail import MailClass
    from shopflow.mailing.services import queue_rendered

    return queue_rendered(
        dedupe_key=key,
        template="news",
        to=EMAIL,
        subject="Neu",
        text="Neu im Shop",
        mail_class=MailClass.ADVERTISING,
        purpose="newsletter",
        basis="consent",
    )


def test_unsubscribing_withdraws_and_a_new_agreement_opens_the_door_again():
    from shopflow.mailing.links import message_uuid

    give()
    _advert("news:1")
    send_due()
    assert [m.subject for m in mail.outbox][-1] == "Neu"

    unsubscribe(message_uuid=message_uuid("news:1"))
    _advert("news:2")
    send_due()
    assert Message.objects.get(dedupe_key="news:2").skip_code == "suppressed"
    deliver_due()
    assert not has_consent(email=EMAIL, purpose="newsletter")
    assert Suppression.objects.count() == 1

    clock.move_forward(timedelta(days=1))
    give()
    assert not Suppression.objects.exists()
    _advert("news:3")
    send_due()
    assert Message.objects.get(dedupe_key="news:3").state == "accepted"


def test_an_unsubscription_that_arrives_late_does_not_end_a_newer_consent():
    from shopflow.mailing.links import message_uuid

    give()
    _advert("news:1")
    unsubscribe(message_uuid=message_uuid("news:1"))
    clock.move_forward(timedelta(minutes=1))
    withdraw_consent(email=EMAIL, purpose="newsletter", source="account")
    give()

    deliver_due()

    assert has_consent(email=EMAIL, purpose="newsletter")


def test_a_block_by_staff_outlives_a_new_agreement():
    suppress(email=EMAIL, scope="advertising", reason="manual")
    give()
    assert Suppression.objects.count() == 1
