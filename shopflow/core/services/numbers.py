from __future__ import annotations

from django.db import transaction
from django.db.models import F

from shopflow.core.models import NumberSequence


def next_number(series: str) -> int:
    """Give out the next number of ``series``, from 1, without gaps.

    Must run inside the transaction that uses the number: the series stays locked until it ends, and a rollback
    gives the number back. Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("next_number() needs a transaction, or a rollback would leave a gap.")
    if not NumberSequence.objects.filter(series=series).update(last_value=F("last_value") + 1):
        NumberSequence.objects.get_or_create(series=series)
        NumberSequence.objects.filter(series=series).update(last_value=F("last_value") + 1)
    return NumberSequence.objects.values_list("last_value", flat=True).get(series=series)
