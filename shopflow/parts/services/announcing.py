from __future__ import annotations

from shopflow.core.services import publish
from shopflow.parts.events import CatalogueChanged


def announce_change(*, run_id: int | None, changed: int) -> None:
    """Publish :class:`CatalogueChanged` in the caller's transaction, once per run."""
    key = f"catalogue:{run_id}" if run_id is not None else None
    publish(CatalogueChanged(run_id=run_id, changed=changed), source_key=key)
