"""Messages that are no mails: the same rows, states and gates, over another line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopflow.contracts.channels import Channel, NotNow, NotTaken, Outgoing, SmsSender, channels, sms_senders
from shopflow.contracts.mail import MailClass
from shopflow.contracts.registry import UnknownCode
from shopflow.core import clock
from shopflow.mailing import checks
from shopflow.mailing.models import Message
from shopflow.mailing.services import erase_person, export_person, queue_text, recover_lost, send_due, suppress
from shopflow.mailing.sms import mobile_number
from tests.mailing.test_interrupted_sending import _left_in_the_middle

NUMBER = "+4915112345678"


class Radio(SmsSender):
    code = "test_radio"
    label = "Radio"
    sent: list[tuple[str, str, str]] = []
    trouble: Exception | None = None

    def send(self, *, number: str, text: str, key: str) -> str:
        self.sent.append((number, text, key))
        if self.trouble is not None:
            raise self.trouble
        return f"radio-{len(self.sent)}"


@pytest.fixture
def radio(settings):
    Radio.sent, Radio.trouble = [], None
    settings.SHOPFLOW_SMS_SENDER = "test_radio"
    with sms_senders.registered(Radio):
        yield Radio


@pytest.fixture
def text(seller, permitted):
    def queue(key="text:1", **changes):
        given = {
            "dedupe_key": key, "channel": "sms", "address": NUMBER, "to": "Kunde@example.org", "text": "Abholbereit.",
            "template": "sms", "mail_class": MailClass.TRANSACTIONAL,
        }  # fmt: skip
        return queue_text(**{**given, **changes})

    return queue


@pytest.mark.parametrize(
    ("raw", "country", "found"),
    [
        ("0151 1234 5678", "DE", NUMBER),
        ("+49 (0) 151 12345678", "", NUMBER),
        ("0664 1234567", "AT", "+436641234567"),
        ("089 123456", "DE", ""),
        ("keine", "DE", ""),
        ("", "DE", ""),
    ],
)
def test_a_mobile_number_has_one_spelling(raw, country, found):
    assert mobile_number(raw, country=country) == found


@pytest.mark.django_db
def test_a_text_message_is_a_row_and_leaves_by_its_channel(text, radio, mailoutbox):
    message = text()
    again = text(text="Anders.")

    assert again.pk == message.pk
    assert send_due() == 1
    assert send_due() == 0

    message.refresh_from_db()
    assert (message.state, message.channel, message.address) == ("accepted", "sms", NUMBER)
    assert (message.to_email, message.provider_id) == ("kunde@example.org", "radio-1")
    [(number, said, key)] = radio.sent
    assert (number, said) == (NUMBER, "Abholbereit.")
    assert message.message_id.startswith(f"<{key}@")
    assert mailoutbox == []


@pytest.mark.django_db
def test_advertising_ends_with_a_way_out_and_needs_its_basis(text, radio, permitted):
    advert = {"mail_class": MailClass.ADVERTISING, "purpose": "newsletter", "basis": "test_permitted"}
    text("may", **advert)
    send_due()
    assert "/mail/abmelden/" in radio.sent[0][1].splitlines()[-1]

    permitted.answers = False
    refused = text("may not", **advert)
    send_due()
    refused.refresh_from_db()
    assert (refused.state, refused.skip_code) == ("skipped", "no_basis")
    assert len(radio.sent) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("blocked", ["kunde@example.org", NUMBER])
def test_a_block_of_the_person_or_of_the_number_keeps_it_back(text, radio, blocked):
    suppress(email=blocked, scope="all", reason="manual")
    message, legal = text(), text("law", mail_class=MailClass.LEGAL)
    other = text("other", to="jemand@example.org", address="+4915112345679")
    send_due()

    assert Message.objects.get(pk=message.pk).skip_code == "suppressed"
    assert [Message.objects.get(pk=one.pk).state for one in (legal, other)] == ["accepted", "accepted"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trouble", "state"),
    [(NotTaken("no such number"), "failed"), (NotNow("busy"), "deferred"), (OSError("line broke"), "unknown")],
)
def test_what_the_provider_answers_decides(text, radio, trouble, state):
    message = text()
    radio.trouble = trouble
    send_due()

    message.refresh_from_db()
    assert (message.state, message.attempts) == (state, 1)
    assert str(trouble) in message.last_error


@pytest.mark.django_db
def test_a_crash_in_the_middle_repeats_no_advertising_and_asks_no_mailbox(text, radio, settings, tmp_path):
    settings.SHOPFLOW_MAIL_TRANSPORT = "shopflow.mailing.backends.MailboxBackend"
    settings.SHOPFLOW_MAILBOX_DIR = str(tmp_path)
    advert = text("a", mail_class=MailClass.ADVERTISING, purpose="newsletter", basis="test_permitted")
    note = text("t")
    for message in (advert, note):
        _left_in_the_middle(message)

    assert recover_lost() == 2
    clock.move_forward(timedelta(minutes=16))
    send_due()

    assert [Message.objects.get(pk=one.pk).state for one in (advert, note)] == ["unknown", "accepted"]
    assert len(radio.sent) == 1


@pytest.mark.django_db
def test_without_a_sender_it_waits(text, settings):
    message = text()
    settings.SHOPFLOW_SMS_SENDER = ""
    send_due()

    message.refresh_from_db()
    assert message.state == "deferred"
    assert "SHOPFLOW_SMS_SENDER" in message.last_error


@pytest.mark.django_db
def test_the_console_says_it_instead_of_sending_it(text, settings, caplog):
    settings.SHOPFLOW_SMS_SENDER = "console"
    message = text()
    with caplog.at_level("INFO", logger="shopflow.sms"):
        send_due()

    message.refresh_from_db()
    assert message.provider_id.startswith("console:")
    assert f"to {NUMBER}: Abholbereit." in caplog.text


@pytest.mark.django_db
def test_erasing_a_person_takes_the_number_along(text, radio):
    message = text()
    assert export_person("kunde@example.org")["messages"][0]["address"] == NUMBER
    erase_person("kunde@example.org")

    message.refresh_from_db()
    assert (message.address, message.to_email, message.text, message.state) == ("", "", "", "skipped")


def test_a_sender_that_is_not_there_is_named(settings):
    settings.SHOPFLOW_SMS_SENDER = "gone"
    assert [problem.id for problem in checks.text_messages_have_a_sender()] == ["shopflow.mailing.E004"]
    settings.SHOPFLOW_SMS_SENDER = "console"
    assert checks.text_messages_have_a_sender() == []


class Pigeon(Channel):
    """The example of docs/extend/channel.md."""

    code = "test_pigeon"
    label = "Pigeon"
    flown: list[Outgoing] = []

    def address(self, subject):
        return str(subject.get("loft") or "")

    def deliver(self, message):
        self.flown.append(message)
        return ""


@pytest.mark.django_db
def test_a_plugin_can_bring_a_channel(text):
    Pigeon.flown = []
    with channels.registered(Pigeon):
        message = text("pigeon", channel="test_pigeon", address="loft-7")
        send_due()
    assert [(one.address, one.text) for one in Pigeon.flown] == [("loft-7", "Abholbereit.")]
    assert Message.objects.get(pk=message.pk).state == "accepted"

    with pytest.raises(UnknownCode):
        text("gone", channel="test_pigeon")
