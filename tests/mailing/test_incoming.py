"""Mails to the shop: the second way to unsubscribe (RFC 8058 beside a mailbox), and answers."""

from __future__ import annotations

import pytest
from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent, inbound

from shopflow.core.models import OutboxEvent
from shopflow.mailing.links import unsubscribe_token, unsubscribe_url
from shopflow.mailing.models import Suppression
from shopflow.mailing.services import send_due

pytestmark = pytest.mark.django_db


def comes_in(subject: str, **headers: str) -> None:
    mail = AnymailInboundMessage.construct(from_email="kunde@example.org", to="shop@example.org", subject=subject)
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    inbound.send(sender=None, event=AnymailInboundEvent(event_type="inbound", message=mail), esp_name="test")


def announced() -> list[dict]:
    return list(OutboxEvent.objects.filter(code="mail_replied").values_list("payload", flat=True))


def test_advertising_names_the_mailbox_if_there_is_one(advert, smtp, settings):
    settings.SHOPFLOW_UNSUBSCRIBE_MAILBOX = "abmelden@example.org"
    message = advert()
    send_due()

    page, mailbox = str(smtp.messages[0]["List-Unsubscribe"]).strip().split(", ")
    assert page == f"<{unsubscribe_url(message.dedupe_key)}>"
    assert mailbox.startswith("<mailto:abmelden@example.org?subject=")

    from urllib.parse import unquote

    comes_in(unquote(mailbox.partition("subject=")[2].rstrip(">")))
    assert Suppression.objects.get().scope == "newsletter"


@pytest.mark.parametrize("subject", ["Abmelden", "forged:token", ""])
def test_only_our_token_unsubscribes(advert, subject):
    token = unsubscribe_token(advert().dedupe_key)
    comes_in(subject or f"{token}x")
    assert not Suppression.objects.exists()


def test_an_answer_is_announced_once(letter, advert):
    mail = advert(campaign="welcome")
    comes_in("Re: Neuigkeiten", In_Reply_To=mail.message_id)
    comes_in("Re: Re: Neuigkeiten", References=f"<other@example.org> {mail.message_id}")

    assert announced() == [
        {
            "message_id": mail.pk, "template": "consent_confirm", "email": "kunde@example.org", "reference": "100001",
            "flow": "welcome",
        }
    ]  # fmt: skip


def test_vacation_notices_and_strangers_say_nothing(letter):
    mail = letter()
    comes_in("Abwesend", In_Reply_To=mail.message_id, Auto_Submitted="auto-replied")
    comes_in("Hallo", In_Reply_To="<unknown@example.org>")
    comes_in("Hallo")
    assert announced() == []
