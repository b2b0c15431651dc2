"""What staff do with tasks. Each verb locks the row, so that two people at once cannot undo each other unseen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from shopflow.contracts.desk import task_kinds
from shopflow.contracts.registry import UnknownCode
from shopflow.core import clock
from shopflow.desk.exceptions import ReasonMissing, TaskClosed
from shopflow.desk.models import StaffTask, TaskNote
from shopflow.desk.services.opening import end


@transaction.atomic
def assign_task(*, task_id: int, owner: Any, actor: Any) -> bool:
    """Make ``owner`` (a staff member, or None for nobody) the one who does it; False if that was so already."""
    task = _open(task_id)
    if task.owner_id == (owner.pk if owner else None):
        return False
    task.owner = owner
    task.save(update_fields=["owner"])
    sentence = _("Taken over by %(person)s.") % {"person": owner} if owner else _("Nobody does it at present.")
    _write(task, actor, sentence)
    return True


@transaction.atomic
def postpone_task(*, task_id: int, due_at: datetime, reason: str, actor: Any) -> None:
    """Set another date. A deadline of the law needs a reason; raises :class:`ReasonMissing` without one."""
    task = _open(task_id)
    _need_reason(task, reason)
    task.due_at = due_at
    task.save(update_fields=["due_at"])
    moment = date_format(localtime(due_at), "SHORT_DATETIME_FORMAT")
    _write(task, actor, " ".join([_("Due on %(moment)s now.") % {"moment": moment}, reason]).strip())


@transaction.atomic
def close_task(*, task_id: int, done: bool, note: str, actor: Any) -> None:
    """End a task as done or dismissed. Raises :class:`TaskClosed` if it is ended, :class:`ReasonMissing` if a
    deadline of the law would be dismissed without ``note``.
    """
    task = _open(task_id)
    if not done:
        _need_reason(task, note)
    end(task, state=StaffTask.State.DONE if done else StaffTask.State.DISMISSED, note=note, actor=actor)


@transaction.atomic
def reopen_task(*, task_id: int, actor: Any) -> bool:
    """Take up a closed task again; False if it is open."""
    task = _locked(task_id)
    if task.is_open:
        return False
    task.state, task.closed_at, task.closed_by, task.closing_note = StaffTask.State.OPEN, None, None, ""
    task.save(update_fields=["state", "closed_at", "closed_by", "closing_note"])
    _write(task, actor, _("Taken up again."))
    return True


@transaction.atomic
def add_note(*, task_id: int, text: str, actor: Any) -> TaskNote:
    """Keep a remark with the task, open or closed."""
    return _write(_locked(task_id), actor, text)


def _locked(task_id: int) -> StaffTask:
    return StaffTask.objects.select_for_update(of=("self",)).get(pk=task_id)


def _open(task_id: int) -> StaffTask:
    task = _locked(task_id)
    if not task.is_open:
        raise TaskClosed(_("This task is closed. Take it up again first."))
    return task


def _need_reason(task: StaffTask, reason: str) -> None:
    if is_statutory(task.kind) and not reason.strip():
        raise ReasonMissing(_("The law sets this deadline. Write down why it is moved or left out."))


def is_statutory(kind: str) -> bool:
    """Whether the law sets the deadline; a kind whose plugin is gone counts as not."""
    try:
        return task_kinds.get(kind).statutory
    except UnknownCode:
        return False


def _write(task: StaffTask, actor: Any, text: str) -> TaskNote:
    return TaskNote.objects.create(task=task, author=actor, text=text[:500], at=clock.now())
