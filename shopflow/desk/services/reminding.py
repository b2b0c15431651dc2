"""One mail a working day to each person who has something due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.timezone import localtime, make_aware

from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.links import absolute
from shopflow.core.queries import seller
from shopflow.core.workdays import is_working_day
from shopflow.desk.models import StaffTask
from shopflow.desk.services.handling import is_statutory
from shopflow.mailing.services import queue_message

FROM = time(8)
SHOWN = 50


def remind_owners() -> int:
    """Write to everybody who has a task that is overdue or due today; returns how many mails were queued.

    From 8 o'clock (the shop's time) on working days, and on any other day only for deadlines that the law sets. Tasks
    without an owner, or whose owner has left, go to the shop's own address. Asking again on the same day sends nothing.
    """
    now = clock.now()
    today = localtime(now).date()
    if localtime(now).time() < FROM:
        return 0
    due = StaffTask.objects.filter(state=StaffTask.State.OPEN, due_at__lt=_end_of(today)).order_by("due_at", "pk")
    tasks = [task for task in due if is_working_day(today) or is_statutory(task.kind)]
    per_owner: dict[int | None, list[StaffTask]] = defaultdict(list)
    addresses = _addresses({task.owner_id for task in tasks if task.owner_id})
    for task in tasks:
        per_owner[task.owner_id if task.owner_id in addresses else None].append(task)
    return sum(_write(owner, addresses.get(owner, ""), mine, today, now) for owner, mine in per_owner.items())


def _end_of(day: date) -> datetime:
    return make_aware(datetime.combine(day + timedelta(days=1), time()))


def _addresses(owners: set[int | None]) -> dict[int | None, str]:
    people = get_user_model()._default_manager.filter(pk__in=owners, is_active=True, is_staff=True).exclude(email="")
    return dict(people.values_list("pk", "email"))


def _write(owner: int | None, to: str, tasks: Sequence[StaffTask], today: date, now: datetime) -> int:
    to = to or seller().email
    if not to:
        return 0
    queue_message(
        dedupe_key=f"desk:{owner or 0}:{today.isoformat()}",
        template="desk_digest",
        to=to,
        context={
            "count": len(tasks),
            "overdue": sum(task.is_overdue(now) for task in tasks),
            "tasks": [_in_words(task, now) for task in tasks[:SHOWN]],
            "more": max(len(tasks) - SHOWN, 0),
            "list_url": absolute(reverse("shopflow-staff:tasks")),
        },
        mail_class=MailClass.STAFF,
        language=settings.LANGUAGE_CODE,
    )
    return 1


def _in_words(task: StaffTask, now: datetime) -> dict[str, object]:
    return {
        "title": task.title,
        "due_at": task.due_at,
        "overdue": task.is_overdue(now),
        "url": absolute(reverse("shopflow-staff:task", args=[task.pk])),
    }
