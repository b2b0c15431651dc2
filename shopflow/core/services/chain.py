from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
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
    """Append ``content`` to ``chain`` and return the record; ``fields`` are further columns of ``model``."""
    return append_records(model, chain=chain, contents=[content], columns=[fields])[0]


def append_records(
    model: type[R],
    *,
    chain: str,
    contents: Sequence[JSONDict],
    columns: Sequence[Mapping[str, Any]],
    is_new: bool = False,
) -> list[R]:
    """Append several contents to ``chain`` in one go, each with its own further ``columns``.

    ``is_new`` spares the search for the last record of a chain whose subject was made in this transaction.

    Two writers that append to one chain at once are kept apart by the unique position: the second one's
    transaction fails and must be repeated.
    """
    recorded_at = clock.now().replace(microsecond=0)
    with transaction.atomic(savepoint=False):
        last = None if is_new else _last(model, chain)
        position, previous = (last.position, last.hash) if last else (0, "")
        records: list[R] = []
        for content, fields in zip(contents, columns, strict=True):
            position += 1
            digest = _digest(previous, chain, position, content, recorded_at)
            records.append(
                model(
                    chain=chain,
                    position=position,
                    content=content,
                    previous_hash=previous,
                    hash=digest,
                    recorded_at=recorded_at,
                    **fields,
                )
            )
            previous = digest
        return model._default_manager.bulk_create(records)


def _last(model: type[R], chain: str) -> R | None:
    return model._default_manager.filter(chain=chain).select_for_update().order_by("-position").first()


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
