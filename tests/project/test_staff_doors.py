"""Every page below the staff area, found by its registration, stays shut for whoever has no business there."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EXAMPLES = {"IntConverter": "1", "UUIDConverter": str(uuid.UUID(int=1))}
OPEN_TO_VISITORS = {"/dashboard/login/", "/dashboard/logout/"}
WRONG_METHOD = 405
"""Says no more than that the address takes forms only; nothing was shown or done."""


def doors(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    for entry in resolver.url_patterns:
        pattern = entry.pattern
        if not hasattr(pattern, "_route"):
            continue
        address = prefix + pattern._route
        for name, converter in pattern.converters.items():
            example = EXAMPLES.get(type(converter).__name__, "x")
            address = re.sub(rf"<([a-z]+:)?{name}>", example, address)
        if isinstance(entry, URLPattern):
            yield address
        else:
            yield from doors(entry, address)


def staff_doors(below: str) -> list[str]:
    found = sorted({door for door in doors(get_resolver()) if door.startswith(below)} - OPEN_TO_VISITORS)
    assert not [door for door in found if "<" in door], "a converter has no example"
    return found


def person(email: str, *, is_staff: bool) -> object:
    user = get_user_model().objects.create_user(email, "geheim-1234")
    user.is_staff = is_staff
    user.save()
    return user


def test_there_are_doors_to_try():
    assert len(staff_doors("/dashboard/shopflow/")) > 30
    assert len(staff_doors("/dashboard/")) > 100


@pytest.mark.parametrize("method", ["get", "post"])
def test_visitors_are_sent_to_the_staff_login(client, method):
    wrong = {}
    for door in staff_doors("/dashboard/"):
        answer = getattr(client, method)(door)
        refused = answer.status_code == 302 and "/login/" in answer.headers["Location"]
        if not refused and answer.status_code != WRONG_METHOD:
            wrong[door] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("method", ["get", "post"])
def test_customers_come_in_nowhere(client, method):
    client.force_login(person("kunde@example.org", is_staff=False))
    wrong = {}
    for door in staff_doors("/dashboard/"):
        answer = getattr(client, method)(door)
        if answer.status_code not in (403, WRONG_METHOD):
            wrong[door] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_need_the_permission_of_the_page(client, method):
    client.force_login(person("neu@example.org", is_staff=True))
    wrong = {}
    for door in staff_doors("/dashboard/shopflow/"):
        answer = getattr(client, method)(door)
        if answer.status_code not in (403, WRONG_METHOD):
            wrong[door] = answer.status_code
    assert wrong == {}
