from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from shopflow.core.services import publish
from shopflow.parts.events import CatalogueChanged
from shopflow.parts.services.garage import rebuild_vehicle_types
from shopflow.parts.services.publishing import review_publishing
from shopflow.parts.services.succession import resolve_successions


def announce_change(*, run_id: int | None, changed: int) -> None:
    """Judge what may be public, then publish :class:`CatalogueChanged`; in the caller's transaction, once per run."""
    if run_id is not None:
        review_publishing(Q(changed_by_run=run_id))
    key = f"catalogue:{run_id}" if run_id is not None else None
    publish(CatalogueChanged(run_id=run_id, changed=changed), source_key=key)


@transaction.atomic
def review_everything() -> int:
    """The regular sweep: successions, the list of vehicles, and what may be public. Returns how many products moved."""
    resolve_successions()
    rebuild_vehicle_types()
    changed = review_publishing()
    if changed:
        announce_change(run_id=None, changed=changed)
    return changed
