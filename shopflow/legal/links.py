"""Where the legal texts are, and the signed link that fills in the withdrawal form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.urls import reverse

from shopflow.contracts.pages import legal_page_types
from shopflow.core.links import absolute
from shopflow.legal.models import LegalPage

SALT = "shopflow.legal.withdraw"
LIFETIME = timedelta(days=500)
"""Longer than the longest withdrawal period of twelve months and fourteen days."""


def legal_url(code: str) -> str:
    """The path of the page with the legal text ``code``; where it belongs if it does not exist yet."""
    page = LegalPage.objects.live().filter(type_code=code).first()
    return (page.url if page else None) or f"/{legal_page_types.get(code).slug}/"


def withdraw_url(order: Any) -> str:
    """An absolute link to the withdrawal form, filled in for ``order``. It proves nothing and shows nothing else."""
    token = signing.dumps(order.number, salt=SALT)
    return absolute(reverse("legal-withdraw")) + f"?vertrag={token}"


def read_withdraw_token(token: str) -> str:
    """The order number in a link's token; empty when the token is not ours or too old."""
    try:
        return str(signing.loads(token, salt=SALT, max_age=LIFETIME))
    except signing.BadSignature:
        return ""
