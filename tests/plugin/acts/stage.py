"""What the acts share: a Django that is set up, and a staff member at the browser."""

from __future__ import annotations

import django

django.setup()

from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from django.test.utils import setup_test_environment

from shopflow.contracts.events import Event
from shopflow.core.services import publish

setup_test_environment()


def staff() -> Client:
    user, _ = get_user_model().objects.get_or_create(
        email="staff@example.org", defaults={"is_staff": True, "is_superuser": True}
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def announce(event: Event) -> None:
    with transaction.atomic():
        publish(event)


def text_of(client: Client, path: str) -> str:
    """The page's text; fails with its address unless it answers 200."""
    answer = client.get(path)
    assert answer.status_code == 200, f"{path} answered {answer.status_code}"
    return answer.content.decode()
