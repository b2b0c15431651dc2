from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from dealer_import.events import ImportSettled, ImportStopped
from dealer_import.models import ImportRun
from dealer_import.queries.stopped import is_stopped, stopped
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import publish
from shopflow.desk.services import settle_tasks

FORGOTTEN = timedelta(days=2)
"""What is older is no news any more."""


@transaction.atomic
def announce_stopped_runs() -> int:
    """Publish ``import_stopped`` for runs that were held, refused or failed, once each; returns how many."""
    runs = ImportRun.objects.filter(stopped(), created_at__gt=clock.now() - FORGOTTEN).order_by("pk")
    wanted = {_key(run): run for run in runs}
    told = set(OutboxEvent.objects.filter(source_key__in=wanted).values_list("source_key", flat=True))
    return sum(_announce(run) for key, run in wanted.items() if key not in told)


def _key(run: ImportRun) -> str:
    return f"import:{run.pk}:stopped"


def _announce(run: ImportRun) -> bool:
    event = ImportStopped(
        run_id=run.pk,
        source=run.source,
        file_name=run.file_name,
        why="held" if run.outcome == ImportRun.Outcome.HELD else "failed",
        reason=run.reason,
        page=reverse("shopflow-staff:import-run", args=[run.pk]),
    )
    return publish(event, source_key=_key(run)) is not None


@transaction.atomic
def settle_source(source: str) -> bool:
    """Close the tasks about a source that goes on again, and say so; False while something of it still waits."""
    if is_stopped(source):
        return False
    if settle_tasks(about=f"import:{source}", note=_("The import goes on.")):
        publish(ImportSettled(source=source))
    return True
