"""An automation that begins when another one has ended, and never because it has ended itself."""

from __future__ import annotations

import pytest

from shopflow.automations.definitions.fields import event_fields
from shopflow.automations.models import Decision, Run
from shopflow.automations.services import erase_person
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due
from tests.automations.doubles import WAIT, WORK, ThingEnded, ThingHappened

pytestmark = pytest.mark.django_db
EXITS = [{"event": "test_thing_ended", "match": ["thing_id"], "as": "goal_reached"}]
AFTER = {"trigger": {"event": "automation_finished"}, "entry_key": "after:{flow_run_id}"}


def told():
    rows = OutboxEvent.objects.filter(code="automation_finished").order_by("pk")
    return [(row.source_key, row.payload["automation"], row.payload["ending"]) for row in rows]


def settle(work_on, rounds=15):
    for _round in range(rounds):
        if not work_on() + deliver_due():
            return
    raise AssertionError("it does not come to an end")


def test_an_end_that_nobody_asks_for_is_not_announced(make_flow, happen, work_on):
    make_flow(WORK)
    happen(ThingHappened(thing_id=1))
    work_on()

    assert Run.objects.get().state == Run.State.DONE
    assert told() == []


def test_the_end_of_one_begins_the_other_once(make_flow, happen, work_on, world):
    make_flow(WORK)
    make_flow(
        WORK,
        code="after",
        **{**AFTER, "trigger": {"event": "automation_finished", "where": {"automation": "test_flow"}}},
    )
    happen(ThingHappened(thing_id=1))
    settle(work_on)

    first, second = Run.objects.order_by("pk")
    assert told() == [
        (f"run:{first.pk}:ended", "test_flow", "completed"),
        (f"run:{second.pk}:ended", "after", "completed"),
    ]
    assert (second.flow.code, second.email, second.causes) == ("after", "erika@example.org", [first.pk])
    assert OutboxEvent.objects.filter(code="automation_finished").first().payload == {
        "automation": "test_flow", "name": "test_flow", "ending": "completed", "reason_code": "completed",
        "flow_run_id": first.pk, "email": "erika@example.org", "user_id": None, "order_id": None, "order_number": "",
        "basket_id": None,
    }  # fmt: skip
    assert len(world.done) == 2


def test_an_early_end_says_why(make_flow, happen, work_on):
    make_flow(WAIT, WORK, exits=EXITS)
    make_flow(
        WORK,
        code="after",
        **{**AFTER, "trigger": {"event": "automation_finished", "where": {"ending": ["goal_reached"]}}},
    )
    happen(ThingHappened(thing_id=1))
    happen(ThingEnded(thing_id=1))

    first = Run.objects.get(flow__code="test_flow")
    assert told() == [(f"run:{first.pk}:ended", "test_flow", "goal_reached")]
    assert Run.objects.filter(flow__code="after").count() == 1


@pytest.mark.parametrize(("codes", "runs"), [("a", 1), ("ab", 4), ("abc", 15)])
def test_an_automation_does_not_begin_because_of_itself(make_flow, happen, work_on, codes, runs):
    """Each begins at every end of any automation: in every order, and nobody passes one of them twice on one way."""
    for code in codes:
        make_flow(WORK, code=code, **AFTER)
    make_flow(WORK)
    happen(ThingHappened(thing_id=1))
    settle(work_on)

    flows = dict(Run.objects.values_list("pk", "flow__code"))
    ways = {tuple(flows[key] for key in [*run.causes, run.pk]) for run in Run.objects.all()}
    assert len(ways) == Run.objects.count() == runs + 1
    assert all(len(set(way)) == len(way) for way in ways)
    assert Decision.objects.filter(code="loop_guard").count() >= len(codes)


def test_the_end_and_its_announcement_stand_or_fall_together(make_flow, happen, work_on, monkeypatch):
    make_flow(WORK)
    make_flow(WORK, code="after", **AFTER)
    happen(ThingHappened(thing_id=1))

    def fail(event, **more):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("shopflow.automations.services.announcing.publish", fail)
        work_on()
    assert not Run.objects.filter(state=Run.State.DONE).exists()
    assert told() == []


def test_nothing_is_said_of_people_who_were_erased(make_flow, happen):
    make_flow(WAIT, WORK)
    make_flow(WORK, code="after", **AFTER)
    happen(ThingHappened(thing_id=1))

    erase_person("erika@example.org")

    assert Run.objects.get().ending == "erased"
    assert told() == []


def test_staff_choose_the_automation_and_the_way_it_ended(make_flow):
    make_flow(WORK)
    known = {field.code: dict(field.choices()) for field in event_fields("automation_finished")}

    assert known["automation"]["test_flow"] == "test_flow"
    assert set(known["ending"]) == set(Run.Ending.values)
