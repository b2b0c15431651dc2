"""Staff lift what bounces have blocked, with a reason that is kept; what the person has said stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from shopflow.core import clock
from shopflow.core.models import AuditEntry
from shopflow.mailing.addresses import email_hash
from shopflow.mailing.delivery import Report
from shopflow.mailing.models import LiftedBlock, Message, Suppression
from shopflow.mailing.queries import suppressions
from shopflow.mailing.services import erase_person, export_person, lift_block, record_report, send_due, suppress

pytestmark = pytest.mark.django_db
EMAIL = "kunde@example.org"
PAGE = "/dashboard/shopflow/mail_blocks/"


@pytest.fixture
def clerk(django_user_model):
    """Somebody who may lift blocks, and nothing else of the mail room."""
    return staff_of(django_user_model, "leitung@example.org", "delete_suppression")


def staff_of(users, email, *permissions):
    user = users.objects.create_user(email, "x")
    user.is_staff = True
    user.save()
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    return user


def report(message, number, kind="bounced", *, soft=False, at=None):
    return record_report(
        Report(provider="Test", event_id=str(number), kind=kind, occurred_at=at or clock.now(), message=message.pk,
               is_soft=soft, reject_reason="" if kind != "bounced" else "bounced")
    )  # fmt: skip


def test_a_lifted_bounce_lets_mail_go_until_the_next_one(letter, smtp, clerk):
    message = letter()
    send_due()
    report(message, 1)
    (block,) = suppressions(EMAIL)
    lifted = lift_block(block_id=block.pk, why="Postfach wieder frei", actor=clerk)

    assert suppressions(EMAIL) == []
    assert (lifted.email_hash, lifted.scope, lifted.reason, lifted.lifted_by, lifted.why) == (
        email_hash(EMAIL), "all", "bounced", "leitung@example.org", "Postfach wieder frei"
    )  # fmt: skip
    assert lifted.blocked_at == block.created_at
    entry = AuditEntry.objects.get(action="mail_block_lifted")
    assert (entry.actor, entry.summary) == (clerk, "all: bounced")
    report(message, 1)
    assert suppressions(EMAIL) == [], "the same report once more says nothing new"
    again = letter("letter:2")
    send_due()
    again.refresh_from_db()
    assert again.state == "accepted"
    report(again, 2)
    assert [one.reason for one in suppressions(EMAIL)] == ["bounced"]
    assert lift_block(block_id=block.pk, why="x", actor=clerk) is None, "that block is gone"


def test_soft_bounces_from_before_the_lifting_do_not_count_again(advert, smtp, clerk):
    sent = [advert(f"advert:{number}") for number in range(6)]
    send_due()
    early = clock.now() - timedelta(hours=1)
    for number, message in enumerate(sent[:3]):
        report(message, number, soft=True, at=early)
    (block,) = suppressions(EMAIL)
    assert block.reason == "soft_bounces"
    assert lift_block(block_id=block.pk, why="x", actor=clerk) is not None
    later = clock.now() + timedelta(minutes=1)
    for number, message in enumerate(sent[3:5]):
        report(message, 10 + number, soft=True, at=later)
    assert suppressions(EMAIL) == []
    report(sent[5], 20, soft=True, at=later)
    assert [one.reason for one in suppressions(EMAIL)] == ["soft_bounces"]


@pytest.mark.parametrize("reason", ["unsubscribed", "complained", "erased", "manual"])
def test_what_the_person_or_staff_have_said_is_not_lifted(clerk, client, reason):
    suppress(email=EMAIL, scope="advertising", reason=reason)
    (block,) = suppressions(EMAIL)
    assert lift_block(block_id=block.pk, why="x", actor=clerk) is None
    client.force_login(clerk)
    assert client.post(f"{PAGE}{block.pk}/", {"why": "x"}).status_code == 404
    assert suppressions(EMAIL) == [block]
    assert not LiftedBlock.objects.exists()


@pytest.mark.triggers
def test_what_was_lifted_is_never_changed(clerk):
    suppress(email=EMAIL, scope="all", reason="bounced")
    lift_block(block_id=suppressions(EMAIL)[0].pk, why="x", actor=clerk)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        QuerySet(LiftedBlock).update(why="y")
    for changed in ({"why": "", "scope": "advertising"}, {"email_hash": ""}, {"lifted_by": "y"}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            QuerySet(LiftedBlock).update(**changed)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        QuerySet(LiftedBlock).delete()
    QuerySet(LiftedBlock).update(why="", lifted_by="")
    row = LiftedBlock.objects.get()
    assert (row.why, row.lifted_by, row.scope, row.email_hash) == ("", "", "all", email_hash(EMAIL))


def test_the_words_go_with_a_person_and_the_fact_stays(clerk):
    why = {
        EMAIL: "Erika Muster hat angerufen",
        "zweite@example.org": f"gehört auch {EMAIL.upper()}",
        "dritte@example.org": "Umzug",
    }
    for email, words in why.items():
        suppress(email=email, scope="all", reason="bounced")
        lift_block(block_id=suppressions(email)[0].pk, why=words, actor=clerk)
    first, second, third = LiftedBlock.objects.order_by("pk")
    assert export_person(EMAIL.upper())["lifted_suppressions"] == [
        {"scope": "all", "reason": "bounced", "since": first.blocked_at.isoformat(),
         "lifted_at": first.lifted_at.isoformat(), "why": "Erika Muster hat angerufen"}
    ]  # fmt: skip

    erase_person(EMAIL)
    assert list(LiftedBlock.objects.order_by("pk").values_list("email_hash", "why", "lifted_by")) == [
        (first.email_hash, "", clerk.email), (second.email_hash, "", clerk.email),
        (third.email_hash, "Umzug", clerk.email),
    ]  # fmt: skip
    assert export_person(EMAIL)["lifted_suppressions"][0]["why"] == ""
    assert not AuditEntry.objects.filter(summary__contains="Erika").exists()

    erase_person(clerk.email)
    assert set(LiftedBlock.objects.values_list("why", "lifted_by")) == {("", ""), ("Umzug", "")}


def test_staff_lift_it_on_the_page_with_a_reason(clerk, client, django_user_model, django_assert_max_num_queries):
    suppress(email=EMAIL, scope="all", reason="bounced")
    (block,) = suppressions(EMAIL)
    door = f"{PAGE}{block.pk}/"
    stranger = staff_of(django_user_model, "neu@example.org", "view_suppression")
    client.force_login(stranger)
    assert client.post(door, {"why": "x"}).status_code in (302, 403)
    assert suppressions(EMAIL) == [block]

    client.force_login(clerk)
    with django_assert_max_num_queries(12):
        listed = client.get(PAGE).content.decode()
    assert door in listed
    assert EMAIL not in listed
    empty = client.post(door, {"why": " "})
    assert (empty.status_code, suppressions(EMAIL)) == (422, [block])
    done = client.post(door, {"why": "Die Kundin hat angerufen."}, follow=True)
    assert "Die Sperre ist aufgehoben." in done.content.decode()
    assert "Die Kundin hat angerufen." in done.content.decode()
    assert suppressions(EMAIL) == []
    assert not Suppression.objects.exists()
    assert client.post(door, {"why": "x"}).status_code == 404
    assert Message.objects.count() == 0
