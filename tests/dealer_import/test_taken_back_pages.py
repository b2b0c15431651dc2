"""What staff see of a run that was taken back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from dealer_import import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def days(bring_in, export):
    """Two days, with another price on the second. Returns the second day's report."""
    first, *rest = export.good
    bring_in(export.write([first, *rest]))
    return bring_in(export.write([first.replace(b";27,65;", b";28,65;"), *rest], stamp="22.11.2026 05:30"))


def test_staff_see_in_the_list_and_on_the_page_that_a_run_was_taken_back(days, client, admin_user):
    client.force_login(admin_user)
    listed, page = reverse("shopflow-staff:import-runs"), reverse("shopflow-staff:import-run", args=[days.run])
    another = "davon hat jetzt einen anderen Wert im Shop"
    undoing = services.queue_rollback(run_id=days.run, actor=admin_user)
    told = client.get(listed).content.decode(), client.get(page).content.decode()
    assert (">zurückgenommen<" in told[0], ">zurückgenommen<" in told[1], another in told[1]) == (False, False, True)
    assert f"· Rücknahme eines Laufs #{days.run}<" in told[0]
    services.execute_run(run_id=undoing.pk)
    told = client.get(listed).content.decode(), client.get(page).content.decode()
    assert (told[0].count(">zurückgenommen<"), told[1].count(">zurückgenommen<"), another in told[1]) == (1, 1, False)
    assert " – zurückgenommen (Teile geändert / ausgeblendet) " in told[1]
