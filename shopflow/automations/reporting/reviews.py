"""A look at the results a week after an automation was switched on: a task for staff, with the way to the report."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from shopflow.automations.calendars import Rules
from shopflow.automations.models import Flow
from shopflow.automations.reporting.days import DAY, day_of, zone
from shopflow.core import clock
from shopflow.core.access import may_open
from shopflow.core.models import AuditEntry
from shopflow.desk.services import open_task, settle_tasks

AFTER = timedelta(days=7)
AT = time(9)
LOOKED_BACK = timedelta(days=30)
SEES_REPORTS = "shopflow_automations.view_flow"


def open_reviews() -> int:
    """Open the task for each automation that is on and was switched on lately; returns how many there are.

    Once per switching on; switching off settles it. Due on the first working day from the seventh on.
    """
    recent = AuditEntry.objects.select_related("actor").filter(
        object_type=Flow._meta.label, action="automation_switched", at__gte=clock.now() - LOOKED_BACK
    )
    latest = {entry.object_id: entry for entry in recent.order_by("at", "pk")}
    count = 0
    with translation.override(settings.LANGUAGE_CODE):
        for flow in Flow.objects.filter(pk__in=latest).order_by("pk"):
            if flow.enabled:
                _open(flow, latest[str(flow.pk)])
                count += 1
            else:
                settle_tasks(about=_about(flow), note=_("The automation was switched off."))
    return count


def _about(flow: Flow) -> str:
    return f"flow-review:{flow.pk}"


def _open(flow: Flow, entry: AuditEntry) -> None:
    open_task(
        kind="content_review",
        title=_("Look at the first results of “%(flow)s”") % {"flow": flow.name},
        text=_("It has run for a week. Do people leave it early? Is a step left out often? Do orders follow?"),
        due_at=_due(entry.at),
        dedupe_key=f"flow-review:{entry.pk}",
        source="room:automations",
        url=reverse("shopflow-staff:automations-report", args=[flow.code]),
        about=_about(flow),
        owner=_owner(entry),
    )


def _owner(entry: AuditEntry) -> Any:
    """Whoever switched it on, as long as they may still see the report; else it is for the whole team."""
    return entry.actor if entry.actor is not None and may_open(entry.actor, SEES_REPORTS) else None


def _due(switched_at: datetime) -> datetime:
    day, rules = day_of(switched_at + AFTER), Rules.of_now()
    while rules.day_off(day):
        day += DAY
    return datetime.combine(day, AT, tzinfo=zone())
