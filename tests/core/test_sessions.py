from __future__ import annotations

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import transaction

from shopflow.core import sessions
from shopflow.core.sessions import SessionStore


def saved(**content):
    session = SessionStore()
    session.update(content)
    session.save()
    return session


@pytest.mark.django_db(transaction=True)
def test_a_session_is_written_in_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        session = saved(basket=1)
    session["basket"] = 2
    with django_assert_num_queries(1):
        session.save()

    assert SessionStore(session.session_key)["basket"] == 2


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_taken_is_not_taken_twice(monkeypatch):
    first = saved(owner="first")
    keys = iter([first.session_key, "k" * 32])
    monkeypatch.setattr(sessions, "get_random_string", lambda *args: next(keys))
    second = saved(owner="second")

    assert second.session_key == "k" * 32
    assert SessionStore(first.session_key)["owner"] == "first"
    assert SessionStore(second.session_key)["owner"] == "second"


@pytest.mark.django_db(transaction=True)
def test_a_session_that_was_deleted_meanwhile_is_not_written_again():
    session = saved(basket=1)
    Session.objects.all().delete()
    session["basket"] = 2

    with pytest.raises(UpdateError):
        session.save()
    assert Session.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_taken_key_does_not_spoil_the_transaction_around_it(monkeypatch):
    first = saved(owner="first")
    keys = iter([first.session_key, "k" * 32])
    monkeypatch.setattr(sessions, "get_random_string", lambda *args: next(keys))
    with transaction.atomic():
        saved(owner="second")
        assert Session.objects.count() == 2
