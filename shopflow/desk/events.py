from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclass(frozen=True, kw_only=True)
class StaffTaskOpened(Event):
    """There is something new for staff to do."""

    code = "staff_task_opened"
    label = _("A staff task was opened")
    description = _("There is a new task for the staff.")

    task_id: int
    kind: str
    email: str
    order_number: str


@events.register
@dataclass(frozen=True, kw_only=True)
class StaffTaskClosed(Event):
    """A task is done or was dismissed; ``result`` is ``done`` or ``dismissed``."""

    code = "staff_task_closed"
    label = _("A staff task was closed")
    description = _("A task of the staff was done or dismissed.")

    task_id: int
    kind: str
    result: str
    email: str
    order_number: str
