from __future__ import annotations

from django.db.models import Q

from shopflow.core.services import publish
from shopflow.parts.events import CatalogueChanged
from shopflow.parts.services.publishing import review_publishing


def announce_change(*, run_id: int | None, changed: int) -> None:
    """Judge what may be public, then publish :class:`CatalogueChanged`; in the caller's transaction, once per run."""
    if run_id is not None:
        review_publishing(Q(changed_by_run=run_id))
    key = f"catalogue:{run_id}" if run_id is not None else None
    publish(CatalogueChanged(run_id=run_id, changed=changed), source_key=key)
