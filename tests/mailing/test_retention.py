"""Mails lose their words and their people when they have been kept long enough, and nothing else changes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shopflow.contracts.retention import retentions
from shopflow.contracts.testing import check_retention
from shopflow.core import clock
from shopflow.mailing.addresses import email_hash
from shopflow.mailing.files import MAIL_FILES
from shopflow.mailing.models import LinkClick, Message, MessageEvent
from shopflow.mailing.services import forget_old_messages

pytestmark = pytest.mark.django_db
EMAIL = "erika@example.org"
EMPTIED = {"to_email": "", "address": "", "subject": "", "html": "", "text": "", "attachments": [], "last_error": "",
           "notes": []}  # fmt: skip
SECOND = timedelta(seconds=1)


@pytest.fixture
def before():
    return clock.now() - timedelta(days=400)


def mail(number, at, *, kind="advertising", state="accepted", **more):
    sent = {"accepted_at": at} if state == "accepted" else {}
    basis = {"purpose": "newsletter", "basis": "consent"} if kind == "advertising" else {}
    values = {
        "dedupe_key": f"k:{number}", "message_id": f"<{number}@shop.example>", "template": "note", "mail_class": kind,
        "to_email": EMAIL, "email_hash": email_hash(EMAIL), "language": "de", "subject": "Hallo Erika",
        "html": "<p>Erika</p>", "text": "Erika", "state": state, "created_at": at, "notes": ["x"], "campaign": "f",
        **sent, **basis, **more,
    }  # fmt: skip
    return Message.objects.create(**values)


def rows():
    return {row["id"]: row for row in Message.objects.values()}


def sweep(before, kinds=("advertising",), limit=1000):
    with transaction.atomic():
        return forget_old_messages(kinds=kinds, before=before, limit=limit)


def test_a_mail_is_emptied_a_second_after_its_time_and_keeps_all_else(before):
    late = mail(1, before - SECOND)
    mail(2, before)
    mail(3, before + SECOND)
    mail(4, before - SECOND, accepted_at=before)  # written earlier, sent later
    mail(5, before - SECOND, kind="legal")
    mail(6, before - SECOND, state="planned", due_at=before)
    mail(7, before - SECOND, state="submitting", lease_until=before)
    mail(8, before - SECOND, state="unknown", due_at=before)
    MessageEvent.objects.create(
        message=late, provider="p", event_id="e", kind="delivered", words=f"250 {EMAIL} ok", occurred_at=before,
        received_at=before,
    )  # fmt: skip
    was = rows()

    assert sweep(before) == 1
    assert rows() == was | {late.pk: was[late.pk] | EMPTIED}
    assert MessageEvent.objects.values_list("kind", "words").get() == ("delivered", "")
    assert sweep(before) == 0


@pytest.mark.parametrize("state", ["failed", "unknown", "skipped"])
def test_mails_that_never_left_are_emptied_too(before, state):
    code = {"skip_code": "consent"} if state == "skipped" else {}
    mail(1, before - SECOND, state=state, last_error=f"{EMAIL}: no", **code)
    assert sweep(before) == 1
    assert {name: rows().popitem()[1][name] for name in EMPTIED} == EMPTIED


def test_a_mail_with_clicks_waits_until_they_are_forgotten(before):
    clicked = mail(1, before - SECOND)
    click = LinkClick.objects.create(message=clicked, number=1, at=before, by_machine=False)
    assert sweep(before) == 0
    click.delete()
    assert sweep(before) == 1


def test_a_text_message_without_a_mail_address_is_emptied(before):
    mail(1, before - SECOND, kind="transactional", channel="sms", address="+491511234567", to_email="")
    assert sweep(before, kinds=("transactional",)) == 1
    assert Message.objects.get().address == ""


def test_files_of_the_mail_go_and_papers_of_other_rooms_stay(before, django_capture_on_commit_callbacks):
    private = storages["private"]
    mine = private.save(f"{MAIL_FILES}a.pdf", ContentFile(b"x"))
    paper = private.save("documents/invoice-of-a-test.pdf", ContentFile(b"x"))
    mail(1, before - SECOND, attachments=[{"filename": name, "storage_name": name} for name in (mine, paper)])
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep(before) == 1
    assert (private.exists(mine), private.exists(paper)) == (False, True)
    private.delete(paper)


def test_batches_go_from_the_oldest_on(before):
    keys = [mail(number, before - number * SECOND).pk for number in range(1, 6)]
    assert [sweep(before, limit=2) for _batch in range(4)] == [2, 2, 1, 0]
    assert set(Message.objects.filter(to_email="").values_list("pk", flat=True)) == set(keys)


def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(before):
    counts = []
    for size in (3, 30):
        for number in range(size):
            mail(f"{size}.{number}", before - SECOND)
        with CaptureQueriesContext(connection) as asked:
            assert sweep(before) == size
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_sweep_goes_along_an_index(before):
    mail(1, before - SECOND)
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as asked:
        sweep(before)
        query = next(q["sql"] for q in asked if q["sql"].startswith("SELECT") and "created_at" in q["sql"])
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN " + query)
        else:
            cursor.execute("EXPLAIN QUERY PLAN " + query)
        assert "sf_message_kept" in str(cursor.fetchall())


def test_business_letters_are_kept_to_the_end_of_the_sixth_year(settings):
    """Of 2020 until the end of 2026 (§ 257 (5) HGB), on the clock of the shop."""
    from django.utils.timezone import get_current_timezone

    zone = get_current_timezone()
    letters = retentions.get("business_letters")
    over = letters.period.over_before
    assert over(datetime(2026, 12, 31, 23, 59, 59, tzinfo=zone)) == datetime(2020, 1, 1, tzinfo=zone)
    assert over(datetime(2027, 1, 1, tzinfo=zone)) == datetime(2021, 1, 1, tzinfo=zone)
    before = over(datetime(2027, 1, 1, tzinfo=zone))
    mail(1, before - SECOND, kind="legal")
    mail(2, before - SECOND, kind="transactional")
    mail(3, before, kind="legal")
    mail(4, before - SECOND)
    check_retention(letters, before=before)
    assert set(Message.objects.exclude(to_email="").values_list("dedupe_key", flat=True)) == {"k:3", "k:4"}
