from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any, TypeVar

from django.db import transaction

from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.exceptions import BrokenChain
from shopflow.core.models import ChainedRecord

R = TypeVar("R", bound=ChainedRecord)


def _digest(previous: str, chain: str, position: int, content: JSONDict, recorded_at: Any) -> str:
    body = json.dumps(
        [previous, chain, position, content, recorded_at.astimezone(UTC).isoformat()],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(body.encode()).hexdigest()


def append_record(model: type[R], *, chain: str, content: JSONDict, **fields: Any) -> R:
    """Append ``content`` to ``chain`` and return the record; ``fields`` are further columns of ``model``.

    Two writers that append to one chain at once are kept apart by the unique position: the second one's
    transaction fails and must be repeated.
    """
    with transaction.atomic():
        records = model._default_manager
        last = records.filter(chain=chain).select_for_update().order_by("-position").first()
        position = last.position + 1 if last else 1
        previous = last.hash if last else ""
        recorded_at = clock.now().replace(microsecond=0)
        return records.create(
            chain=chain,
            position=position,
            content=content,
            previous_hash=previous,
            hash=_digest(previous, chain, position, content, recorded_at),
            recorded_at=recorded_at,
            **fields,
        )


def verify_chain(model: type[R], *, chain: str) -> int:
    """Check every record of ``chain`` and return how many there are; raise :class:`BrokenChain` if one is wrong."""
    previous, count = "", 0
    for record in model._default_manager.filter(chain=chain).order_by("position").iterator():
        count += 1
        wanted = _digest(previous, chain, count, record.content, record.recorded_at)
        if record.position != count or record.previous_hash != previous or record.hash != wanted:
            raise BrokenChain(f"The chain “{chain}” is broken at position {count}.")
        previous = record.hash
    return count
