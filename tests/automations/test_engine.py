from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, transaction

from shopflow.automations.models import Decision, Flow, Run, RunStep
from shopflow.automations.services import exit_run, publish_version, resume_run, run_due, skip_step, switch_flow
from shopflow.automations.services.steps import MAX_VISITS
from shopflow.contracts.automations import Outcome, actions, conditions
from shopflow.contracts.events import PublishedEvent
from shopflow.core import clock
from shopflow.core.models import AuditEntry, OutboxEvent
from shopflow.core.services import publish
from tests.automations.doubles import WAIT, WORK, ThingEnded, ThingHappened, definition_with

pytestmark = pytest.mark.django_db


def decisions(run=None):
    rows = Decision.objects.filter(run=run) if run else Decision.objects.filter(flow__code="test_flow")
    return [(row.gate, row.code, row.verdict) for row in rows.order_by("pk")]


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


@pytest.mark.parametrize("action", ["test_work", "test_outside"])
def test_an_action_that_raises_parks_its_run_and_no_other(make_flow, happen, work_on, world, action, admin_user):
    make_flow({**WORK, "action": action})
    happen(ThingHappened(thing_id=1))
    world.fail_with = ValueError("no screwdriver")
    work_on()
    world.fail_with = None
    happen(ThingHappened(thing_id=2))
    work_on()

    broken, fine = Run.objects.order_by("pk")
    assert (broken.state, broken.reason_code, broken.reason) == (
        "parked", "action_failed", "ValueError: no screwdriver"
    )  # fmt: skip
    assert fine.state == "done"
    step = RunStep.objects.get(run=broken)
    assert (step.outcome, step.code, step.visit) == ("failed", "action_failed", 1)
    assert work_on(days=1) == 0

    resume_run(run_id=broken.pk, actor=admin_user)
    work_on()

    broken.refresh_from_db()
    assert broken.state == "done"
    assert world.done.count(f"run:{broken.pk}:work:1") == 2
    assert RunStep.objects.filter(run=broken).count() == 1
    assert AuditEntry.objects.get(object_id=str(broken.pk), object_type="shopflow_automations.Run").actor == admin_user
    assert ("engine", "action_failed", "unknown") in decisions(broken)


def test_an_action_that_says_failed_parks_and_staff_may_skip_or_exit(make_flow, happen, work_on, world, admin_user):
    make_flow(WORK, {**WORK, "id": "after"})
    world.outcome = Outcome.failed("no_key", "The key is missing.")
    happen(ThingHappened(thing_id=1))
    happen(ThingHappened(thing_id=2))
    work_on()
    first, second = Run.objects.order_by("pk")
    assert {first.state, second.state} == {"parked"}
    assert first.reason == "The key is missing."

    world.outcome = None
    skip_step(run_id=first.pk, actor=admin_user)
    exit_run(run_id=second.pk, actor=admin_user)
    work_on()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.reason_code) == ("done", "exited", "staff")
    assert world.done[2:] == [f"run:{first.pk}:after:1"]


def test_a_removed_action_parks_the_run_until_the_plugin_is_back(make_flow, happen, work_on, world):
    make_flow()
    happen(ThingHappened(thing_id=1))
    with actions.without("test_work"):
        work_on()
        run = Run.objects.get()
        assert (run.state, run.reason_code) == ("parked", "unknown_action")
        assert run.reason == "No action with the code “test_work” is installed."
        resume_run(run_id=run.pk, actor=None)
        work_on()
        run.refresh_from_db()
        assert run.state == "parked"
    resume_run(run_id=run.pk, actor=None)
    work_on()

    run.refresh_from_db()
    assert run.state == "done"
    assert world.done == [f"run:{run.pk}:work:1"]


@pytest.mark.parametrize("broken", ["removed", "raises"])
def test_an_entry_condition_that_cannot_be_asked_loses_nobody(make_flow, happen, work_on, world, broken):
    make_flow(conditions=[{"condition": "test_gate"}])
    if broken == "raises":
        world.holds = RuntimeError("no answer")
        happen(ThingHappened(thing_id=1))
        code = "condition_failed"
    else:
        with conditions.without("test_gate"):
            happen(ThingHappened(thing_id=1))
        code = "unknown_condition"
    run = Run.objects.get()
    assert (run.state, run.node, run.reason_code) == ("parked", "", code)

    world.holds = True
    resume_run(run_id=run.pk, actor=None)
    work_on()

    run.refresh_from_db()
    assert run.state == "done"
    assert world.done == [f"run:{run.pk}:work:1"]


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


def test_a_run_that_goes_round_for_ever_fails(make_flow, happen, work_on, world):
    make_flow(WORK, WAIT, {"id": "again", "kind": "condition", "condition": "test_gate", "then": "work"})
    happen(ThingHappened(thing_id=1))
    work_on()
    for _round in range(MAX_VISITS + 2):
        work_on(hours=3)

    run = Run.objects.get()
    assert (run.state, run.reason_code) == ("failed", "loop")
    assert len(world.done) == MAX_VISITS


def test_a_crash_in_an_action_that_reaches_outside_is_left_to_staff(make_flow, happen, work_on, world):
    """Its row says that it was begun, nobody knows how far it came: doing it again might do it twice."""
    make_flow({**WORK, "action": "test_outside"})
    happen(ThingHappened(thing_id=1))
    run = Run.objects.get()
    RunStep.objects.create(run=run, node="work", visit=1, started_at=clock.now())
    work_on()

    run.refresh_from_db()
    assert (run.state, run.reason_code) == ("parked", "interrupted")
    assert world.done == []
    assert RunStep.objects.get().outcome == "interrupted"
    resume_run(run_id=run.pk, actor=None)
    work_on()
    run.refresh_from_db()
    assert (run.state, world.done) == ("done", [f"run:{run.pk}:work:1"])


def test_a_run_in_another_workers_hands_is_left_alone_until_its_lease_is_over(make_flow, happen, world):
    make_flow()
    happen(ThingHappened(thing_id=1))
    Run.objects.update(lease_until=clock.now() + timedelta(minutes=5))
    assert run_due() == 0
    clock.move_forward(timedelta(minutes=6))
    assert run_due() == 1
    assert len(world.done) == 1


def test_a_busy_database_is_met_with_patience(make_flow, happen, work_on, world):
    make_flow()
    happen(ThingHappened(thing_id=1))
    world.fail_with = OperationalError("database is locked")
    work_on()
    run = Run.objects.get()
    assert (run.state, run.attempts, RunStep.objects.count()) == ("active", 1, 0)
    world.fail_with = None
    work_on(minutes=2)
    run.refresh_from_db()
    assert run.state == "done"

    happen(ThingHappened(thing_id=2))
    world.fail_with = OperationalError("database is locked")
    for _attempt in range(7):
        work_on(minutes=10)
    stuck = Run.objects.get(entry_key="thing:2")
    assert (stuck.state, stuck.reason_code) == ("parked", "database_busy")


def test_flows_that_set_each_other_off_come_to_an_end(make_flow, happen, work_on, world):
    """An action publishes the event that begins its own flow: the outbox's limit holds across runs."""

    class Echo(actions.base):
        code, label, transactional = "test_echo", "echo", True

        def run(self, context, settings):
            with transaction.atomic():
                publish(ThingHappened(thing_id=context.integer("thing_id") + 1))
            return Outcome.done()

    with actions.registered(Echo):
        make_flow({"id": "echo", "kind": "action", "action": "test_echo"})
        happen(ThingHappened(thing_id=1))
        from shopflow.core.services import deliver_due

        for _round in range(20):
            work_on()
            deliver_due()
    assert OutboxEvent.objects.filter(code="test_thing").count() == 9
    assert Run.objects.count() == 9


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
    with django_assert_num_queries(4):  # savepoint, clock, claim, release
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
