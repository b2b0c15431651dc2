"""Where the legal texts are, and the signed link that fills in the withdrawal form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.urls import reverse

from shopflow.contracts.pages import legal_page_types
from shopflow.core.links import absolute
from shopflow.core.memo import kept_while_unchanged
from shopflow.legal.models import LegalPage

SALT = "shopflow.legal.withdraw"
LIFETIME = timedelta(days=500)
"""Longer than the longest withdrawal period of twelve months and fourteen days."""


@kept_while_unchanged("shopflow_legal.LegalPage", "wagtailcore.Site")
def _page_urls() -> dict[str, str]:
    """The address of each kind's live page, in one query; the oldest page of a kind is the shop's."""
    pages = LegalPage.objects.live().order_by("-pk").only("url_path", "type_code", "slug", "path", "depth")
    return {page.type_code: page.url for page in pages if page.url}


def legal_url(code: str) -> str:
    """The path of the page with the legal text ``code``; where it belongs if it does not exist yet."""
    return _page_urls().get(code) or f"/{legal_page_types.get(code).slug}/"


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
