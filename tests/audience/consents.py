"""Asking for and giving a consent, as tests do it."""

from __future__ import annotations

from shopflow.audience.links import confirm_token
from shopflow.audience.models import ConsentEntry, ConsentRequest
from shopflow.audience.services import (
    confirm_consent,
    request_consent,
)

EMAIL = "kundin@example.org"


def ask(email: str = EMAIL, purposes: tuple[str, ...] = ("newsletter",), **changes):
    given = {"source": "/newsletter/", "language": "de", "ip": "192.0.2.7"}
    return request_consent(email=email, purposes=purposes, **{**given, **changes})


def give(email: str = EMAIL, purposes: tuple[str, ...] = ("newsletter",)) -> ConsentRequest:
    asked = ask(email, purposes)
    return confirm_consent(confirm_token(asked.key), ip="192.0.2.8")


def entries() -> list[tuple[str, str]]:
    return list(ConsentEntry.objects.order_by("pk").values_list("purpose", "action"))
