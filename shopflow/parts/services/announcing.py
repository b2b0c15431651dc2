# ruff: noqa: S608 - the SQL is put together from names of tables only
from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL

from shopflow.core.services import publish
from shopflow.parts.events import CatalogueChanged
from shopflow.parts.services.garage import rebuild_vehicle_types
from shopflow.parts.services.merging import TOUCHED, Stage
from shopflow.parts.services.publishing import Moved, review_publishing
from shopflow.parts.services.succession import resolve_successions


def announce_change(
    *, run_id: int | None, changed: int, stage: Stage | None = None, moved: Moved = Moved.ANYTHING
) -> None:
    """Judge what may be public, then publish :class:`CatalogueChanged`; in the caller's transaction, once per run.

    ``stage`` are the staging tables of the run, while they exist: its parts are found without a look at all others.
    ``moved`` says what the run has changed of them.
    """
    if stage is not None:
        touched = Q(pk__in=RawSQL(_touched(stage), ()))  # noqa: S611  # nosec B611 - names of tables only
        review_publishing(touched, moved=moved)
    elif run_id is not None:
        review_publishing(Q(changed_by_run=run_id), moved=moved)
    key = f"catalogue:{run_id}" if run_id is not None else None
    publish(CatalogueChanged(run_id=run_id, changed=changed), source_key=key)


def _touched(stage: Stage) -> str:
    return f"""SELECT part_id FROM {stage.plan} WHERE {TOUCHED}
               UNION ALL SELECT part_id FROM {stage.missing} WHERE hides = 1"""


@transaction.atomic
def review_everything() -> int:
    """The regular sweep: successions, the list of vehicles, and what may be public. Returns how many products moved."""
    resolve_successions()
    rebuild_vehicle_types()
    changed = review_publishing()
    if changed:
        announce_change(run_id=None, changed=changed)
    return changed
