"""Runs begin, wait, ask again, branch and end; every decision is written down with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopflow.automations.models import Decision, Flow, Run, RunStep
from shopflow.automations.services import publish_version, run_due, switch_flow
from shopflow.contracts.automations import Outcome
from shopflow.contracts.events import PublishedEvent
from shopflow.core import clock
from tests.automations.doubles import WAIT, WORK, ThingEnded, ThingHappened, decisions, definition_with

pytestmark = pytest.mark.django_db


def test_an_event_begins_a_run_that_works_and_ends(make_flow, happen, work_on, world):
    make_flow()
    happen(ThingHappened(thing_id=1))
    run = Run.objects.get()
    assert (run.state, run.node, run.entry_key, run.email) == ("active", "work", "thing:1", "erika@example.org")

    assert work_on() == 1

    run.refresh_from_db()
    assert (run.state, run.reason_code, run.lease_until) == ("done", "completed", None)
    assert world.done == [f"run:{run.pk}:work:1"]
    step = RunStep.objects.get()
    assert (step.node, step.visit, step.outcome, step.code, step.reason) == (
        "work", 1, "done", "worked", "Work was done."
    )  # fmt: skip
    assert step.finished_at is not None
    assert decisions() == [("entry", "entered", "true"), ("action", "worked", "true")]
    assert work_on() == 0
    assert len(world.done) == 1


def test_a_wait_is_a_row_and_conditions_are_asked_again_after_it(make_flow, happen, work_on, world):
    make_flow(WAIT, {**WORK, "recheck": [{"condition": "test_gate"}]})
    happen(ThingHappened(thing_id=1))
    before = clock.now()
    work_on()
    run = Run.objects.get()
    assert (run.state, run.node) == ("waiting", "pause")
    assert timedelta(hours=2) <= run.due_at - before < timedelta(hours=2, seconds=30)
    assert work_on(minutes=119) == 0

    world.holds = False
    assert work_on(minutes=2) == 1

    run.refresh_from_db()
    assert (run.state, run.reason_code, run.reason) == ("exited", "recheck:test_gate", "The gate says False.")
    assert world.done == []
    assert [(s.node, s.outcome, s.code) for s in RunStep.objects.order_by("pk")] == [
        ("pause", "done", "waited"),
        ("work", "skipped", "test_gate"),
    ]
    assert decisions(run)[-1] == ("recheck", "test_gate", "false")


def test_a_recheck_that_only_skips_lets_the_run_go_on(make_flow, happen, work_on, world):
    gate = [{"condition": "test_gate", "otherwise": "skip"}]
    make_flow({**WORK, "id": "first", "recheck": gate}, WORK)
    world.holds = False
    happen(ThingHappened(thing_id=1))
    work_on()

    run = Run.objects.get()
    assert run.state == "done"
    assert world.done == [f"run:{run.pk}:work:1"]


@pytest.mark.parametrize(
    ("holds", "negate", "reached"),
    [(True, False, "yes"), (False, False, "no"), (None, False, "perhaps"), (True, True, "no"), (None, True, "perhaps")],
)
def test_a_branch_has_a_way_for_yes_no_and_unknown(make_flow, happen, work_on, world, holds, negate, reached):
    stop = {"kind": "action", "action": "stop"}
    make_flow(
        {"id": "ask", "kind": "condition", "condition": "test_gate", "negate": negate,
         "then": "yes", "else": "no", "unknown": "perhaps"},
        {"id": "yes", **stop}, {"id": "no", **stop}, {"id": "perhaps", **stop},
    )  # fmt: skip
    world.holds = holds
    happen(ThingHappened(thing_id=1))
    work_on()

    assert [step.node for step in RunStep.objects.order_by("pk")] == ["ask", reached]
    assert Run.objects.get().reason_code == "stopped"


def test_who_does_not_enter_is_written_down_with_the_reason(make_flow, happen, world):
    flow = make_flow(
        trigger={"event": "test_thing", "where": {"kind": ["round", "flat"]}}, conditions=[{"condition": "test_gate"}]
    )
    world.holds = False
    happen(ThingHappened(thing_id=1))
    world.holds = True
    happen(ThingHappened(thing_id=2, kind="square"))
    happen(ThingHappened(thing_id=3))
    happen(ThingHappened(thing_id=3))
    switch_flow(flow=flow, enabled=False, actor=None)
    happen(ThingHappened(thing_id=4))

    assert list(Run.objects.values_list("entry_key", flat=True)) == ["thing:3"]
    assert decisions() == [
        ("entry", "test_gate", "false"),
        ("trigger", "trigger_where", "false"),
        ("entry", "entered", "true"),
        ("trigger", "entered_before", "false"),
        ("trigger", "switched_off", "false"),
    ]
    refused = Decision.objects.get(code="test_gate")
    assert (refused.run, refused.email, refused.reason) == (None, "erika@example.org", "The gate says False.")
    assert refused.subject == {"thing_id": 1, "email": "erika@example.org", "kind": "round"}


def test_one_event_delivered_twice_begins_one_run(make_flow, world):
    from shopflow.automations.services import handle_event

    make_flow()
    published = PublishedEvent(
        id=7, occurred_at=clock.now(), event=ThingHappened(thing_id=1, email=" ERIKA@example.ORG ")
    )
    handle_event(published=published)
    handle_event(published=published)

    assert Run.objects.get().email == "erika@example.org"


def test_an_exit_ends_the_matching_run_only(make_flow, happen, work_on, world):
    make_flow(WAIT, WORK, exits=[{"event": "test_thing_ended", "match": ["thing_id"]}])
    happen(ThingHappened(thing_id=1))
    happen(ThingHappened(thing_id=2))
    work_on()
    happen(ThingEnded(thing_id=1))
    happen(ThingEnded(thing_id=9))

    first, second = Run.objects.order_by("pk")
    assert (first.state, first.reason_code) == ("exited", "exit:test_thing_ended")
    assert "Thing ended" in first.reason
    assert second.state == "waiting"
    pause = RunStep.objects.get(run=first)
    assert (pause.outcome, pause.code) == ("skipped", "exit:test_thing_ended")
    work_on(hours=3)
    assert world.done == [f"run:{second.pk}:work:1"]


def test_an_exit_may_ask_and_may_want_a_difference(make_flow, happen, world):
    make_flow(
        WAIT,
        exits=[
            {"event": "test_thing", "match": ["email"], "differ": ["thing_id"]},
            {"event": "test_thing_ended", "match": ["email"], "conditions": [{"condition": "test_gate"}]},
        ],
    )
    happen(ThingHappened(thing_id=1))
    world.holds = False
    happen(ThingEnded(thing_id=5))
    assert Run.objects.get().state == "active"

    happen(ThingHappened(thing_id=2))
    first, second = Run.objects.order_by("pk")
    assert (first.state, second.state) == ("exited", "active")
    world.holds = True
    happen(ThingEnded(thing_id=5))
    second.refresh_from_db()
    assert (second.state, second.reason_code) == ("exited", "exit:test_thing_ended")


def test_a_new_version_does_not_change_a_running_run(make_flow, happen, work_on, world):
    flow = make_flow(WAIT, WORK)
    happen(ThingHappened(thing_id=1))
    work_on()
    publish_version(
        flow=flow, definition=definition_with({"id": "end", "kind": "action", "action": "stop"}), actor=None
    )
    happen(ThingHappened(thing_id=2))
    work_on(hours=3)

    first, second = Run.objects.order_by("pk")
    assert (first.version.number, second.version.number) == (1, 2)
    assert (first.reason_code, second.reason_code) == ("completed", "stopped")
    assert world.done == [f"run:{first.pk}:work:1"]


def test_put_off_means_asked_again_then(make_flow, happen, work_on, world):
    make_flow()
    happen(ThingHappened(thing_id=1))
    world.outcome = Outcome.deferred(clock.now() + timedelta(hours=8), "quiet_hours", "It is night.")
    work_on()
    run = Run.objects.get()
    assert (run.state, run.visit) == ("waiting", 2)
    assert work_on(hours=7) == 0

    world.outcome = None
    work_on(hours=2)

    assert [(s.visit, s.outcome, s.code) for s in RunStep.objects.order_by("pk")] == [
        (1, "deferred", "quiet_hours"),
        (2, "done", "worked"),
    ]


def test_what_comes_too_late_is_left_out(make_flow, happen, work_on, world):
    make_flow({**WORK, "max_lateness": {"hours": 1}})
    happen(ThingHappened(thing_id=1))
    work_on(hours=2)

    assert world.done == []
    assert RunStep.objects.get().code == "too_late"
    assert Run.objects.get().state == "done"


def test_the_cost_of_a_sweep_does_not_grow_with_what_waits(
    make_flow, happen, work_on, django_assert_num_queries, world
):
    make_flow(WAIT, WORK)
    for thing in range(3):
        happen(ThingHappened(thing_id=thing))
    work_on()
    flow = Flow.objects.get(code="test_flow")
    pattern = Run.objects.first()
    Run.objects.bulk_create(
        Run(
            flow=flow, version=pattern.version, email=f"{n}@example.org", entry_key=f"n:{n}", subject={},
            state="waiting", node="pause", due_at=clock.now() + timedelta(days=1),
            began_at=clock.now(), entered_at=clock.now(),
        )
        for n in range(500)
    )  # fmt: skip
    with django_assert_num_queries(6):  # rules, clock, paused flows, savepoint, claim, release
        assert run_due() == 0


def test_a_person_can_have_their_data_and_be_forgotten(make_flow, happen, work_on, world):
    from shopflow.automations.services import erase_person, export_person

    make_flow(WAIT, WORK, exits=[{"event": "test_thing_ended", "match": ["email"]}])
    happen(ThingHappened(thing_id=1))
    happen(ThingHappened(thing_id=1, email="max@example.org"))
    work_on()
    data = export_person("Erika@example.org")
    assert [run["entry"] for run in data["runs"]] == ["thing:1"]
    assert [decision["question"] for decision in data["decisions"]] == ["entered"]

    assert erase_person("Erika@example.org") == {"runs": 1, "decisions": 1}

    gone, other = Run.objects.order_by("pk")
    assert (gone.state, gone.reason_code, gone.email, gone.subject) == (
        "exited", "erased", f"#{gone.pk}", {"thing_id": 1, "kind": "round"}
    )  # fmt: skip
    assert (other.state, other.email) == ("waiting", "max@example.org")
    assert export_person("erika@example.org") == {"runs": [], "decisions": []}
    assert not gone.keys.exists()
