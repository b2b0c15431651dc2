"""The import's verbs, and the only writer of its tables."""

from dealer_import.services.deciding import discard_run, release_run
from dealer_import.services.queueing import execute_run, queue_run, queue_upload
from dealer_import.services.running import run_import

__all__ = ["discard_run", "execute_run", "queue_run", "queue_upload", "release_run", "run_import"]
