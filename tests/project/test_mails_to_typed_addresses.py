"""Anybody can type in anybody's address: what then goes there is little, and says nothing about who is known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from shopflow.core import clock
from shopflow.mailing.models import Message
from tests.oscar_ext.checkout_support import product

pytestmark = pytest.mark.django_db


def ask(client, email):
    return client.post("/password-reset/", {"email": email})


def test_nobody_can_flood_an_address_with_password_mails(client):
    get_user_model().objects.create_user("kunde@example.org", "geheim-1234")
    get_user_model().objects.create_user("andere@example.org", "geheim-1234")

    answers = {ask(client, "kunde@example.org").status_code for _ in range(5)}

    assert answers == {302}
    assert Message.objects.filter(to_email="kunde@example.org").count() == 3
    ask(client, "andere@example.org")
    assert Message.objects.filter(to_email="andere@example.org").count() == 1
    clock.move_forward(timedelta(hours=1, seconds=1))
    ask(client, "kunde@example.org")
    assert Message.objects.filter(to_email="kunde@example.org").count() == 4


def test_the_answer_is_the_same_for_an_unknown_address(client):
    get_user_model().objects.create_user("kunde@example.org", "geheim-1234")

    known, unknown = ask(client, "kunde@example.org"), ask(client, "niemand@example.org")

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert Message.objects.count() == 1


def test_the_checkout_does_not_tell_who_has_an_account(client):
    get_user_model().objects.create_user("kunde@example.org", "geheim-1234")
    client.post(f"/basket/add/{product().pk}/", {"quantity": 1})

    for email in ("kunde@example.org", "niemand@example.org"):
        answer = client.post("/checkout/", {"username": email, "options": "anonymous"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/checkout/shipping-address/")
