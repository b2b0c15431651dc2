"""Texts that nobody has checked for long: a task, and a pause when it is not done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopflow.automations.models import Flow, FlowVersion, Run
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.desk.models import StaffTask
from shopflow.desk.services import close_task
from shopflow.mailing.models import Message
from tests.automations.marketing import deliver, occasions, shop, step_through, switch_on, world  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _running(shop):  # noqa: F811 - the fixture
    FlowVersion.objects.update(created_at=clock.now())
    switch_on("welcome", "content_review")
    Flow.objects.filter(code="hot_lead").update(enabled=True)


def announced() -> list[str]:
    found = OutboxEvent.objects.filter(code="content_review_due").order_by("pk")
    return [row.payload["automation"] for row in found]


def test_after_180_days_a_task_and_14_days_later_a_pause(work_on):
    work_on(days=179)
    assert occasions() == 0
    work_on(days=1)
    assert (occasions(), occasions()) == (1, 0)
    assert announced() == ["welcome"], "neither those that are off nor those that write to nobody"
    work_on()
    task = StaffTask.objects.get()
    assert (task.kind, task.title, task.about) == (
        "content_review",
        "Texte prüfen: Willkommensreihe",
        "content:welcome",
    )
    assert Flow.objects.get(code="welcome").paused_at is None
    step_through("content_review", work_on)

    assert Flow.objects.get(code="welcome").paused_at is not None
    assert Message.objects.get().subject.endswith("Automation pausiert: Willkommensreihe")
    assert Run.objects.get().state == "done"


def test_order_mails_go_on_and_the_shop_is_told(work_on):
    switch_on("order_status")
    Flow.objects.filter(code="welcome").update(enabled=False)
    work_on(days=180)
    assert occasions() == 1
    work_on()
    step_through("content_review", work_on)
    assert Flow.objects.get(code="order_status").paused_at is None
    assert Message.objects.get().subject.endswith("Texte noch nicht geprüft: Bestellstatus")
    assert StaffTask.objects.get().state == "open"


def test_a_check_ends_it_and_counts_for_the_next_180_days(work_on):
    work_on(days=180)
    occasions()
    work_on()
    close_task(task_id=StaffTask.objects.get().pk, done=True, note="", actor=None)
    deliver()
    assert Run.objects.get().ending == "goal_reached"
    work_on(days=20)
    assert Flow.objects.get(code="welcome").paused_at is None
    work_on(days=159)
    assert occasions() == 0
    work_on(days=2)
    assert occasions() == 1


def test_a_new_version_is_a_check_too(work_on):
    work_on(days=180)
    occasions()
    work_on()
    FlowVersion.objects.filter(flow__code="welcome").update(created_at=clock.now() + timedelta(seconds=1))
    work_on(days=15)
    assert Flow.objects.get(code="welcome").paused_at is None
    assert Run.objects.get().reason_code == "recheck:content_is_old"


def test_a_dismissed_task_is_no_check(work_on):
    work_on(days=180)
    occasions()
    work_on()
    close_task(task_id=StaffTask.objects.get().pk, done=False, note="", actor=None)
    deliver()
    work_on(days=15)
    assert Flow.objects.get(code="welcome").paused_at is not None
