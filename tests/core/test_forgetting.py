"""What is taken out of texts: the address that is meant, in any case, and nobody else's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from shopflow.core import clock
from shopflow.core.models import AuditEntry, OutboxEvent
from shopflow.core.services import any_of, audit, events_about, forget_in_logs, scrubbed


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("to ora@b.example.", "to …."),
        ("<ORA@b.example>, ora@b.example", "<…>, …"),
        ("nora@b.example, l.ora@b.example, le-ora@b.example", None),
        ("ora@b.example.org, ora@b.examples, ora@b.example-shop.de", None),
    ],
)
def test_only_the_whole_address_is_found(text, left):
    assert scrubbed({"words": [text]}, any_of(["ora@b.example"])) == {"words": [text if left is None else left]}


@pytest.mark.parametrize("emails", [[], [""]])
def test_without_an_address_nothing_is_found(emails):
    assert scrubbed("ora@b.example", any_of(emails)) == "ora@b.example"


@pytest.mark.django_db
@pytest.mark.parametrize("emails", [[], [""]])
def test_without_an_address_the_logs_stay(emails):
    payload = {"email": "", "user_id": None}
    event = OutboxEvent.objects.create(code="registered", payload=payload, occurred_at=clock.now())
    audit(actor=None, action="test.done", target=event, summary="Done for ora@b.example")

    assert forget_in_logs(emails=emails, user_id=None) == 0
    assert AuditEntry.objects.get().summary == "Done for ora@b.example"


@pytest.mark.django_db
def test_events_about_somebody_are_found_by_an_index():
    """An index is taken by its words; they have to be the same in each process."""
    named = OutboxEvent.objects.filter(OutboxEvent.naming(["anna@example.org"]))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "sf_outbox_email" in named.explain()


@pytest.mark.django_db
def test_without_an_address_only_the_account_is_asked_for():
    mine = OutboxEvent.objects.create(code="x", payload={"email": "", "user_id": 7}, occurred_at=timezone.now())
    OutboxEvent.objects.create(code="x", payload={"email": "", "user_id": 8}, occurred_at=timezone.now())
    assert list(events_about(emails=[], user_id=7)) == [mine]
    assert list(events_about(emails=[], user_id=None)) == []
