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
    number = _count_up(series)
    if number is None:
        NumberSequence.objects.get_or_create(series=series)
        number = _count_up(series)
    if number is None:
        raise RuntimeError(f"The series “{series}” was deleted while a number was taken from it.")
    return number


def _count_up(series: str) -> int | None:
    """Lock the series and raise it; None if there is no such series. One statement where the database can."""
    connection = transaction.get_connection()
    if not connection.features.can_return_columns_from_insert:
        if not NumberSequence.objects.filter(series=series).update(last_value=F("last_value") + 1):
            return None
        return NumberSequence.objects.values_list("last_value", flat=True).get(series=series)
    table = connection.ops.quote_name(NumberSequence._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET last_value = last_value + 1 WHERE series = %s RETURNING last_value",  # noqa: S608
            [series],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None
