"""Rows that a definition names and that are gone when a run asks for them."""

from __future__ import annotations

import pytest
from django.db import connection

from shopflow.audience.models import AttributeDefinition, Tag
from shopflow.audience.services import save_segment, set_attribute
from shopflow.automations.linting import lint
from shopflow.automations.models import Decision, Run, RunStep
from tests.audience.people import contact, staff
from tests.automations.asking import asking, condition, field
from tests.automations.doubles import WORK, ThingHappened, definition_with

pytestmark = pytest.mark.django_db


def test_a_segment_lost_by_sql_is_unknown_with_a_reason_and_never_a_crash(make_flow, happen, work_on, world):
    boss = staff()
    contact("anna@example.org")
    kept = save_segment(
        segment=None, code="regulars", label="Stammkunden", actor=boss,
        expression=field("email", "contains", "@example.org"),
    )  # fmt: skip
    Tag.objects.create(code="vip", label="VIP")
    leaves = {
        "within": field("segments", "contains", "regulars"),
        "without": field("segments", "not_contains", "regulars"),
        "asked": condition("in_segment", segment="regulars"),
        "tagged": field("tags", "contains", "vip"),
        "untagged": field("tags", "not_in", ["vip"]),
    }
    steps = [asking(ask, name, **{"then": "next", "else": "next", "unknown": "next"}) for name, ask in leaves.items()]
    make_flow(*steps, WORK, schema=2)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM shopflow_audience_segmentmember WHERE segment_id = %s", [kept.pk])
        cursor.execute("DELETE FROM shopflow_audience_segment WHERE id = %s", [kept.pk])
        cursor.execute("DELETE FROM shopflow_audience_tag WHERE code = 'vip'")
    for number in range(3):  # one alone and several at once
        happen(ThingHappened(thing_id=number, email="anna@example.org", kind="x"))
        if number != 1:
            work_on()

    assert list(Run.objects.values_list("state", flat=True)) == ["done"] * 3
    codes = {(step.node, step.code) for step in RunStep.objects.filter(node__in=leaves)}
    assert codes == {
        ("within", "unknown"), ("without", "unknown"), ("asked", "unknown"), ("tagged", "no"), ("untagged", "yes"),
    }  # fmt: skip
    said = {(one.node, one.reason) for one in Decision.objects.filter(gate="branch")}
    assert {
        ("within", "Es gibt kein Segment „regulars“."),
        ("without", "Es gibt kein Segment „regulars“."),
        ("asked", "Das Segment „regulars“ gibt es nicht mehr."),
        ("tagged", "Tags: Passt nicht. Es gibt keinen Tag „vip“."),
        ("untagged", "Tags: Passt. Es gibt keinen Tag „vip“."),
    } == said
    assert len(world.done) == 3


def test_an_attribute_is_compared_and_one_that_is_gone_is_unknown(make_flow, happen, work_on, world):
    definition = AttributeDefinition.objects.create(code="color", label="Farbe", kind="text", position=1)
    set_attribute(contact=contact("anna@example.org"), definition=definition, value="rot")
    step = asking(field("attribute.color", "is", "rot"))
    assert [one.code for one in lint(definition_with(step, WORK, schema=2)) if one.is_error] == []
    make_flow(step, WORK, schema=2)
    happen(ThingHappened(thing_id=1, email="anna@example.org", kind="x"))
    work_on()
    definition.values.all().delete()
    definition.delete()
    for number in (2, 3):
        happen(ThingHappened(thing_id=number, email="anna@example.org", kind="x"))
    work_on()
    assert list(RunStep.objects.filter(node="ask").order_by("pk").values_list("code", flat=True)) == [
        "yes", "unknown", "unknown",
    ]  # fmt: skip
    said = list(Decision.objects.filter(node="ask").order_by("pk").values_list("reason", flat=True))
    assert said == ["Farbe: Passt.", *["Kontakte haben kein Merkmal „color“."] * 2]
    assert len(world.done) == 1
