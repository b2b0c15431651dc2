"""How tasks come about, and how they end by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from shopflow.contracts.desk import task_kinds
from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.desk.events import StaffTaskClosed, StaffTaskOpened
from shopflow.desk.models import StaffTask


@transaction.atomic
def open_task(
    *,
    kind: str,
    title: str,
    due_at: datetime,
    dedupe_key: str,
    source: str,
    text: str = "",
    url: str = "",
    reference: str = "",
    email: str = "",
    about: str = "",
    owner: Any = None,
    actor: Any = None,
) -> StaffTask:
    """Give staff something to do; once per ``dedupe_key``: a second call returns the first task and changes nothing.

    ``url`` is a path of this shop. Raises UnknownCode for a ``kind`` that nobody registered and ValueError for an
    address elsewhere.
    """
    task_kinds.get(kind)
    if url and (not url.startswith("/") or url.startswith("//")):
        raise ValueError("A task leads to a page of this shop.")
    task, created = StaffTask.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "kind": kind,
            "title": title[:160],
            "text": text,
            "url": url[:300],
            "reference": reference,
            "email": email.strip().lower(),
            "source": source,
            "about": about,
            "due_at": due_at,
            "owner": owner,
            "created_by": actor,
            "created_at": clock.now(),
        },
    )
    if created:
        publish(StaffTaskOpened(task_id=task.pk, kind=kind, email=task.email, order_number=task.reference))
    return task


@transaction.atomic
def settle_tasks(*, about: str, note: str, actor: Any = None) -> int:
    """Close the open tasks that are ``about`` something, because it is over; returns how many there were."""
    found = StaffTask.objects.select_for_update(of=("self",)).filter(state=StaffTask.State.OPEN, about=about)
    tasks = list(found.order_by("pk"))
    for task in tasks:
        end(task, state=StaffTask.State.DONE, note=note, actor=actor)
    return len(tasks)


def end(task: StaffTask, *, state: str, note: str, actor: Any) -> None:
    """Close a locked, open task and say so."""
    task.state, task.closed_at, task.closed_by, task.closing_note = state, clock.now(), actor, note[:255]
    task.save(update_fields=["state", "closed_at", "closed_by", "closing_note"])
    publish(
        StaffTaskClosed(
            task_id=task.pk, kind=task.kind, result=str(state), email=task.email, order_number=task.reference
        )
    )
