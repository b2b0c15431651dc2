"""Broken lines and crashes in the middle of sending: nothing lost, advertising never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.mailing import transport
from shopflow.mailing.models import HandOver, Message, MessageState
from shopflow.mailing.services import (
    recover_lost,
    retry_message,
    send_due,
    sending,
)
from tests.services.mail_crashes import end_leases

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


def _dies_at(monkeypatch, number: int, answer=KeyboardInterrupt) -> None:
    """Let the process end in the ``number``-th hand-over, with nothing written down about those before it."""
    real, left = transport.Transport.submit, [number]

    def submit(self, built):
        left[0] -= 1
        if not left[0]:
            raise answer
        return real(self, built)

    monkeypatch.setattr(transport.Transport, "submit", submit)
    monkeypatch.setattr(sending, "_accepted", lambda *told: None)


def test_of_a_group_whose_worker_dies_only_the_one_in_hand_stays_in_doubt(advert, smtp, monkeypatch):
    for number in range(5):
        advert(f"a{number}", to=f"kunde{number}@example.org")
    with monkeypatch.context() as patched:
        _dies_at(patched, 3)
        with pytest.raises(KeyboardInterrupt):
            send_due()
    assert HandOver.objects.get().position == 3
    assert recover_lost() == 0, "its lease runs"

    end_leases(timezone.now() - timedelta(seconds=1))
    assert recover_lost() == 5
    assert (recover_lost(), HandOver.objects.exists()) == (0, False)
    states = dict.fromkeys(["a0", "a1"], ("accepted", 1)) | {"a2": ("unknown", 1)}
    assert _states() == states | dict.fromkeys(["a3", "a4"], ("planned", 0))
    assert OutboxEvent.objects.filter(code="mail_sent").count() == 2

    assert send_due() == 2
    assert _states() == states | dict.fromkeys(["a3", "a4"], ("accepted", 1))
    assert [mail["To"] for mail in smtp.messages] == [f"kunde{number}@example.org" for number in (0, 1, 3, 4)]
    assert OutboxEvent.objects.filter(code="mail_sent").count() == 4


def _states() -> dict[str, tuple[str, int]]:
    return {key: (state, tries) for key, state, tries in Message.objects.values_list("dedupe_key", "state", "attempts")}


def test_a_worker_that_was_only_slow_leaves_the_rest_to_whoever_has_taken_it_up(advert, smtp, monkeypatch):
    for number in range(4):
        advert(f"a{number}", to=f"kunde{number}@example.org")
    real, calls = transport.Transport.submit, []

    def sleep_in_the_second(self, built):
        calls.append(built)
        if len(calls) == 2:  # meanwhile its lease is over and another worker clears up and goes on
            end_leases(timezone.now() - timedelta(seconds=1))
            assert send_due() == 2
        return real(self, built)

    monkeypatch.setattr(transport.Transport, "submit", sleep_in_the_second)
    assert send_due() == 4

    assert _states() == {f"a{number}": ("accepted", 1) for number in range(4)}
    assert sorted(mail["To"] for mail in smtp.messages) == [f"kunde{number}@example.org" for number in range(4)]
    assert OutboxEvent.objects.filter(code="mail_sent").count() == 4


def test_a_group_that_lost_its_worker_before_the_first_hand_over_is_due_again(advert, smtp, monkeypatch):
    advert("a0")
    advert("a1")
    with monkeypatch.context() as patched:
        patched.setattr(sending, "_hand_over_all", lambda *told: None)
        send_due()
    end_leases(timezone.now() - timedelta(seconds=1))

    assert recover_lost() == 2
    assert _states() == {"a0": ("planned", 0), "a1": ("planned", 0)}
