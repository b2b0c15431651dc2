"""Flows that give staff something to do."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model

from shopflow.audience.models import Contact
from shopflow.automations.extensions.staff_tasks import OpenStaffTask, StaffTaskForm, due_at
from shopflow.automations.models import AutomationSettings, Run
from shopflow.contracts.automations import OutcomeKind, RunContext
from shopflow.desk.models import StaffTask
from tests.automations.doubles import ThingHappened

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 1, 2, 15, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def context(now=FRIDAY, **more):
    return RunContext(
        subject={"email": "kunde@example.org", "order_number": "100042"}, now=now, run_key="run:1:x:1", flow="f", **more
    )


def test_a_run_opens_one_task_for_whoever_looks_after_the_contact(make_flow, happen, work_on):
    hand = get_user_model().objects.create_user("hand@example.org", "secret-word-1")
    Contact.objects.create(email="a@example.org", owner=hand, created_at=FRIDAY)
    make_flow(
        {
            "id": "call",
            "kind": "action",
            "action": "open_staff_task",
            "settings": {"kind": "hot_lead", "title": "Anruf zu {thing_id}", "text": "{nothing}"},
        }
    )
    happen(ThingHappened(thing_id=7, email="a@example.org"))
    work_on()
    work_on()

    task = StaffTask.objects.get()
    assert (task.kind, task.title, task.text, task.email) == ("hot_lead", "Anruf zu 7", "…", "a@example.org")
    assert (task.owner, task.source, task.url) == (hand, "flow:test_flow", "")
    assert Run.objects.get().state == "done"


@pytest.mark.parametrize(
    ("region", "settings", "due"),
    [
        ("", {}, datetime(2026, 1, 5, 17, tzinfo=BERLIN)),
        ("", {"working_days": 2, "at": "09:30"}, datetime(2026, 1, 6, 9, 30, tzinfo=BERLIN)),
        ("BY", {"working_days": 2}, datetime(2026, 1, 7, 17, tzinfo=BERLIN)),
        ("", {"working_days": 0}, datetime(2026, 1, 2, 17, tzinfo=BERLIN)),
        ("", {"days": 13, "working_days": 1}, datetime(2026, 1, 15, 17, tzinfo=BERLIN)),
    ],
)
def test_it_is_due_in_working_days_of_the_shop_or_in_days_of_the_law(region, settings, due):
    AutomationSettings.objects.create(pk=1, region=region)

    assert due_at(context(), settings) == due


def test_a_deadline_counts_from_the_beginning_of_the_run():
    begun = datetime(2025, 12, 24, 9, tzinfo=UTC)

    assert due_at(context(began_at=begun), {"days": 14}) == datetime(2026, 1, 7, 17, tzinfo=BERLIN)


def test_nothing_is_opened_in_a_rehearsal_or_with_a_kind_that_is_gone():
    rehearsed = OpenStaffTask().run(context(dry_run=True), {"kind": "follow_up", "title": "x"})
    gone = OpenStaffTask().run(context(), {"kind": "dance", "title": "x"})

    assert (rehearsed.kind, rehearsed.code) == (OutcomeKind.DONE, "would_open_task")
    assert (gone.kind, gone.code) == (OutcomeKind.FAILED, "unknown_kind")
    assert not StaffTask.objects.exists()


def test_the_form_refuses_a_brace_that_stands_alone():
    good = StaffTaskForm({"kind": "follow_up", "title": "Zu {order_number}", "working_days": "1"})
    bad = StaffTaskForm({"kind": "follow_up", "title": "Zu {order_number", "working_days": "1"})

    assert good.is_valid(), good.errors
    assert list(bad.errors) == ["title"]
