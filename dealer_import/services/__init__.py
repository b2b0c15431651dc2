"""The import's verbs, and the only writer of its tables."""

from dealer_import.exceptions import FileForgotten
from dealer_import.services.comparing import (
    cancel_comparison,
    compare_profiles,
    queue_comparison,
    switch_profile,
    why_not_switched,
)
from dealer_import.services.correcting import queue_correction
from dealer_import.services.deciding import discard_run, release_run
from dealer_import.services.drafting import (
    begin_draft,
    change_draft,
    choose_source,
    drop_draft,
    finish_draft,
    try_draft,
)
from dealer_import.services.feeding import build_feed, save_feed_settings
from dealer_import.services.forgetting import forget_old_values, forget_unused_files
from dealer_import.services.notifying import notify_staff, send_digest
from dealer_import.services.origins import forget_old_files, save_origin
from dealer_import.services.owning import lock_field, note_edit, unlock_field
from dealer_import.services.picturing import Attached, attach_media
from dealer_import.services.profiles import restore_version, save_profile
from dealer_import.services.queueing import execute_run, queue_run, queue_upload
from dealer_import.services.reaping import reap_dead_comparisons, reap_dead_runs
from dealer_import.services.receiving import look_at_due_origins, look_at_origin, take_again
from dealer_import.services.rolling_back import queue_rollback, rollback_run
from dealer_import.services.running import run_import
from dealer_import.services.supplying import NothingToOrder, save_supplier, send_supplier_order
from dealer_import.services.switching import switch_due_prices
from dealer_import.services.watching import announce_stopped_runs, settle_source
from dealer_import.services.watching_stock import announce_low_stock, send_reorder_digest

__all__ = [
    "Attached",
    "FileForgotten",
    "NothingToOrder",
    "announce_low_stock",
    "announce_stopped_runs",
    "attach_media",
    "begin_draft",
    "build_feed",
    "cancel_comparison",
    "change_draft",
    "choose_source",
    "compare_profiles",
    "discard_run",
    "drop_draft",
    "execute_run",
    "finish_draft",
    "forget_old_files",
    "forget_old_values",
    "forget_unused_files",
    "lock_field",
    "look_at_due_origins",
    "look_at_origin",
    "note_edit",
    "notify_staff",
    "queue_comparison",
    "queue_correction",
    "queue_rollback",
    "queue_run",
    "queue_upload",
    "reap_dead_comparisons",
    "reap_dead_runs",
    "release_run",
    "restore_version",
    "rollback_run",
    "run_import",
    "save_feed_settings",
    "save_origin",
    "save_profile",
    "save_supplier",
    "send_digest",
    "send_reorder_digest",
    "send_supplier_order",
    "settle_source",
    "switch_due_prices",
    "switch_profile",
    "take_again",
    "try_draft",
    "unlock_field",
    "why_not_switched",
]
