from __future__ import annotations

from django.db.models import Q, QuerySet

from dealer_import.models import ImportRun


def stopped() -> Q:
    """Runs that were held or have failed."""
    return Q(outcome=ImportRun.Outcome.HELD) | Q(state=ImportRun.State.FAILED)


def undecided(source: str) -> QuerySet[ImportRun]:
    """Held runs of a source that nobody has released or discarded."""
    return ImportRun.objects.filter(source=source, outcome=ImportRun.Outcome.HELD, decision="", dry_run=False)


def is_stopped(source: str) -> bool:
    """Whether staff must look after a source: a held run waits, or the last one that ended has failed."""
    if undecided(source).exists():
        return True
    ended = (ImportRun.State.DONE, ImportRun.State.FAILED)
    last = ImportRun.objects.filter(source=source, dry_run=False, state__in=ended).first()
    return last is not None and last.state == ImportRun.State.FAILED
