from __future__ import annotations

from typing import Any

from django.db.models import Model

from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.models import AuditEntry


def audit(*, actor: Any, action: str, target: Model, summary: str, data: JSONDict | None = None) -> AuditEntry:
    """Record that ``actor`` (a user, or None for the system) did ``action`` to ``target``; same transaction."""
    return AuditEntry.objects.create(
        actor=actor if actor is not None and actor.is_authenticated else None,
        action=action,
        object_type=target._meta.label,
        object_id=str(target.pk),
        summary=summary[:255],
        data=data or {},
        at=clock.now(),
    )
