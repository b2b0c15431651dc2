"""Telling people who follow a link from the machines that do it for them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.http import HttpRequest

AT_ONCE = timedelta(seconds=5)
"""Nobody reads a mail so quickly after the mail system has taken it; scanners on its way do."""

BURST = timedelta(seconds=10)
"""Within which only a machine follows all links of a mail, or :data:`MANY`."""

MANY = 3

_FETCHING_AHEAD = ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")
_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_PROGRAMS = re.compile(
    r"bot\b|crawl|spider|scan|preview|headless|curl|wget|python|java/|okhttp|go-http|libwww|httpclient|axios|node-fetch"
    r"|barracuda|proofpoint|mimecast|symantec|trendmicro|safelinks|urldefense|facebookexternalhit|whatsapp",
    re.IGNORECASE,
)


def is_fetched_ahead(request: HttpRequest) -> bool:
    """Whether a browser asks before a person does, or for the head only."""
    return request.method == "HEAD" or any(_AHEAD.search(request.headers.get(name, "")) for name in _FETCHING_AHEAD)


def is_program(request: HttpRequest) -> bool:
    """Whether the request itself gives away that no person asks."""
    browser = request.headers.get("User-Agent", "")
    return is_fetched_ahead(request) or not browser or bool(_PROGRAMS.search(browser))


def is_machine(request: HttpRequest, *, taken_at: datetime | None, now: datetime) -> bool:
    """The same of a link in a mail, by its moment, too; ``taken_at`` is when the mail was accepted."""
    return is_program(request) or taken_at is None or now - taken_at < AT_ONCE


def is_burst(numbers: set[int], *, links: int) -> bool:
    """Whether these links, followed within :data:`BURST`, are more than a person would; ``links`` the mail has."""
    return len(numbers) > 1 and len(numbers) >= min(links, MANY)
