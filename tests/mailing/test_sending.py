"""Mails leave as they were written, are held back by blocks and missing bases, and are tried again when refused."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
import requests
from anymail.exceptions import AnymailRequestsAPIError
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from shopflow.contracts.mail import (
    Attachment,
    Departure,
    HeldBack,
    MailClass,
    SendingGate,
    legal_bases,
    sending_gates,
)
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.mailing import transport
from shopflow.mailing.models import Message, Suppression
from shopflow.mailing.services import (
    give_up,
    retry_message,
    save_mail_settings,
    send_due,
    suppress,
)
from tests.services.processes import free_port

pytestmark = pytest.mark.django_db


def test_an_accepted_mail_arrives_as_it_was_written(letter, smtp):
    content = bytes(range(256)) * 400
    name = storages["private"].save("test/Rechnung.pdf", ContentFile(content))
    message = letter(
        language="en",
        attachments=[Attachment("Rechnung für Größe 5.pdf", "application/pdf", name)],
        context={
            "email": "kunde@example.org",
            "confirm_url": "https://shop.example.org/ü",
            "consent_texts": ["Öl & Filter"],
        },
    )

    assert send_due() == 1
    assert send_due() == 0

    assert smtp.recipients == [["kunde@example.org"]]
    mail = smtp.messages[0]
    assert mail["Subject"] == "Please confirm your e-mail address for Autohaus Muster GmbH"
    assert str(mail["From"]) == "Autohaus Muster GmbH <shop@example.org>"
    assert mail["Message-ID"] == message.message_id
    assert mail["List-Unsubscribe"] is None
    assert "Öl & Filter" in mail.get_body(("plain",)).get_content()
    assert "Öl &amp; Filter" in mail.get_body(("html",)).get_content()
    files = list(mail.iter_attachments())
    assert [(f.get_filename(), f.get_content_type()) for f in files] == [
        ("Rechnung für Größe 5.pdf", "application/pdf")
    ]
    assert files[0].get_content() == content

    message.refresh_from_db()
    assert (message.state, message.attempts, message.due_at, message.last_error) == ("accepted", 1, None, "")
    event = OutboxEvent.objects.get(code="mail_sent")
    assert event.payload == {
        "message_id": message.pk,
        "template": "consent_confirm",
        "email": "kunde@example.org",
        "reference": "100001",
    }


def test_umlauts_in_the_subject_arrive(letter, smtp, seller):
    seller.name = "Müller & Söhne Autohäuser GmbH"
    seller.save()
    letter(language="en")

    send_due()

    assert (
        smtp.messages[0]["Subject"].strip() == "Please confirm your e-mail address for Müller & Söhne Autohäuser GmbH"
    )
    assert smtp.messages[0]["From"].addresses[0].display_name == "Müller & Söhne Autohäuser GmbH"


def test_the_sender_is_what_staff_entered(letter, smtp, admin_user):
    save_mail_settings(
        sender_name="Teile-Team", sender_address="teile@example.org", reply_to="hilfe@example.org", actor=admin_user
    )
    letter()

    send_due()

    assert smtp.messages[0]["From"].addresses[0].addr_spec == "teile@example.org"
    assert str(smtp.messages[0]["Reply-To"]) == "hilfe@example.org"


def test_without_an_entry_the_environment_names_the_sender(letter, smtp, settings):
    settings.DEFAULT_FROM_EMAIL = "post@example.com"
    message = letter()

    send_due()

    assert str(smtp.messages[0]["From"]) == "Autohaus Muster GmbH <post@example.com>"
    assert message.message_id.endswith("@example.com>")


def test_a_refused_mail_fails_for_good_and_staff_can_retry(letter, smtp, admin_user):
    smtp.refusal = "550 5.1.1 no such user"
    message = letter()

    send_due()

    message.refresh_from_db()
    assert (message.state, message.last_error, message.due_at) == ("failed", "550 5.1.1 no such user", None)
    clock.move_forward(timedelta(days=10))
    assert send_due() == 0
    assert not OutboxEvent.objects.filter(code="mail_sent").exists()

    smtp.refusal = ""
    assert retry_message(message_id=message.pk, actor=admin_user)
    assert send_due() == 1
    message.refresh_from_db()
    assert message.state == "accepted"
    assert not retry_message(message_id=message.pk, actor=admin_user)


def test_a_temporary_refusal_is_tried_again_with_growing_waits(letter, smtp):
    smtp.refusal = "451 4.3.0 try again later"
    message = letter()

    waits = []
    for _ in range(9):
        send_due()
        message.refresh_from_db()
        if message.due_at is None:
            break
        waits.append(round((message.due_at - clock.now()).total_seconds() / 60))
        clock.move_forward(message.due_at - clock.now() + timedelta(seconds=1))

    assert waits == [1, 5, 15, 60, 180, 480, 1440, 1440]
    assert (message.state, message.attempts) == ("failed", 9)
    assert message.last_error == "451 4.3.0 try again later"


def test_a_server_that_is_down_costs_time_and_no_mail(letter, smtp, settings):
    settings.EMAIL_PORT = free_port()
    first, second = letter("a"), letter("b")

    assert send_due() == 2

    for message in (first, second):
        message.refresh_from_db()
        assert (message.state, message.attempts) == ("deferred", 1)
        assert "refused" in message.last_error.lower()
    assert send_due() == 0

    settings.EMAIL_PORT = smtp.port
    clock.move_forward(timedelta(minutes=2))
    assert send_due() == 2
    assert len(smtp.messages) == 2


def test_a_batch_uses_one_connection_and_bad_messages_hold_up_no_other(letter, smtp, monkeypatch):
    opened = []
    real = transport.get_connection
    monkeypatch.setattr(transport, "get_connection", lambda name: opened.append(name) or real(name))
    lost = letter("lost", attachments=[Attachment("a.pdf", "application/pdf", "gone/a.pdf")])
    for number in range(30):
        letter(f"m{number}", to=f"kunde{number}@example.org")

    assert send_due() == 31

    assert len(opened) == 1
    assert len(smtp.messages) == 30
    assert len({mail["Message-ID"] for mail in smtp.messages}) == 30
    lost.refresh_from_db()
    assert lost.state == "failed"
    assert "attachment is missing" in lost.last_error


def test_a_connection_that_the_server_closed_is_renewed(letter, smtp, monkeypatch):
    for number in range(3):
        letter(f"m{number}")

    async def take_and_hang_up(self, server, session, envelope):
        self.messages.append(envelope)
        server.loop.call_later(0.01, hang_up, server)
        return "250 OK"

    def hang_up(server):
        server.transport.close()
        gone.set()

    def answers_once_it_has_gone(self):
        if smtp.messages:
            gone.wait(10)
            gone.clear()
        time.sleep(0.1)
        return ask(self)

    gone = threading.Event()
    monkeypatch.setattr(type(smtp), "handle_DATA", take_and_hang_up)
    ask = transport.Transport._answers
    monkeypatch.setattr(transport.Transport, "_answers", answers_once_it_has_gone)

    send_due()

    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}
    assert len(smtp.messages) == 3


def test_suppression_is_asked_at_sending(letter, advert, smtp):
    letter("t")
    advert("a")
    other = advert("other purpose", purpose="review_request")
    legal = letter("l", mail_class=MailClass.LEGAL)
    suppress(email="KUNDE@example.org", scope="newsletter", reason="unsubscribed")

    send_due()

    states = dict(Message.objects.values_list("dedupe_key", "state"))
    assert states == {"t": "accepted", "a": "skipped", "other purpose": "accepted", "l": "accepted"}
    skipped = Message.objects.get(dedupe_key="a")
    assert (skipped.skip_code, skipped.due_at) == ("suppressed", None)

    suppress(email="kunde@example.org", scope=Suppression.ALL, reason=Suppression.Reason.BOUNCED)
    letter("t2")
    letter("l2", mail_class=MailClass.LEGAL)
    send_due()
    assert Message.objects.get(dedupe_key="t2").state == "skipped"
    assert Message.objects.get(dedupe_key="l2").state == "accepted"
    assert other.purpose == "review_request"
    assert legal.mail_class == MailClass.LEGAL


def test_the_legal_basis_is_asked_when_the_mail_goes_out(advert, permitted, smtp):
    message = advert()
    permitted.answers = False

    send_due()

    message.refresh_from_db()
    assert (message.state, message.skip_code, message.last_error) == ("skipped", "no_basis", "The person has said no.")
    assert permitted.asked == [("kunde@example.org", "newsletter")]
    assert smtp.messages == []


def test_a_basis_whose_plugin_is_gone_keeps_the_mail_back(advert, smtp):
    message = advert()
    with legal_bases.without("test_permitted"):
        send_due()

    message.refresh_from_db()
    assert message.state == "deferred"
    assert "test_permitted" in message.last_error
    assert smtp.messages == []


def test_staff_can_give_up_a_waiting_mail(letter, admin_user, smtp):
    message = letter()

    assert give_up(message_id=message.pk, actor=admin_user)
    assert send_due() == 0
    message.refresh_from_db()
    assert (message.state, message.skip_code) == ("skipped", "given_up")


def _answer(status: int) -> AnymailRequestsAPIError:
    response = requests.Response()
    response.status_code, response.reason = status, "said the provider"
    return AnymailRequestsAPIError(response=response)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (transport.AnymailRecipientsRefused("no"), transport.RefusedForGood),
        (_answer(422), transport.RefusedForGood),
        (_answer(401), transport.TryAgainLater),
        (_answer(429), transport.TryAgainLater),
        (_answer(502), transport.OutcomeUnknown),
        (transport.smtplib.SMTPServerDisconnected("gone"), transport.OutcomeUnknown),
        (transport.smtplib.SMTPSenderRefused(421, b"busy", "x"), transport.TryAgainLater),
        (transport.smtplib.SMTPRecipientsRefused({"a": (550, b"no"), "b": (451, b"wait")}), transport.TryAgainLater),
        (TimeoutError("slow"), transport.OutcomeUnknown),
    ],
)
def test_answers_of_mail_systems_are_told_apart(error, verdict):
    assert type(transport.judge(error)) is verdict


MOMENTS = {
    "before the worker claims it": ("shopflow.mailing.services.sending", "claim"),
    "after the claim": ("shopflow.mailing.services.sending", "mail_settings"),
    "while the line is opened": ("shopflow.mailing.transport.Transport", "open"),
    "while it is built": ("shopflow.mailing.transport", "build"),
}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("how", ["unsubscribed", "consent withdrawn"])
def test_i02_no_mail_leaves_whose_basis_is_gone_by_the_commit_of_submitting(
    advert, permitted, smtp, monkeypatch, moment, how
):
    from django.utils.module_loading import import_string

    place, name = MOMENTS[moment]
    holder = import_string(place) if place.endswith("Transport") else __import__(place, fromlist=[name])
    real = getattr(holder, name)

    def with_refusal(*args, **kwargs):
        if how == "unsubscribed":
            suppress(email="kunde@example.org", scope="newsletter", reason="unsubscribed")
        else:
            permitted.answers = False
        return real(*args, **kwargs)

    monkeypatch.setattr(holder, name, with_refusal)
    message = advert()
    send_due()

    message.refresh_from_db()
    assert smtp.messages == []
    assert (message.state, message.attempts) == ("skipped", 0)
    assert message.submitted_at is None


def test_i02_a_basis_is_asked_again_before_each_attempt(advert, permitted, smtp):
    smtp.refusal = "451 later"
    message = advert()
    send_due()
    permitted.answers, smtp.refusal = False, ""
    clock.move_forward(timedelta(hours=1))
    send_due()

    message.refresh_from_db()
    assert (message.state, message.attempts, smtp.messages) == ("skipped", 1, [])


class Hold(SendingGate):
    code = "test_hold"
    label = "Hold"
    until = None

    def judge(self, mail: Departure) -> HeldBack | None:
        return HeldBack("test_hold", "Not now.", self.until)


def test_a_gate_may_hold_a_mail_for_a_while_or_for_good(letter, smtp, monkeypatch):
    later = clock.now() + timedelta(hours=3)
    message = letter()
    legal = letter("legal", mail_class=MailClass.LEGAL)
    with sending_gates.registered(Hold):
        monkeypatch.setattr(Hold, "until", later)
        send_due()
        message.refresh_from_db()
        assert (message.state, message.due_at, message.attempts, message.last_error) == (
            "deferred",
            later,
            0,
            "Not now.",
        )
        clock.move_forward(timedelta(hours=4))
        monkeypatch.setattr(Hold, "until", None)
        send_due()

    message.refresh_from_db()
    legal.refresh_from_db()
    assert (message.state, message.skip_code, legal.state) == ("skipped", "test_hold", "accepted")
