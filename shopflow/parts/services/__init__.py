"""The parts room's verbs, and the only writer of its tables."""

from shopflow.parts.services.announcing import announce_change
from shopflow.parts.services.merging import (
    Stage,
    add_brands,
    insert_records,
    mark_missing,
    merge_fitments,
    merge_references,
    merge_successions,
    record_price_changes,
    remember_unchanged,
    update_records,
)

__all__ = [
    "Stage",
    "add_brands",
    "announce_change",
    "insert_records",
    "mark_missing",
    "merge_fitments",
    "merge_references",
    "merge_successions",
    "record_price_changes",
    "remember_unchanged",
    "update_records",
]
