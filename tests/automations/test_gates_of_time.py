"""When advertising may leave: quiet hours, caps, priorities, the shop's pace, and what is too late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopflow.automations.models import Run, RunStep
from shopflow.automations.services import run_due, send_now
from shopflow.core import clock
from shopflow.mailing.models import Message
from tests.automations.doubles import ADVERT, WAIT, ThingHappened
from tests.automations.rulings import EMAIL, NEWS, mails, quiet_now, rules, rulings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def agreed(world):
    world.consents.add(NEWS)


def test_quiet_hours_put_advertising_off_and_nothing_else(make_flow, happen, work_on):
    make_flow(ADVERT, {**ADVERT, "id": "note", "action": "test_mail"})
    make_flow({**ADVERT, "id": "note", "action": "test_mail"}, code="test_other")
    quiet_now()
    happen(ThingHappened(thing_id=1))
    work_on()

    run = Run.objects.get(flow__code="test_flow")
    assert (run.state, run.node, run.visit) == ("waiting", "advert", 1)
    assert timedelta(hours=3) < run.due_at - clock.now() <= timedelta(hours=4)
    assert RunStep.objects.get(run=run).outcome == "deferred"
    assert Message.objects.get().mail_class == "transactional"
    assert work_on(hours=3) == 0

    work_on(hours=2)

    run.refresh_from_db()
    assert (run.state, Message.objects.count()) == ("done", 3)
    assert RunStep.objects.filter(run=run, node="advert").count() == 1


def test_advertising_that_would_come_too_late_is_left_out_instead_of_put_off(make_flow, happen, work_on):
    make_flow({**ADVERT, "max_lateness": {"hours": 1}})
    quiet_now()
    happen(ThingHappened(thing_id=1))
    work_on()

    assert (Run.objects.get().state, mails(), rulings()) == ("done", [], ["quiet_hours"])


def test_the_cap_counts_what_was_sent_and_what_is_on_its_way(make_flow, happen, work_on):
    make_flow(ADVERT)
    for thing in (1, 2, 3):
        happen(ThingHappened(thing_id=thing))
    work_on()
    assert (len(mails()), sorted(rulings())) == (1, ["cap", "cap", "send"])
    assert work_on(hours=47) == 0

    work_on(hours=2)
    assert len(mails()) == 2
    work_on(days=4)
    assert len(mails()) == 2, "two in seven days"
    work_on(days=2)
    assert len(mails()) == 3
    assert set(Run.objects.values_list("state", flat=True)) == {"done"}


def test_a_skipped_mail_does_not_count_and_orders_mails_neither(make_flow, happen, work_on):
    make_flow(ADVERT)
    happen(ThingHappened(thing_id=1))
    work_on()
    Message.objects.update(state="skipped", skip_code="given_up", due_at=None)
    make_flow({**ADVERT, "action": "test_mail"}, code="test_other")
    happen(ThingHappened(thing_id=2))
    work_on()

    assert rulings().count("send") == 3


def test_a_flow_may_have_a_cap_of_its_own_for_its_purpose(make_flow, happen, work_on, world):
    make_flow(ADVERT)
    world.consents.add((EMAIL, "series"))
    series = {"kind": "action", "action": "test_advert", "settings": {"purpose": "series"}}
    make_flow({**series, "id": "one"}, {"id": "pause", "kind": "wait", "for": {"hours": 12}}, {**series, "id": "two"},
              code="test_series", cap={"messages": 2, "days": 7, "gap": {"hours": 12}})  # fmt: skip
    happen(ThingHappened(thing_id=1))
    work_on()
    work_on(hours=13)

    sent = list(Message.objects.order_by("pk").values_list("purpose", flat=True))
    assert sorted(sent) == ["newsletter", "series", "series"]


def test_the_more_important_automation_writes_first(make_flow, happen, work_on):
    make_flow(ADVERT, code="test_small", priority=10)
    make_flow(ADVERT, code="test_great", priority=90)
    happen(ThingHappened(thing_id=1))
    small = Run.objects.get(flow__code="test_small")
    Run.objects.filter(pk=small.pk).update(due_at=clock.now() - timedelta(minutes=1))

    assert run_due(limit=1) == 1, "the small one alone"
    small.refresh_from_db()
    assert (small.state, rulings()) == ("waiting", ["yields"])
    work_on()

    assert Message.objects.get().dedupe_key.startswith(f"run:{Run.objects.get(flow__code='test_great').pk}:")


def test_staff_may_hurry_a_mail_past_the_cap_but_not_past_the_law(make_flow, happen, work_on, world, admin_user):
    make_flow(ADVERT)
    happen(ThingHappened(thing_id=1))
    happen(ThingHappened(thing_id=2))
    work_on()
    run = Run.objects.get(state="waiting")
    world.consents.clear()
    send_now(run_id=run.pk, actor=admin_user, reason="Kunde wartet")
    work_on()
    assert (len(mails()), rulings()[-1]) == (1, "no_consent")

    world.consents.add(NEWS)
    happen(ThingHappened(thing_id=3))
    work_on()
    run = Run.objects.get(state="waiting")
    send_now(run_id=run.pk, actor=admin_user, reason="Kunde wartet")
    work_on()
    assert (len(mails()), rulings()[-1]) == (2, "send")


def test_i12_a_backlog_leaves_at_the_shops_pace(make_flow, happen, work_on, world):
    rules(per_minute=5)
    flow = make_flow(WAIT, ADVERT)
    version, now = flow.active_version, clock.now()
    people = [f"person{n}@example.org" for n in range(23)]
    world.consents |= {(email, "newsletter") for email in people}
    Run.objects.bulk_create(
        Run(
            flow=flow, version=version, email=email, entry_key=email, subject={"email": email}, state="active",
            node="advert", due_at=now, began_at=now, entered_at=now,
        )
        for email in people
    )  # fmt: skip

    clock.move_forward(timedelta(hours=30))  # the outage
    for _minute in range(8):
        work_on()
        clock.move_forward(timedelta(minutes=1))

    per_minute = {}
    for created in Message.objects.values_list("created_at", flat=True):
        minute = created.replace(second=0, microsecond=0)
        per_minute[minute] = per_minute.get(minute, 0) + 1
    assert sum(per_minute.values()) == 23
    assert max(per_minute.values()) <= 5


def test_what_was_planned_anew_counts_from_now_on(make_flow, happen, work_on):
    make_flow({**ADVERT, "max_lateness": {"hours": 1}, "late": "replan"})
    happen(ThingHappened(thing_id=1))
    work_on(hours=30)

    assert mails() == [EMAIL]


def test_places_in_a_minute_that_nobody_needed_are_given_back(make_flow, happen, work_on, world):
    from shopflow.automations.models import SendingMinute

    make_flow(ADVERT)
    for number in range(5):
        email = f"p{number}@example.org"
        if number != 3:
            world.consents.add((email, "newsletter"))
        happen(ThingHappened(thing_id=number, email=email))
    work_on()

    assert len(mails()) == 4
    assert sum(SendingMinute.objects.values_list("taken", flat=True)) == 4
