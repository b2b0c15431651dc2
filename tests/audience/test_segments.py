"""Segments: who is in, who came and who went."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from shopflow.audience.exceptions import SegmentRefused
from shopflow.audience.models import Contact, Segment, SegmentMember
from shopflow.audience.services import (
    add_tag,
    delete_segment,
    refresh_segment,
    refresh_segments,
    remove_tag,
    save_segment,
    tag_named,
    take_snapshot,
)
from shopflow.contracts.automations import RunContext, conditions
from shopflow.core import clock
from shopflow.core.models import AuditEntry, OutboxEvent
from tests.audience.people import contact, staff

pytestmark = pytest.mark.django_db

VIP = {"field": "tags", "op": "contains", "value": "vip"}


def save(expression=VIP, code: str = "vips", segment: Segment | None = None) -> Segment:
    return save_segment(segment=segment, code=code, label="Stammkunden", expression=expression, actor=staff_once())


def staff_once():
    from django.contrib.auth import get_user_model

    return get_user_model().objects.filter(email="chef@example.org").first() or staff()


def tagged(email: str) -> Contact:
    who = contact(email)
    add_tag(contact=who, tag=tag_named("VIP"), source="staff")
    return who


def told() -> list[tuple[str, str]]:
    rows = OutboxEvent.objects.filter(code__startswith="segment_").order_by("pk")
    return [(row.code, row.payload["email"]) for row in rows]


def members(segment: Segment) -> list[str]:
    return sorted(segment.members.values_list("contact__email", flat=True))


def test_a_new_segment_announces_nobody_and_a_refresh_announces_the_difference():
    anna = tagged("anna@example.org")
    contact("carl@example.org")
    segment = save()
    assert (members(segment), told()) == (["anna@example.org"], [])

    tagged("ben@example.org")
    remove_tag(contact=anna, tag=tag_named("VIP"), source="staff")
    segment.refresh_from_db()
    assert refresh_segment(segment=segment) == (1, 1)

    assert members(segment) == ["ben@example.org"]
    assert told() == [("segment_entered", "ben@example.org"), ("segment_left", "anna@example.org")]
    segment.refresh_from_db()
    assert (segment.size, segment.problem) == (1, "")
    assert refresh_segment(segment=segment) == (0, 0)
    assert len(told()) == 2
    assert AuditEntry.objects.get(action="segment.save").data == {"expression": VIP}


def test_a_changed_question_announces_nobody():
    tagged("anna@example.org")
    contact("ben@example.org")
    segment = save()
    segment.refresh_from_db()
    save({"not": VIP}, segment=segment)
    assert (members(segment), told()) == (["ben@example.org"], [])
    assert Segment.objects.count() == 1


def test_refreshes_come_when_they_are_due_and_to_one_worker():
    segment = save()
    tagged("anna@example.org")
    assert refresh_segments() == 0
    clock.move_forward(timedelta(minutes=16))
    assert refresh_segments() == 1
    assert members(segment) == ["anna@example.org"]
    assert refresh_segments() == 0


def test_a_list_stays_as_it_was():
    anna = tagged("anna@example.org")
    kept = take_snapshot(segment=save(), code="messe", label="Messe", actor=staff_once())
    remove_tag(contact=anna, tag=tag_named("VIP"), source="staff")
    clock.move_forward(timedelta(days=1))
    refresh_segments()

    assert members(kept) == ["anna@example.org"]
    assert (kept.kind, kept.size, kept.due_at) == ("static", 1, None)
    assert refresh_segment(segment=kept) == (0, 0)
    assert members(Segment.objects.get(code="vips")) == []


def test_members_are_found_set_based(django_assert_max_num_queries):
    for n in range(40):
        tagged(f"p{n}@example.org")
    segment = save()
    segment.members.all().delete()
    Segment.objects.filter(pk=segment.pk).update(refreshed_at=None)
    segment.refresh_from_db()
    with django_assert_max_num_queries(12):
        assert refresh_segment(segment=segment) == (40, 0)


def test_a_question_that_is_gone_leaves_the_members_and_is_shown():
    tagged("anna@example.org")
    segment = save()
    Segment.objects.filter(pk=segment.pk).update(expression={"field": "loyalty", "op": "is", "value": "x"})
    segment.refresh_from_db()

    assert refresh_segment(segment=segment) == (0, 0)

    segment.refresh_from_db()
    assert "loyalty" in segment.problem
    assert members(segment) == ["anna@example.org"]


@pytest.mark.parametrize(
    "expression",
    [
        {},
        {"all": []},
        {"field": "tags", "op": "bigger", "value": 1},
        {"field": "segments", "op": "contains", "value": "vips"},
        {"not": {"condition": "in_segment", "settings": {"segment": "vips"}}},
    ],
)
def test_what_cannot_be_asked_is_not_stored(expression):
    with pytest.raises(SegmentRefused) as refused:
        save(expression)
    assert refused.value.problems
    assert not Segment.objects.exists()


def test_the_condition_asks_afresh_and_says_when_it_cannot_know():
    segment = save()
    anna = tagged("anna@example.org")
    contact("ben@example.org")
    asked = conditions.get("in_segment")

    def verdict(email: str, code: str = "vips"):
        context = RunContext(subject={"email": email}, now=clock.now(), run_key="x", flow="x")
        return asked.evaluate(context, {"segment": code})

    assert not SegmentMember.objects.filter(contact=anna).exists()
    assert verdict("anna@example.org").holds is True
    assert "Stammkunden" in str(verdict("anna@example.org").reason)
    assert verdict("ben@example.org").holds is False
    assert verdict("nobody@example.org").holds is None
    assert verdict("anna@example.org", "gone").holds is None
    kept = take_snapshot(segment=segment, code="fest", label="Fest", actor=staff_once())
    assert verdict("anna@example.org", kept.code).holds is True
    delete_segment(segment=segment, actor=staff_once())
    assert verdict("anna@example.org").holds is None
    assert Contact.objects.count() == 2


def test_the_database_keeps_lists_from_being_refreshed():
    with pytest.raises(IntegrityError), transaction.atomic():
        Segment.objects.create(
            code="x", label="x", kind="static", expression=VIP, created_at=clock.now(), due_at=clock.now()
        )
