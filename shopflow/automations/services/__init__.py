"""The automations' verbs, and the only writer of their tables."""

from shopflow.automations.services.calls import take_call
from shopflow.automations.services.control import (
    add_closure,
    block_person,
    halt_all,
    pause_flow,
    remove_closure,
    save_report_rules,
    save_rules,
)
from shopflow.automations.services.drafts import (
    change_draft,
    create_flow,
    definition_in,
    describe_flow,
    discard_draft,
    import_definition,
    open_draft,
    publish_draft,
    step_through_draft,
)
from shopflow.automations.services.entries import begin_by_hand, handle_event, refuse_dropped
from shopflow.automations.services.flows import (
    publish_version,
    renew_delivered,
    roll_back,
    switch_flow,
    sync_builtin_flows,
)
from shopflow.automations.services.migrating import migrate_runs
from shopflow.automations.services.people import erase_person, export_person
from shopflow.automations.services.replanning import replan_waits
from shopflow.automations.services.staff import exit_run, move_run, resume_run, send_now, skip_step
from shopflow.automations.services.worker import BATCH, run_due

__all__ = [
    "BATCH",
    "add_closure",
    "begin_by_hand",
    "block_person",
    "change_draft",
    "create_flow",
    "definition_in",
    "describe_flow",
    "discard_draft",
    "erase_person",
    "exit_run",
    "export_person",
    "halt_all",
    "handle_event",
    "import_definition",
    "migrate_runs",
    "move_run",
    "open_draft",
    "pause_flow",
    "publish_draft",
    "publish_version",
    "refuse_dropped",
    "remove_closure",
    "renew_delivered",
    "replan_waits",
    "resume_run",
    "roll_back",
    "run_due",
    "save_report_rules",
    "save_rules",
    "send_now",
    "skip_step",
    "step_through_draft",
    "switch_flow",
    "sync_builtin_flows",
    "take_call",
]
