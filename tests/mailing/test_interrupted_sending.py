"""Broken lines and crashes in the middle of sending: nothing lost, advertising never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.mailing import transport
from shopflow.mailing.models import Message, MessageState
from shopflow.mailing.services import (
    recover_lost,
    retry_message,
    send_due,
)

pytestmark = pytest.mark.django_db


def _left_in_the_middle(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SUBMITTING, attempts=1, lease_until=timezone.now() - timedelta(seconds=1)
    )


def _breaks_off(self, built):
    raise transport.OutcomeUnknown("broke off")


def test_a_line_that_breaks_before_the_body_has_taken_nothing(advert, smtp, monkeypatch):
    async def hang_up(self, server, session, envelope, address, options):
        server.transport.close()
        return "250 OK"

    monkeypatch.setattr(type(smtp), "handle_MAIL", hang_up, raising=False)
    message = advert()

    send_due()

    message.refresh_from_db()
    assert (message.state, message.attempts) == ("deferred", 1)


def test_a_line_that_breaks_after_the_body_leaves_the_outcome_unknown(advert, smtp, monkeypatch):
    async def take_and_vanish(self, server, session, envelope):
        self.messages.append(envelope)
        server.transport.close()
        return "250 OK"

    monkeypatch.setattr(type(smtp), "handle_DATA", take_and_vanish)
    message = advert()

    send_due()
    clock.move_forward(timedelta(days=1))
    send_due()

    message.refresh_from_db()
    assert (message.state, message.due_at) == ("unknown", None)
    assert len(smtp.messages) == 1


def test_a_crash_in_the_middle_never_repeats_advertising(advert, smtp, admin_user):
    message = advert()
    _left_in_the_middle(message)

    assert send_due() == 0
    clock.move_forward(timedelta(days=30))
    assert send_due() == 0
    assert not retry_message(message_id=message.pk, actor=admin_user)

    message.refresh_from_db()
    assert (message.state, message.due_at) == ("unknown", None)
    assert smtp.messages == []


def test_a_crash_in_the_middle_repeats_a_transactional_mail_after_a_quarter_of_an_hour(letter, smtp):
    message = letter()
    _left_in_the_middle(message)

    assert send_due() == 0
    clock.move_forward(timedelta(minutes=14))
    assert send_due() == 0
    clock.move_forward(timedelta(minutes=2))
    assert send_due() == 1

    message.refresh_from_db()
    assert (message.state, message.attempts, message.notes) == ("accepted", 2, [])
    assert [mail["Message-ID"] for mail in smtp.messages] == [message.message_id]


def test_a_crash_in_the_middle_repeats_a_legal_mail_at_once_and_tells_staff(letter, smtp):
    message = letter(mail_class=MailClass.LEGAL)
    _left_in_the_middle(message)

    assert send_due() == 1

    message.refresh_from_db()
    assert message.state == "accepted"
    assert len(message.notes) == 1
    assert [mail["Message-ID"] for mail in smtp.messages] == [message.message_id]


def test_a_living_lease_is_left_alone(letter, smtp):
    message = letter()
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SUBMITTING, attempts=1, lease_until=timezone.now() + timedelta(minutes=5)
    )

    assert recover_lost() == 0
    assert send_due() == 0
    message.refresh_from_db()
    assert message.state == "submitting"


def test_a_mail_whose_outcome_stays_unknown_is_left_to_staff(letter, smtp, monkeypatch):
    message = letter(mail_class=MailClass.LEGAL)
    monkeypatch.setattr(transport.Transport, "submit", _breaks_off)

    for _ in range(5):
        send_due()

    message.refresh_from_db()
    assert (message.state, message.attempts, message.due_at) == ("unknown", 3, None)
    assert "broke off" in message.last_error


def test_the_local_mailbox_knows_what_it_has_so_that_no_crash_matters(letter, advert, settings, tmp_path):
    settings.SHOPFLOW_MAIL_TRANSPORT = "shopflow.mailing.backends.MailboxBackend"
    settings.SHOPFLOW_MAILBOX_DIR = str(tmp_path / "mailbox")
    arrived = letter("arrived")
    send_due()
    Message.objects.filter(pk=arrived.pk).update(
        state=MessageState.SUBMITTING, accepted_at=None, lease_until=timezone.now() - timedelta(seconds=1)
    )
    never_left = advert("never left")
    _left_in_the_middle(never_left)

    send_due()

    assert dict(Message.objects.values_list("dedupe_key", "state")) == {"arrived": "accepted", "never left": "accepted"}
    assert len(list((tmp_path / "mailbox" / "new").iterdir())) == 2
    assert OutboxEvent.objects.filter(code="mail_sent").count() == 2
