"""Texts grow old: which automations nobody has checked for long."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from shopflow.automations.definitions import Act
from shopflow.automations.events import ContentReviewDue, ContentReviewed
from shopflow.automations.linting import graph
from shopflow.automations.models import Flow
from shopflow.automations.queries import active_definition, definition_of
from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.desk.models import StaffTask

ABOUT = "content:"
"""Begins what a task of such a check is about; the automation's code follows."""


def last_reviewed(flow: Flow) -> datetime | None:
    """When its present version was made, or its texts were last checked by staff; None without a version."""
    if flow.active_version is None:
        return None
    done = StaffTask.objects.filter(about=f"{ABOUT}{flow.code}", state=StaffTask.State.DONE)
    checked = done.order_by("-closed_at").values_list("closed_at", flat=True).first()
    made = flow.active_version.created_at
    return max(made, checked) if checked else made


def is_old(flow: Flow, *, days: int, now: datetime) -> bool:
    """Whether nobody has looked at its texts for ``days``."""
    seen = last_reviewed(flow)
    return seen is not None and seen <= now - timedelta(days=days)


def announce_content_reviews(*, days: int) -> int:
    """Publish ``content_review_due`` for each automation that is on, writes mails and is that old; once a check."""
    now, count = clock.now(), 0
    for flow in Flow.objects.filter(enabled=True).select_related("active_version").order_by("code"):
        if not _writes(flow) or not is_old(flow, days=days, now=now):
            continue
        seen = last_reviewed(flow)
        assert seen is not None  # noqa: S101 - is_old says so
        event = ContentReviewDue(
            automation=flow.code, name=flow.name, page=reverse("shopflow-staff:automations-flow", args=[flow.code])
        )
        with transaction.atomic():
            count += publish(event, source_key=f"content:{flow.code}:{seen.isoformat()}") is not None
    return count


def _writes(flow: Flow) -> bool:
    assert flow.active_version is not None  # noqa: S101 - callers ask only flows with a version
    return any(getattr(step, "action", "") == "send_mail" for step in definition_of(flow.active_version).steps)


def advertises(flow: Flow) -> bool | None:
    """Whether its active version may write advertising; None without a version that can be read."""
    definition = active_definition(flow)
    if definition is None:
        return None
    return any(isinstance(step, Act) and graph.advertises(step) for step in definition.steps)


def note_closed_task(*, task_id: int) -> bool:
    """A task was done: if it was such a check, say so."""
    about = StaffTask.objects.filter(pk=task_id, about__startswith=ABOUT).values_list("about", flat=True).first()
    if not about:
        return False
    with transaction.atomic():
        publish(ContentReviewed(automation=about.removeprefix(ABOUT)), source_key=f"content:task:{task_id}")
    return True
