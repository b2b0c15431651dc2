"""The import's verbs, and the only writer of its tables."""

from dealer_import.services.deciding import discard_run, release_run
from dealer_import.services.drafting import begin_draft, change_draft, drop_draft, finish_draft, try_draft
from dealer_import.services.origins import forget_old_files, save_origin
from dealer_import.services.profiles import restore_version, save_profile
from dealer_import.services.queueing import execute_run, queue_run, queue_upload
from dealer_import.services.receiving import FileForgotten, look_at_due_origins, look_at_origin, take_again
from dealer_import.services.running import run_import

__all__ = [
    "FileForgotten",
    "begin_draft",
    "change_draft",
    "discard_run",
    "drop_draft",
    "execute_run",
    "finish_draft",
    "forget_old_files",
    "look_at_due_origins",
    "look_at_origin",
    "queue_run",
    "queue_upload",
    "release_run",
    "restore_version",
    "run_import",
    "save_origin",
    "save_profile",
    "take_again",
    "try_draft",
]
