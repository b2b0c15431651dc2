"""What leaves together, what is written together, and that neither costs a promise."""

from __future__ import annotations

import smtplib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shopflow.contracts.mail import Attachment, Departure, HeldBack, SendingGate, sending_gates
from shopflow.core import clock, jobs
from shopflow.core.models import OutboxEvent
from shopflow.mailing import transport
from shopflow.mailing.models import Message
from shopflow.mailing.services import (
    expect_new,
    save_limits,
    send_all_due,
    send_due,
    sending,
    suppress,
    undone_together,
    written_together,
)

pytestmark = pytest.mark.django_db
postgres_only = pytest.mark.skipif("connection.vendor == 'sqlite'", reason="several workers need PostgreSQL")


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("dedupe_key", "state"))


def at_once(work, count: int) -> list:
    def one(number: int):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_a_mail_more_in_a_group_costs_no_query_more_than_saying_that_it_is_in_hand(advert, smtp):
    def queries(count: int) -> int:
        for number in range(count):
            advert(f"a{count}:{number}", to=f"kunde{number}@example.org")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert send_due() == count
        said = [query for query in asked if query["sql"].startswith("UPDATE shopflow_mailing_handover SET position")]
        assert len(said) == count
        return len(asked) - count

    few = queries(5)
    assert queries(20) - few <= (15 if connection.vendor == "sqlite" else 0), "SQLite claims row by row"


def test_of_a_group_only_those_stay_that_must(advert, smtp, permitted):
    class HoldOne(SendingGate):
        code = "test_hold_one"
        label = "Hold one"

        def judge(self, mail: Departure) -> HeldBack | None:
            return HeldBack("test_held", "No.") if mail.email == "gate@example.org" else None

    for name in ("goes", "blocked", "gate", "too"):
        advert(name, to=f"{name}@example.org")
    stale = advert("stale", not_after=clock.now() - timedelta(seconds=1))
    suppress(email="blocked@example.org", scope="advertising", reason="manual")
    with sending_gates.registered(HoldOne):
        assert send_due() == 5

    codes = dict(Message.objects.values_list("dedupe_key", "skip_code"))
    assert codes == {"goes": "", "too": "", "blocked": "suppressed", "gate": "test_held", "stale": "stale"}
    assert sorted(mail["To"] for mail in smtp.messages) == ["goes@example.org", "too@example.org"]
    assert OutboxEvent.objects.filter(code="mail_sent").count() == 2
    assert stale.attempts == 0


def test_what_takes_too_long_goes_back_and_is_asked_about_again(advert, smtp, monkeypatch):
    monkeypatch.setattr(sending, "LONGEST_GROUP", 0)
    for number in range(3):
        advert(f"a{number}", to=f"kunde{number}@example.org")
    real = sending._take_back

    def meanwhile(messages):
        real(messages)
        if messages:
            suppress(email=messages[-1].to_email, scope="advertising", reason="manual")

    monkeypatch.setattr(sending, "_take_back", meanwhile)
    while send_due():
        pass

    assert states() == {"a0": "accepted", "a1": "accepted", "a2": "skipped"}
    assert list(Message.objects.order_by("pk").values_list("attempts", flat=True)) == [1, 1, 0]
    assert len(smtp.messages) == 2


def test_one_that_is_refused_holds_up_no_other_and_what_was_taken_stays_taken(advert, smtp, monkeypatch):
    for number in range(4):
        advert(f"a{number}", to=f"kunde{number}@example.org")
    real = transport.Transport.submit
    told = iter([None, transport.RefusedForGood("550 no"), None, KeyboardInterrupt()])

    def answer(self, built):
        trouble = next(told)
        if trouble is not None:
            raise trouble
        return real(self, built)

    monkeypatch.setattr(transport.Transport, "submit", answer)
    with pytest.raises(KeyboardInterrupt):
        send_due()

    assert states() == {"a0": "accepted", "a1": "failed", "a2": "accepted", "a3": "submitting"}


@pytest.mark.parametrize("answer", [smtplib.SMTPServerDisconnected("gone"), smtplib.SMTPSenderRefused(421, b"", "x")])
def test_a_server_that_hangs_up_after_a_mail_is_called_again(letter, smtp, monkeypatch, answer):
    letter("first")
    letter("second")
    real, calls = smtplib.SMTP.mail, []

    def mail(self, *args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise answer
        return real(self, *args, **kwargs)

    monkeypatch.setattr(smtplib.SMTP, "mail", mail)
    send_due()

    assert states() == {"first": "accepted", "second": "accepted"}
    assert (len(calls), len(smtp.messages)) == (3, 2)


def test_boundaries_are_drawn_and_parts_stay_whole(advert, smtp):
    advert()
    send_due()
    mail = smtp.messages[0]
    assert mail.get_boundary().startswith("=_")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert not mail.defects


def test_what_is_written_together_is_as_if_written_alone(advert, letter):
    alone = advert("alone")
    with transaction.atomic(), written_together():
        expect_new("together")
        together = advert("together")
        assert advert("together").pk == together.pk
        assert letter("alone").pk == alone.pk
    found = Message.objects.get(dedupe_key="together")

    assert found.pk == together.pk
    differ = {"id", "dedupe_key", "message_id", "html", "text", "created_at", "due_at", "not_after"}
    for field in Message._meta.concrete_fields:
        if field.name not in differ:
            assert getattr(found, field.name) == getattr(alone, field.name), field.name
    assert found.html.count("/mail/abmelden/") == alone.html.count("/mail/abmelden/")


def _fail_after(work) -> None:
    work()
    raise RuntimeError


def test_what_is_undone_is_not_written(letter):
    with transaction.atomic(), written_together():
        letter("kept")
        with pytest.raises(RuntimeError), undone_together():
            _fail_after(lambda: letter("undone"))
        letter("after")
    assert set(states()) == {"kept", "after"}

    with pytest.raises(RuntimeError), transaction.atomic(), written_together():
        _fail_after(lambda: letter("never"))
    assert "never" not in states()


def test_files_are_there_to_be_found_at_once(letter):
    with transaction.atomic(), written_together():
        letter("file", attachments=[Attachment("a.pdf", "application/pdf", "a.pdf")])
        assert set(states()) == {"file"}


def test_i01_a_key_that_was_taken_meanwhile_stays_with_its_first_message(letter):
    with transaction.atomic(), written_together():
        expect_new("taken")
        letter("taken", to="zweite@example.org")
        letter("free")
        if connection.vendor == "postgresql":
            Message.objects.bulk_create([_copy(letter("first", attachments=[_file()]), "taken")])
    assert set(states()) >= {"taken", "free"}
    if connection.vendor == "postgresql":
        assert Message.objects.get(dedupe_key="taken").to_email == "kunde@example.org"


def _file() -> Attachment:
    return Attachment("a.pdf", "application/pdf", "a.pdf")


def _copy(message: Message, key: str) -> Message:
    return Message(
        **{f.attname: getattr(message, f.attname) for f in Message._meta.concrete_fields if f.attname != "id"}
        | {"dedupe_key": key, "message_id": f"<{key}@example.org>"}
    )


@postgres_only
@pytest.mark.django_db(transaction=True)
def test_i01_three_workers_send_each_mail_of_their_groups_once(advert, smtp, admin_user):
    save_limits(in_all=0, each=0, domains=[], actor=admin_user)
    for number in range(60):
        advert(f"a{number}", to=f"kunde{number}@example.org")

    at_once(lambda _number: send_all_due(), 3)

    assert Counter(mail["To"] for mail in smtp.messages) == {f"kunde{n}@example.org": 1 for n in range(60)}
    assert Counter(states().values()) == {"accepted": 60}
    assert OutboxEvent.objects.filter(code="mail_sent").count() == 60


@postgres_only
@pytest.mark.django_db(transaction=True)
def test_i12_eight_workers_share_a_limit_exactly(smtp, admin_user, monkeypatch):
    from shopflow.mailing.services.pace import Pace

    save_limits(in_all=600, each=0, domains=[], actor=admin_user)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)

    def take(_number: int) -> int:
        pace = Pace()
        return sum(pace.take("", 7) for _time in range(10))

    assert sum(at_once(take, 8)) == 300


def test_a_worker_is_woken_once_for_all_of_a_transaction(monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr(jobs, "_send", lambda name, kwargs: woken.append(name))
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            jobs.enqueue("first")
            jobs.enqueue("second")
            jobs.enqueue("first")
        with pytest.raises(RuntimeError), transaction.atomic():
            _fail_after(lambda: jobs.enqueue("undone"))
        with transaction.atomic():
            jobs.enqueue("undone")
            jobs.enqueue("second")
    assert woken == ["first", "second", "undone"]
