from __future__ import annotations

from shopflow_dummy.models import GuestBookEntry


def write_entry(*, run_key: str, order_id: int, text: str) -> GuestBookEntry:
    """Write into the guest book; a second call with the same key finds the entry of the first."""
    entry, _ = GuestBookEntry.objects.get_or_create(run_key=run_key, defaults={"order_id": order_id, "text": text})
    return entry
