from __future__ import annotations

from shopflow.desk.services.handling import add_note, assign_task, close_task, postpone_task, reopen_task
from shopflow.desk.services.opening import open_task, settle_tasks
from shopflow.desk.services.people import erase_person, export_person
from shopflow.desk.services.reminding import remind_owners

__all__ = [
    "add_note",
    "assign_task",
    "close_task",
    "erase_person",
    "export_person",
    "open_task",
    "postpone_task",
    "remind_owners",
    "reopen_task",
    "settle_tasks",
]
