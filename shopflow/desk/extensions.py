"""What the tasks plug into the sockets: kinds, the staff's pages and a note on their first page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import URLPattern, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.contacts import ContactCell, ContactColumn, ShownContact, contact_columns
from shopflow.contracts.desk import TaskKind, task_kinds
from shopflow.contracts.pages import AttentionNote, StaffPage, attention_notes, staff_pages
from shopflow.core import clock
from shopflow.desk import personal_data, queries  # noqa: F401
from shopflow.desk.urls import urlpatterns


@task_kinds.register
class FollowUp(TaskKind):
    code = "follow_up"
    label = _("Follow up")
    icon = "phone"


@task_kinds.register
class HotLead(TaskKind):
    code = "hot_lead"
    label = _("Hot lead")
    icon = "flame"


@task_kinds.register
class HeldImport(TaskKind):
    code = "held_import"
    label = _("Held import")
    icon = "import"


@task_kinds.register
class StatutoryDeadline(TaskKind):
    code = "statutory_deadline"
    label = _("Deadline of the law")
    icon = "scale"
    statutory = True


@task_kinds.register
class ContentReview(TaskKind):
    code = "content_review"
    label = _("Check of texts and results")
    icon = "book-open-check"


@contact_columns.register
class NextTask(ContactColumn):
    """What is to be done next about a lead."""

    code = "next_task"
    label = _("Next task")
    position = 10
    permission = "shopflow_desk.view_stafftask"

    def cells(self, contacts: Sequence[ShownContact]) -> Mapping[int, ContactCell]:
        first = queries.next_tasks([contact.email for contact in contacts])
        now = clock.now()
        return {
            contact.contact_id: ContactCell(
                text=f"{date_format(localtime(task.due_at), 'SHORT_DATE_FORMAT')} {task.title}",
                url=reverse("shopflow-staff:task", args=[task.pk]),
                is_urgent=task.is_overdue(now),
            )
            for contact in contacts
            if (task := first.get(contact.email)) is not None
        }


@staff_pages.register
class TasksPage(StaffPage):
    code = "tasks"
    label = _("Tasks")
    group = _("Customers")
    icon = "square-check-big"
    position = 10
    permission = "shopflow_desk.view_stafftask"
    url_name = "tasks"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return urlpatterns


@attention_notes.register
class OverdueTasks(AttentionNote):
    code = "tasks_overdue"
    label = _("overdue tasks")
    hint = _("Do them, give them to somebody else or set another date.")
    icon = "square-check-big"
    position = 15
    permission = "shopflow_desk.view_stafftask"

    def count(self) -> int:
        return queries.overdue_count(clock.now())

    def url(self) -> str:
        return reverse("shopflow-staff:tasks")
