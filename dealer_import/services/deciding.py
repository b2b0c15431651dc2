from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dealer_import.exceptions import NotUndecided
from dealer_import.files import forget_file
from dealer_import.models import ImportRun
from dealer_import.services.queueing import queue_run
from dealer_import.services.watching import settle_source
from shopflow.core.services import audit


def release_run(*, run_id: int, actor: Any, note: str = "") -> ImportRun:
    """Let a held run, or a dry run that would be held, go ahead in spite of its brake; returns the run that will do it.

    ``note`` says why, for the log. Raises ``NotUndecided``, ``FileForgotten`` and ``Overtaken``.
    """
    with transaction.atomic():
        held = _decide(run_id, ImportRun.Decision.RELEASED, actor, note)
        return queue_run(follows=held, actor=actor)


def discard_run(*, run_id: int, actor: Any, note: str = "") -> None:
    """Drop a held run and its file. Raises ``NotUndecided``."""
    with transaction.atomic():
        held = _decide(run_id, ImportRun.Decision.DISCARDED, actor, note)
        transaction.on_commit(lambda: forget_file(held.stored_file))


def _decide(run_id: int, decision: ImportRun.Decision, actor: Any, note: str) -> ImportRun:
    list(ImportRun.objects.select_for_update().filter(pk=run_id).values_list("pk"))  # who comes second sees the first
    undecided = ImportRun.objects.filter(pk=run_id, outcome=ImportRun.Outcome.HELD, decision="", followed_by=None)
    if not undecided.update(decision=decision, decided_by=actor):
        raise NotUndecided(_("This run is not held, or somebody has decided on it already."))
    run = ImportRun.objects.get(pk=run_id)
    summary = f"{run} ({run.reason}): {decision.label}" + (f" – {note}" if note else "")
    audit(actor=actor, action=f"import_{decision}", target=run, summary=summary, data={"note": note})
    settle_source(run.source)
    return run
