"""What raises, crashes, vanishes or never ends parks one run and loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, transaction

from shopflow.automations.models import Decision, Run, RunStep
from shopflow.automations.services import exit_run, resume_run, run_due, skip_step
from shopflow.automations.services.steps import MAX_VISITS
from shopflow.contracts.automations import Outcome, actions, conditions
from shopflow.core import clock
from shopflow.core.models import AuditEntry, OutboxEvent
from shopflow.core.services import publish
from tests.automations.doubles import WAIT, WORK, ThingHappened, decisions

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(("people", "runs"), [(1, 1), (99, 9)])
def test_flows_that_set_each_other_off_come_to_an_end(make_flow, happen, work_on, world, people, runs):
    """An action publishes the event that begins its own flow: for the same person it does not even begin a second
    time, for others the outbox's limit holds across runs.
    """

    class Echo(actions.base):
        code, label, transactional = "test_echo", "echo", True

        def run(self, context, settings):
            with transaction.atomic():
                number = context.integer("thing_id") + 1
                publish(ThingHappened(thing_id=number, email=f"person{number % people}@example.org"))
            return Outcome.done()

    with actions.registered(Echo):
        make_flow({"id": "echo", "kind": "action", "action": "test_echo"})
        happen(ThingHappened(thing_id=0, email="person0@example.org"))
        from shopflow.core.services import deliver_due

        for _round in range(12):
            work_on()
            deliver_due()
    assert Run.objects.count() == runs
    assert OutboxEvent.objects.filter(code="test_thing").count() == max(runs, 2)
    (refused,) = Decision.objects.filter(code="loop_guard")
    assert (refused.gate, refused.verdict, refused.flow.code) == ("trigger", "false", "test_flow")
    assert refused.email.startswith("person")
