from __future__ import annotations

from django.db.models import OuterRef, Q, QuerySet, Subquery

from dealer_import.models import ImportRun, ReceivedFile


def stopped() -> Q:
    """Real runs that were held, refused or have failed."""
    return Q(dry_run=False) & (Q(outcome=ImportRun.Outcome.HELD) | _broken())


def troubled() -> Q:
    """What staff must hear of: runs that were stopped, and deliveries that could not even be checked."""
    delivered = ReceivedFile.objects.filter(state=ReceivedFile.State.TAKEN, run__isnull=False)
    return stopped() | (_broken() & Q(pk__in=delivered.values("run")))


def _broken() -> Q:
    return Q(outcome=ImportRun.Outcome.REFUSED) | Q(state=ImportRun.State.FAILED)


def undecided(source: str) -> QuerySet[ImportRun]:
    """Held runs of a source that nobody has released or discarded."""
    return ImportRun.objects.filter(source=source, outcome=ImportRun.Outcome.HELD, decision="", dry_run=False)


def is_stopped(source: str) -> bool:
    """Whether staff must look after a source: a held run waits, or the last one that ended was refused or failed."""
    if undecided(source).exists():
        return True
    ended = (ImportRun.State.DONE, ImportRun.State.FAILED)
    last = ImportRun.objects.filter(source=source, dry_run=False, state__in=ended).first()
    return last is not None and (last.state == ImportRun.State.FAILED or last.outcome == ImportRun.Outcome.REFUSED)


def deliveries_to_apply() -> QuerySet[ReceivedFile]:
    """The newest delivery of each source, where it waits as a dry run that would change something."""
    taken = ReceivedFile.objects.filter(state=ReceivedFile.State.TAKEN)
    newest = taken.filter(source=OuterRef("source")).order_by("-pk").values("pk")[:1]
    changes = Q(run__created__gt=0) | Q(run__changed__gt=0) | Q(run__hidden__gt=0)
    ready = Q(run__outcome=ImportRun.Outcome.APPLIED) | Q(run__outcome=ImportRun.Outcome.HELD, run__decision="")
    return taken.filter(changes, ready, pk=Subquery(newest), run__dry_run=True, run__followed_by=None)
