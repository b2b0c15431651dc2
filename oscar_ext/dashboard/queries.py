"""Reads for the first page of the staff area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from oscar_ext.order.statuses import LABELS, status_label
from shopflow.contracts.types import Label

OPEN = ("new", "paid", "in_work", "ready_for_pickup", "shipped")
"""Statuses on which somebody still has to do something, in the order of an order's life."""


@dataclass(frozen=True)
class StatusCount:
    """How many orders stand at a status."""

    status: str
    label: Label
    count: int


def orders_by_status(breakdown: Iterable[Mapping[str, Any]]) -> list[StatusCount]:
    """The open statuses, empty ones too, and then those of the host shop's own; ``breakdown`` is Oscar's grouping."""
    counted = {row["status"]: row["freq"] for row in breakdown}
    own = [status for status in counted if status not in LABELS]
    return [StatusCount(status, status_label(status), counted.get(status, 0)) for status in (*OPEN, *sorted(own))]
