"""A profile written by hand, and what staff are told where it does not hold."""

from __future__ import annotations

import pytest
from django.urls import reverse

from dealer_import.models import StoredProfile

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'mode = "full"\ndas [ ist',
            "Zeile 2 ist ab Zeichen 5 nicht lesbar. Dort muss ein Name, = und ein Wert stehen.",
        ),
        ('mode = "full', "Der Text endet zu früh: Ein Anführungszeichen oder eine Klammer ist noch offen."),
        ("mode = 1\nmode = 2", "Ein Name steht doppelt. In seinem Abschnitt darf jeder nur einmal stehen."),
        ("[a]\n[a]\n", "Ein Name steht doppelt. In seinem Abschnitt darf jeder nur einmal stehen."),
    ],
)
def test_what_is_no_toml_is_told_in_the_words_of_staff(client, admin_user, text, told):
    client.force_login(admin_user)
    answer = client.post(reverse("shopflow-staff:import-profile-toml", args=["sample_csv"]), {"text": text})
    assert (answer.status_code, answer.context["form"].errors["text"]) == (422, [told])
    assert StoredProfile.objects.count() == 0
