"""What tasks say about customers."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from shopflow.contracts.types import JSONDict
from shopflow.desk.models import StaffTask, TaskNote
from shopflow.mailing.addresses import named


def export_person(email: str) -> JSONDict:
    """The tasks about ``email`` with their notes."""
    tasks = StaffTask.objects.filter(named("email", email)).prefetch_related("notes").order_by("pk")
    rows = [
        {
            "title": task.title,
            "text": task.text,
            "due_at": task.due_at.isoformat(),
            "state": task.state,
            "closing_note": task.closing_note,
            "notes": [{"at": note.at.isoformat(), "text": note.text} for note in task.notes.all()],
        }
        for task in tasks
    ]
    return {"tasks": rows} if rows else {}


@transaction.atomic
def erase_person(email: str) -> int:
    """Forget ``email`` in tasks: what is closed goes, what is open keeps its work and loses the person."""
    mine = StaffTask.objects.filter(named("email", email))
    count = mine.count()
    mine.exclude(state=StaffTask.State.OPEN).delete()
    TaskNote.objects.filter(task__in=mine).delete()
    mine.update(email="", title=_("Task about a person who was erased"), text="")
    return count
