from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from shopflow.automations.models import Flow
from shopflow.automations.reporting.days import day_of
from shopflow.automations.reporting.reviews import open_reviews
from shopflow.core import clock
from shopflow.core.models import AuditEntry
from shopflow.desk.models import StaffTask

pytestmark = pytest.mark.django_db


def switched(flow, enabled, actor):
    Flow.objects.filter(pk=flow.pk).update(enabled=enabled)
    AuditEntry.objects.create(
        actor=actor, action="automation_switched", object_type=Flow._meta.label, object_id=str(flow.pk),
        summary="x", data={"enabled": enabled}, at=clock.now(),
    )  # fmt: skip


def test_staff_look_at_the_results_after_a_week(make_flow):
    chef = get_user_model().objects.create_superuser("chef@example.com", "x")
    flow = make_flow()
    assert open_reviews() == 0
    switched(flow, True, chef)
    began = clock.now()
    assert open_reviews() == 1
    assert open_reviews() == 1
    task = StaffTask.objects.get()
    assert (task.kind, task.url) == ("content_review", reverse("shopflow-staff:automations-report", args=["test_flow"]))
    assert timedelta(days=6) <= day_of(task.due_at) - day_of(began) <= timedelta(days=11)
    assert day_of(task.due_at).isoweekday() <= 5
    assert task.owner == chef

    switched(flow, False, chef)
    assert open_reviews() == 0
    task.refresh_from_db()
    assert task.state == "done"
    clock.move_forward(timedelta(days=1))
    switched(flow, True, chef)
    open_reviews()
    assert StaffTask.objects.filter(state="open").count() == 1
    clock.move_forward(timedelta(days=40))
    StaffTask.objects.all().delete()
    assert open_reviews() == 0


def test_whoever_may_not_see_the_report_does_not_get_the_task(make_flow):
    gone = get_user_model().objects.create_superuser("gone@example.com", "x")
    flow = make_flow()
    switched(flow, True, gone)
    get_user_model().objects.filter(pk=gone.pk).update(is_active=False)
    open_reviews()
    assert StaffTask.objects.get().owner is None
