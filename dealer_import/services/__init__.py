"""The import's verbs, and the only writer of its tables."""

from dealer_import.services.deciding import discard_run, release_run
from dealer_import.services.drafting import begin_draft, change_draft, drop_draft, finish_draft, try_draft
from dealer_import.services.profiles import restore_version, save_profile
from dealer_import.services.queueing import execute_run, queue_run, queue_upload
from dealer_import.services.running import run_import

__all__ = [
    "begin_draft",
    "change_draft",
    "discard_run",
    "drop_draft",
    "execute_run",
    "finish_draft",
    "queue_run",
    "queue_upload",
    "release_run",
    "restore_version",
    "run_import",
    "save_profile",
    "try_draft",
]
