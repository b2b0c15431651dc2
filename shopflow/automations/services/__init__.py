"""The automations' verbs, and the only writer of their tables."""

from shopflow.automations.services.entries import handle_event
from shopflow.automations.services.flows import publish_version, switch_flow, sync_builtin_flows
from shopflow.automations.services.people import erase_person, export_person
from shopflow.automations.services.staff import exit_run, resume_run, skip_step
from shopflow.automations.services.worker import BATCH, run_due

__all__ = [
    "BATCH",
    "erase_person",
    "exit_run",
    "export_person",
    "handle_event",
    "publish_version",
    "resume_run",
    "run_due",
    "skip_step",
    "switch_flow",
    "sync_builtin_flows",
]
