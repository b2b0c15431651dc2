"""Several workers give points to one person at once: none is lost, none counts twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from shopflow.audience.models import Contact, ScoreEntry
from shopflow.audience.services import give_points
from tests.audience.people import contact


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="several workers need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_i08_points_of_eight_workers_add_up(seller):
    anna = contact()

    def give(worker: int) -> list[bool]:
        try:
            return [
                give_points(contact=anna, points=3, reason="Messe", source_key=key)
                for number in range(4)
                for key in (f"{worker}:{number}", f"shared:{number}")
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        given = [answer for answers in pool.map(give, range(8)) for answer in answers]

    assert given.count(True) == 8 * 4 + 4
    assert ScoreEntry.objects.count() == 36
    assert Contact.objects.values_list("score", flat=True).get(pk=anna.pk) == 108
