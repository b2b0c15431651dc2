"""Signing up sends a mail to an address that somebody has typed; one connection may do so a few times an hour."""

from __future__ import annotations

import pytest
from django.urls import reverse

from shopflow.audience.models import ConsentRequest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def sign_up(client, number, **meta):
    words = {"email": f"person{number}@example.org", "agree": "on", "website": ""}
    return client.post(reverse("shopflow-audience:newsletter"), words, **meta)


def test_one_connection_signs_up_ten_addresses_an_hour(client):
    answers = [sign_up(client, number).status_code for number in range(11)]

    assert answers == [302] * 10 + [429]
    assert ConsentRequest.objects.count() == 10


def test_the_refusal_says_what_to_do(client):
    for number in range(10):
        sign_up(client, number)
    refused = sign_up(client, 11)

    assert refused.context["form"].errors["email"]
    assert refused.context["form"]["email"].value() == "person11@example.org"
    assert sign_up(client, 12, REMOTE_ADDR="198.51.100.9").status_code == 302
