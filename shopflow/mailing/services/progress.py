"""How far a group of messages has been handed over: on disk before each of them leaves.

“Being sent” is committed for a whole group at once and says of each of its messages that it has perhaps left. Which one
is in hand is said by one small row that every hand-over changes first, with a commit of its own. When the worker dies,
those before it were dealt with, those behind it have not left, and nothing is in doubt but the one in hand. The row is
also what the group is held by: whoever finds it after its lease takes it away, and a worker that was only slow stops.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from shopflow.mailing.models import HandOver

_REACH = f"UPDATE {HandOver._meta.db_table} SET position = %s WHERE id = %s"  # noqa: S608 - our own name


class Progress:
    """The row of a group that is about to leave, written in the transaction that commits “being sent”."""

    def __init__(self, keys: Sequence[int], lease_until: datetime) -> None:
        self._row = HandOver.objects.create(keys=list(keys), lease_until=lease_until)

    def reach(self, position: int) -> bool:
        """Say that the message at ``position``, from 1, is in hand now; False if the group is not ours any more."""
        with connection.cursor() as cursor:
            cursor.execute(_REACH, [position, self._row.pk])
            return bool(cursor.rowcount == 1)

    def end(self) -> None:
        """Nothing of the group is on its way any more; in the transaction that writes down what became of it."""
        HandOver.objects.filter(pk=self._row.pk).delete()
