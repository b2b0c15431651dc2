from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from shopflow.core import clock
from shopflow.desk.services import open_task

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A Monday at ten in Berlin; call it with another moment to set the clock."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_to(MONDAY)
    return set_to


@pytest.fixture
def make_person(db: None) -> Any:
    def make(email: str, *permissions: str, staff: bool = True) -> Any:
        user = get_user_model().objects.create_user(email, "secret-word-1")
        user.is_staff = staff
        user.save()
        rights = Permission.objects.filter(content_type__app_label="shopflow_desk", codename__in=permissions)
        assert len(rights) == len(permissions)
        user.user_permissions.set(rights)
        return user

    return make


@pytest.fixture
def make_task(db: None) -> Any:
    def make(key: str = "call:1", **words: Any) -> Any:
        given = {
            "kind": "follow_up",
            "title": "Rückruf zur Bremse",
            "due_at": MONDAY,
            "source": "staff",
        }
        return open_task(dedupe_key=key, **{**given, **words})

    return make
