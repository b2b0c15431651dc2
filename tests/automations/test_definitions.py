from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopflow.automations.checks import check_flows
from shopflow.automations.definitions import Wait, missing_extensions, read
from shopflow.automations.definitions.model import Duration, Moments
from shopflow.automations.definitions.timing import wait_ends
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.models import FlowVersion
from shopflow.automations.services import publish_version
from shopflow.contracts.automations import Flow, FlowDefinition, conditions, flows
from tests.automations.doubles import WAIT, WORK, definition_with

ASK = {"id": "ask", "kind": "condition", "condition": "test_gate"}


@pytest.mark.parametrize(
    ("definition", "says"),
    [
        ([], "must be a JSON object"),
        ({}, "“trigger” must be a JSON object with an “event”"),
        (definition_with(schema=3), "“schema” is 3"),
        (definition_with(colour="red"), "has an entry “colour” that is not known"),
        (definition_with(trigger={}), "“trigger” needs “event”"),
        (definition_with(entry_key=""), "“entry_key” is missing"),
        (definition_with(entry_key="a:{"), "is not readable"),
        (definition_with(entry_key="a:{b.c}"), "is not readable"),
        (definition_with(exits=[{"event": "x"}]), "“exits”, no. 1 needs “match”"),
        (definition_with(conditions=[{"condition": "x", "otherwise": "wait"}]), "“otherwise” must be"),
        (definition_with(conditions=[{"condition": "x", "negate": "yes"}]), "“negate” must be true or false"),
        (definition_with(conditions=["x"]), "“conditions”, no. 1 must be a JSON object"),
        ({**definition_with(), "steps": []}, "“steps” is empty"),
        (definition_with({"id": "A b", "kind": "wait"}), "needs an “id”"),
        (definition_with({"id": "next", "kind": "wait"}), "needs an “id”"),
        (definition_with({"id": "a", "kind": "dance"}), "Step “a”: “kind” must be"),
        (definition_with(WORK, WORK), "Two steps are called “work”"),
        (definition_with({"id": "a", "kind": "wait"}), "needs exactly one of: for, until"),
        (definition_with({**WAIT, "until": {"hours": 1}}), "needs exactly one of: for, until"),
        (definition_with({**WAIT, "for": {"hours": 1.5}}), "a length of time is whole numbers"),
        (definition_with({**WAIT, "for": {"years": 1}}), "a length of time is whole numbers"),
        *[
            (definition_with({**WAIT, "for": {unit: most}}), "is ten years at most")
            for unit, most in (("days", 10**12), ("minutes", 10**30), ("months", 121), ("weeks", 524))
        ],
        *[
            (definition_with(exits=[{"event": "x", "match": ["email"], "where": {"status": value}}]), "“where” must be")
            for value in ({}, [[]], [{"a": 1}])
        ],
        (definition_with({**WAIT, "at": "25:00"}), "“at” must be a time"),
        (definition_with({**WAIT, "zone": "Europe/Nowhere"}), "there is no time zone “Europe/Nowhere”"),
        (definition_with({**ASK, "then": "gone"}), "leads to “gone”, but there is no such step"),
        (definition_with(WORK, {**ASK, "then": "work"}), "it would run in circles"),
        (definition_with({**WORK, "recheck": {}}), "must be a list"),
        (definition_with({**WORK, "settings": []}), "“settings” must be a JSON object"),
    ],
)
def test_a_wrong_definition_is_refused_with_a_sentence(definition, says):
    from django.utils import translation

    with translation.override("en"), pytest.raises(DefinitionInvalid) as caught:
        read(definition)
    assert any(says in problem for problem in caught.value.problems), caught.value.problems


def test_all_problems_are_told_at_once():
    with pytest.raises(DefinitionInvalid) as caught:
        read(definition_with({"id": "a", "kind": "wait"}, entry_key="", colour="red"))
    assert len(caught.value.problems) == 3


def test_back_through_a_wait_is_no_circle():
    assert read(definition_with(WORK, WAIT, {**ASK, "then": "work"})).steps[2].then == "work"


def test_what_is_not_installed_or_lacks_a_field_is_named():
    class NeedsOrder(conditions.base):
        code, label, needs = "test_needs_order", "needs an order", frozenset({"order_id"})

        def evaluate(self, context, settings):
            raise AssertionError

    with conditions.registered(NeedsOrder):
        definition = read(
            definition_with(
                {**WORK, "action": "gone_action"},
                conditions=[{"condition": "gone_condition"}, {"condition": "test_needs_order"}],
                exits=[{"event": "gone_event", "match": ["email"]}],
            )
        )
        problems = missing_extensions(definition)
    assert problems[:3] == [
        "No event with the code “gone_event” is installed.",
        "No condition with the code “gone_condition” is installed.",
        "No action with the code “gone_action” is installed.",
    ]
    assert len(problems) == 4
    assert "order_id" in problems[3]


@pytest.mark.django_db
def test_an_unfit_version_is_not_published(make_flow):
    flow = make_flow()
    with pytest.raises(DefinitionInvalid, match="gone_action"):
        publish_version(flow=flow, definition=definition_with({**WORK, "action": "gone_action"}), actor=None)
    flow.refresh_from_db()
    assert flow.active_version.number == 1
    assert FlowVersion.objects.filter(flow=flow).count() == 1


def test_a_plugins_broken_flow_is_found_at_start():
    class Broken(Flow):
        code, label = "test_broken", "Broken"

        def define(self):
            return FlowDefinition(code=self.code, label="", description="", reason="", definition={})

    class Missing(Broken):
        code = "test_missing"

        def define(self):
            steps = {**WORK, "action": "gone_action"}
            return FlowDefinition(
                code=self.code, label="", description="", reason="", definition=definition_with(steps)
            )

    with flows.registered(Broken, Missing):
        found = {(message.id, "test_missing" in message.msg) for message in check_flows() if "test_" in message.msg}
    assert found == {("shopflow_automations.E001", False), ("shopflow_automations.W001", True)}


def test_our_own_flows_are_sound():
    assert check_flows() == []


class TestTiming:
    def at(self, *moment):
        return datetime(*moment, tzinfo=UTC)

    def test_hours_are_elapsed_time_and_days_keep_the_time_on_the_wall(self):
        now = self.at(2026, 10, 24, 10, 0)
        hours = Wait("w", Duration(elapsed=timedelta(hours=24)))
        days = Wait("w", Duration(days=1))
        assert wait_ends(hours, now=now, began_at=now) == self.at(2026, 10, 25, 10, 0)
        assert wait_ends(days, now=now, began_at=now) == self.at(2026, 10, 25, 11, 0)

    def test_a_time_that_does_not_exist_is_the_end_of_the_gap(self):
        now = self.at(2026, 3, 28, 1, 30)
        assert wait_ends(Wait("w", Duration(days=1)), now=now, began_at=now) == self.at(2026, 3, 29, 1, 0)

    def test_a_time_that_comes_twice_is_the_first(self):
        now = self.at(2026, 10, 24, 0, 30)
        assert wait_ends(Wait("w", Duration(days=1)), now=now, began_at=now) == self.at(2026, 10, 25, 0, 30)

    def test_a_past_moment_becomes_now_plus_the_gap(self):
        began, now = self.at(2026, 5, 1, 8, 0), self.at(2026, 5, 9, 8, 0)
        wait = Wait("w", Duration(elapsed=timedelta(hours=24)), from_beginning=True, gap=timedelta(hours=12))
        assert wait_ends(wait, now=now, began_at=began) == self.at(2026, 5, 9, 20, 0)

    @given(
        now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
        days=st.integers(0, 40),
        hours=st.integers(0, 50),
        at=st.one_of(st.none(), st.times(timezones=st.none())),
        zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
    )
    def test_it_never_ends_before_now_and_within_a_day_of_its_length(self, now, days, hours, at, zone):
        at = at and at.replace(second=0, microsecond=0)
        wait = Wait("w", Duration(days, timedelta(hours=hours)), moments=Moments(at=at, zone=zone))
        due = wait_ends(wait, now=now, began_at=now)
        assert due >= now
        assert due - now <= timedelta(days=days, hours=hours) + timedelta(hours=26)
