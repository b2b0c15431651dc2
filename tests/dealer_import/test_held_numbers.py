"""Whether the numbers of a held run still tell what its release would do."""

from __future__ import annotations

import pytest
from django.urls import reverse

from dealer_import import services
from shopflow.project.demo.catalogue import FILE

pytestmark = pytest.mark.django_db


def test_staff_hear_that_the_shop_has_changed_since_the_numbers_of_a_held_run(client, admin_user, bring_in, export):
    client.force_login(admin_user)
    first = bring_in(FILE)
    held = bring_in(export.write(export.good, stamp="22.11.2026 05:30"))
    assert (first.outcome, held.outcome) == ("applied", "held")
    page = reverse("shopflow-staff:import-run", args=[held.run])
    answer = client.get(page)
    assert (answer.context["may_decide"], answer.context["changed_since"]) == (True, None)
    undoing = services.rollback_run(run_id=first.run, actor=admin_user)
    answer = client.get(page)
    assert (answer.context["may_decide"], answer.context["changed_since"]) == (True, undoing)
    assert f"Seit diesen Zahlen hat Lauf #{undoing.pk} den Shop geändert" in answer.content.decode()
    client.post(reverse("shopflow-staff:import-decide", args=[held.run]), {"decision": "discarded"})
    assert client.get(page).context["changed_since"] is None
