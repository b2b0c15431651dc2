"""Somebody moves to where the clocks show another time: what is due there at 18:00 is due here at 18:00."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shopflow.audience.models import Contact
from shopflow.audience.services import change_contact, save_contact
from shopflow.automations.models import Run
from shopflow.automations.services import replan_waits, replanning
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due
from tests.automations.doubles import WAIT, WORK, ThingHappened

pytestmark = pytest.mark.django_db
EMAIL = "erika@example.org"
DAY = {**WAIT, "for": {"days": 1}, "at": "18:00"}


def move_to(zone, *, by=None):
    contact = Contact.objects.get(email=EMAIL)
    changed = change_contact(contact=contact, actor=by, time_zone=zone)
    while deliver_due():
        pass
    return changed


@pytest.fixture
def in_new_york(admin_user):
    contact = save_contact(email=EMAIL)
    Contact.objects.filter(pk=contact.pk).update(time_zone="America/New_York")


def there(zone):
    return Run.objects.get().due_at.astimezone(ZoneInfo(zone))


def test_staff_enter_another_zone_and_what_waits_goes_by_its_clocks(
    make_flow, happen, work_on, in_new_york, admin_user
):
    make_flow(DAY, WORK, schema=2)
    happen(ThingHappened(thing_id=1))
    work_on()
    before = there("America/New_York")
    assert before.time().isoformat() == "18:00:00"

    assert move_to("Asia/Tokyo", by=admin_user) == ["time_zone"]
    after = there("Asia/Tokyo")
    assert (after.date(), after.time()) == (before.date(), before.time())
    assert Run.objects.get().wait["zone"] == "Asia/Tokyo"
    event = OutboxEvent.objects.get(code="time_zone_changed")
    contact = Contact.objects.get()
    assert event.payload == {
        "contact_id": contact.pk, "email": EMAIL, "user_id": None, "time_zone": "Asia/Tokyo"
    }  # fmt: skip
    assert replan_waits(email=EMAIL) == 0


def test_other_changes_are_no_reason_to_reckon_anew(make_flow, happen, work_on, in_new_york, admin_user):
    change_contact(contact=Contact.objects.get(), actor=admin_user, name="Erika", time_zone="America/New_York")
    assert not OutboxEvent.objects.filter(code="time_zone_changed").exists()


def test_what_others_wait_for_stays(make_flow, happen, work_on, in_new_york, admin_user):
    make_flow(DAY, WORK, schema=2)
    happen(ThingHappened(thing_id=1, email="max@example.org"))
    work_on()
    before = Run.objects.get().due_at
    move_to("Asia/Tokyo", by=admin_user)
    assert Run.objects.get().due_at == before


@pytest.mark.parametrize(
    ("step", "moves"),
    [
        (DAY, True),
        ({**WAIT, "for": {"days": 1}}, True),
        ({**WAIT, "for": {"months": 1}}, True),
        ({**WAIT, "for": {"workdays": 2}}, True),
        ({**WAIT, "for": {"hours": 72}, "window": {"from": "09:00", "to": "17:00"}}, True),
        ({**WAIT, "for": {"hours": 72}}, False),
        ({**DAY, "zone": "Europe/Berlin"}, False),
        ({"id": "pause", "kind": "wait", "until_date": {"field": "kind", "before": {"days": 7}}}, True),
        ({"id": "pause", "kind": "wait", "until_event": {
            "events": [{"event": "test_thing_ended", "match": ["thing_id"]}], "timeout": {"days": 3}}}, True),
        ({"id": "pause", "kind": "wait", "until_event": {
            "events": [{"event": "test_thing_ended", "match": ["thing_id"]}], "timeout": {"hours": 72}}}, False),
    ],
)  # fmt: skip
def test_only_what_goes_by_the_clock_on_the_wall_moves(
    make_flow, happen, work_on, in_new_york, admin_user, step, moves
):
    make_flow(step, WORK, schema=2)
    day = (clock.now() + timedelta(days=30)).date()
    happen(ThingHappened(thing_id=1, kind=day.isoformat()))
    work_on()
    run = Run.objects.get()
    move_to("Asia/Tokyo", by=admin_user)
    after = Run.objects.get()
    if moves:
        wall = datetime.fromisoformat(run.wait["wall"])
        assert after.due_at.astimezone(ZoneInfo("Asia/Tokyo")).replace(tzinfo=None) == wall
        assert after.due_at < run.due_at
    else:
        assert (after.due_at, after.wait) == (run.due_at, run.wait)


def test_a_moment_that_has_passed_there_is_now(make_flow, happen, work_on, in_new_york, admin_user):
    make_flow({**WAIT, "for": {"days": 1}}, WORK, schema=2)
    happen(ThingHappened(thing_id=1))
    work_on()
    clock.move_forward(timedelta(hours=23))
    move_to("Asia/Tokyo", by=admin_user)
    assert Run.objects.get().due_at <= clock.now()
    work_on()
    assert Run.objects.get().state == "done"


def test_of_a_condition_that_is_waited_for_the_time_out_moves(
    make_flow, happen, work_on, in_new_york, admin_user, world
):
    world.holds = False
    ask = {"condition": "test_gate"}
    make_flow({"id": "pause", "kind": "wait", "until_condition": {"ask": ask, "timeout": {"days": 9}}}, WORK, schema=2)
    happen(ThingHappened(thing_id=1))
    work_on()
    run = Run.objects.get()
    move_to("Asia/Tokyo", by=admin_user)
    after = Run.objects.get()
    assert after.due_at == run.due_at, "it is asked daily"
    wall = datetime.fromisoformat(run.wait["until"]).astimezone(ZoneInfo("America/New_York")).replace(tzinfo=None)
    until = datetime.fromisoformat(after.wait["until"])
    assert until.astimezone(ZoneInfo("Asia/Tokyo")).replace(tzinfo=None) == wall


def test_many_runs_of_one_person_are_taken_in_pages(
    make_flow, happen, work_on, in_new_york, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(replanning, "MANY", 4)
    make_flow(DAY, WORK, schema=2, entry_key="thing:{thing_id}")
    for number in range(9):
        happen(ThingHappened(thing_id=number))
    work_on()
    Contact.objects.update(time_zone="Asia/Tokyo")
    with django_assert_max_num_queries(36):
        assert replan_waits(email=EMAIL) == 9
    assert len({run.due_at for run in Run.objects.all()}) == 1


def test_a_zone_that_nobody_entered_is_that_of_the_delivery_country(make_flow, happen, work_on, admin_user):
    save_contact(email=EMAIL)
    assert Contact.objects.get().time_zone == ""
    make_flow(DAY, WORK, schema=2)
    happen(ThingHappened(thing_id=1))
    work_on()
    run = Run.objects.get()
    assert run.wait["zone"] == "Europe/Berlin", "the shop's: no country is known"
    Run.objects.update(subject={**run.subject, "country": "PT"})

    move_to("Atlantic/Azores", by=admin_user)
    assert there("Atlantic/Azores").time().isoformat() == "18:00:00"
    move_to("", by=admin_user)
    assert Run.objects.get().wait["zone"] == "Europe/Lisbon"
    assert there("Europe/Lisbon").time().isoformat() == "18:00:00"
