"""Tags with source and expiry, and attributes that staff define."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.models import AttributeDefinition, AttributeValue, Tag, TagAssignment
from shopflow.audience.services import (
    add_tag,
    expire_tags,
    grant_consent,
    remove_tag,
    set_attribute,
    tag_named,
    withdraw_consent,
)
from shopflow.core import clock
from shopflow.core.models import AuditEntry, OutboxEvent
from shopflow.core.services import deliver_due
from tests.audience.people import contact, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def told(code: str) -> list[dict]:
    return list(OutboxEvent.objects.filter(code=code).order_by("pk").values_list("payload", flat=True))


def test_a_tag_is_given_once_and_announced_once():
    anna, vip = contact(), tag_named("Stammkunde Süd")

    assert vip.code == "stammkunde-sud"
    assert add_tag(contact=anna, tag=vip, source="staff", actor=staff())
    assert not add_tag(contact=anna, tag=vip, source="flow:welcome")

    row = TagAssignment.objects.get()
    assert (row.source, row.expires_at, row.assigned_by.email) == ("staff", None, "chef@example.org")
    assert told("tag_added") == [
        {
            "contact_id": anna.pk,
            "email": "anna@example.org",
            "user_id": None,
            "tag": "stammkunde-sud",
            "source": "staff",
        }
    ]
    assert AuditEntry.objects.get().summary == "+ Stammkunde Süd"


def test_a_tag_ends_at_its_time_and_a_longer_wish_wins():
    anna, ben = contact(), contact("ben@example.org")
    tag = tag_named("Aktion")
    add_tag(contact=anna, tag=tag, source="flow:a", days=2)
    add_tag(contact=anna, tag=tag, source="flow:b", days=5)
    add_tag(contact=anna, tag=tag, source="flow:c", days=1)
    add_tag(contact=ben, tag=tag, source="flow:a")
    add_tag(contact=ben, tag=tag, source="flow:a", days=1)

    clock.move_forward(timedelta(days=4, hours=23))
    assert expire_tags() == 0
    clock.move_forward(timedelta(hours=2))
    assert expire_tags() == 1

    assert TagAssignment.objects.get().contact == ben
    (gone,) = told("tag_removed")
    assert (gone["email"], gone["tag"], gone["source"]) == ("anna@example.org", "aktion", "expired")


def test_a_tag_is_taken_away_once_and_a_used_one_stays_in_the_list():
    anna, tag = contact(), tag_named("Aktion")
    add_tag(contact=anna, tag=tag, source="staff")

    with pytest.raises(ProtectedError):
        tag.delete()
    assert remove_tag(contact=anna, tag=tag, source="staff")
    assert not remove_tag(contact=anna, tag=tag, source="staff")
    assert len(told("tag_removed")) == 1


def test_a_name_without_letters_is_refused():
    with pytest.raises(ValueRefused, match=r"."):
        tag_named("!!!")
    assert not Tag.objects.exists()


def definition(kind: str, **values) -> AttributeDefinition:
    return AttributeDefinition.objects.create(code=f"x-{kind}", label="Angabe", kind=kind, **values)


@pytest.mark.parametrize(
    ("kind", "given", "column", "stored"),
    [
        ("text", "Meister", "text", "Meister"),
        ("number", "12.5", "number", Decimal("12.5")),
        ("date", "1980-02-29", "day", date(1980, 2, 29)),
        ("boolean", False, "flag", False),
        ("choice", "rot", "text", "rot"),
    ],
)
def test_each_kind_has_its_column(kind, given, column, stored):
    anna, kept = contact(), definition(kind, choices=["rot", "blau"] if kind == "choice" else [])

    assert set_attribute(contact=anna, definition=kept, value=given)
    assert not set_attribute(contact=anna, definition=kept, value=given)

    row = AttributeValue.objects.get()
    assert getattr(row, column) == stored
    assert row.value == stored
    assert set_attribute(contact=anna, definition=kept, value=None)
    assert not set_attribute(contact=anna, definition=kept, value=None)
    assert not AttributeValue.objects.exists()


@pytest.mark.parametrize(
    ("kind", "given"), [("number", "viel"), ("date", "31.02."), ("boolean", "ja"), ("choice", "x")]
)
def test_what_does_not_fit_is_refused(kind, given):
    kept = definition(kind, choices=["rot"] if kind == "choice" else [])
    with pytest.raises(ValueRefused, match="Angabe"):
        set_attribute(contact=contact(), definition=kept, value=given)
    assert not AttributeValue.objects.exists()


def test_the_database_keeps_one_value_in_one_column():
    anna, kept = contact(), definition("number")
    with pytest.raises(IntegrityError), transaction.atomic():
        AttributeValue.objects.create(contact=anna, definition=kept, text="x", number=Decimal(1), set_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        AttributeValue.objects.create(contact=anna, definition=kept, set_at=clock.now())


def test_a_value_for_a_purpose_lives_and_dies_with_the_consent():
    anna, kept = contact(), definition("date", purpose="birthday")
    other = definition("text")
    set_attribute(contact=anna, definition=other, value="bleibt")
    with pytest.raises(ValueRefused):
        set_attribute(contact=anna, definition=kept, value="1980-01-01")

    grant_consent(email=anna.email, purpose="birthday", source="test", language="de")
    set_attribute(contact=anna, definition=kept, value="1980-01-01")
    withdraw_consent(email=anna.email, purpose="birthday", source="test")
    while deliver_due():
        pass

    assert [row.value for row in AttributeValue.objects.all()] == ["bleibt"]
