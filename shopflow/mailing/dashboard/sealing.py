"""Showing an e-mail in a frame where nothing runs and nothing is fetched."""

from __future__ import annotations

from django.http import HttpResponse


def sealed(html: str) -> HttpResponse:
    """``html`` as a page for the frame; links open in a new window."""
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response["Content-Security-Policy"] = (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
        "img-src 'self' data:; frame-ancestors 'self'"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    return response
