"""Reads of the tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from shopflow.desk.models import StaffTask

PAGE = 50


def open_tasks(*, owner: str = "", kind: str = "", after: tuple[datetime, int] | None = None) -> QuerySet[StaffTask]:
    """Open tasks, most urgent first; ``owner`` is a user's number or ``none``; ``after``: due time and id of the last
    task of the page before.
    """
    found = StaffTask.objects.filter(state=StaffTask.State.OPEN).select_related("owner").order_by("due_at", "pk")
    found = _narrowed(found, owner, kind)
    if after is not None:
        due_at, pk = after
        found = found.filter(due_at__gte=due_at).exclude(due_at=due_at, pk__lte=pk)
    return found


def closed_tasks(*, owner: str = "", kind: str = "", limit: int = PAGE) -> QuerySet[StaffTask]:
    """The tasks that were closed last."""
    found = StaffTask.objects.exclude(state=StaffTask.State.OPEN).select_related("owner", "closed_by")
    return _narrowed(found, owner, kind).order_by("-closed_at", "-pk")[:limit]


def _narrowed(found: QuerySet[StaffTask], owner: str, kind: str) -> QuerySet[StaffTask]:
    if owner == "none":
        found = found.filter(owner=None)
    elif owner:
        found = found.filter(owner_id=int(owner))
    return found.filter(kind=kind) if kind else found


def staff() -> QuerySet[Any]:
    """People who may be given a task."""
    people: QuerySet[Any] = get_user_model()._default_manager.filter(is_active=True, is_staff=True)
    return people.order_by("last_name", "email")


def overdue_count(now: datetime) -> int:
    return StaffTask.objects.filter(state=StaffTask.State.OPEN, due_at__lt=now).count()


def next_tasks(emails: Sequence[str]) -> dict[str, StaffTask]:
    """The open task about each address that is due first."""
    found: dict[str, StaffTask] = {}
    tasks = StaffTask.objects.filter(state=StaffTask.State.OPEN, email__in=[email for email in emails if email])
    for task in tasks.order_by("due_at", "pk"):
        found.setdefault(task.email, task)
    return found
