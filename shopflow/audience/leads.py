"""Where a visitor came from, read from the address of the page and kept nowhere until the visitor acts.

A link from a post carries ``ref`` (a share link's code) or ``utm_…`` words. While somebody only looks, they stay in the
address: a script hands them on from page to page, no cookie is set and nothing is stored. With an act that needs a
session anyway (goods into the basket, a sign-up) they go into the session, and from there to the contact or the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.http import HttpRequest

SESSION_KEY = "shopflow_lead"
WORDS = {
    "utm_source": "source",
    "utm_medium": "medium",
    "utm_campaign": "campaign",
    "utm_content": "content",
    "utm_term": "term",
    "ref": "code",
}
LONGEST = 100


@dataclass(frozen=True, kw_only=True)
class Lead:
    """The words of an address; ``code`` is a share link's, ``landing`` the page's path without them."""

    source: str = ""
    medium: str = ""
    campaign: str = ""
    content: str = ""
    term: str = ""
    code: str = ""
    landing: str = ""

    def stored(self) -> dict[str, str]:
        """As the session keeps it."""
        return asdict(self)


def read_lead(address: str) -> Lead | None:
    """The lead in an address, or None if it says nothing about where somebody came from."""
    parts = urlsplit(address)
    words = {
        WORDS[name]: value.strip()[:LONGEST]
        for name, value in parse_qsl(parts.query, max_num_fields=50)
        if name in WORDS and value.strip() and value.isprintable()
    }
    return Lead(**words, landing=parts.path[:300]) if words else None


def restore_lead(stored: Mapping[str, Any] | None) -> Lead | None:
    """The lead that a session keeps; what this version does not know is left out."""
    if not stored:
        return None
    known = {name: str(value) for name, value in stored.items() if name in Lead.__dataclass_fields__}
    return Lead(**known)


def lead_of(request: HttpRequest) -> Lead | None:
    """The lead of somebody who acts now: of this address, of the page they came from, or of an earlier act."""
    try:
        found = read_lead(request.get_full_path()) or _of_own_page(request)
    except ValueError:  # a query of more fields than anybody sends in earnest, or a broken address
        found = None
    return found or restore_lead(request.session.get(SESSION_KEY) if hasattr(request, "session") else None)


def _of_own_page(request: HttpRequest) -> Lead | None:
    referer = request.headers.get("Referer", "")
    return read_lead(referer) if referer and urlsplit(referer).netloc == request.get_host() else None
