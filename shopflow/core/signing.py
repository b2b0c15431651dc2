"""Signed requests: who sends holds the secret, what arrives is what was sent, and it was sent just now."""

from __future__ import annotations

import hashlib
import hmac
import re
import time

WINDOW_SECONDS = 300
"""How far the sender's clock may be off, and how long a request may be on its way."""
MIN_SECRET = 24
"""Characters of the shortest secret that is accepted."""

_SIGNATURE = re.compile(r"v1=([0-9a-f]{64})\Z")
_TIMESTAMP = re.compile(r"[0-9]{10}\Z")


class Signature:
    """The signature of one request while its body comes in: HMAC-SHA256 over ``<timestamp>.<body>``."""

    def __init__(self, secret: str, timestamp: str) -> None:
        self._mac = hmac.new(secret.encode(), f"{timestamp}.".encode(), hashlib.sha256)

    def update(self, data: bytes) -> None:
        self._mac.update(data)

    def matches(self, told: str) -> bool:
        """Whether ``told`` (``v1=<hex>``) is this signature; takes the same time whatever differs."""
        found = _SIGNATURE.match(told)
        return hmac.compare_digest(self._mac.hexdigest(), found.group(1) if found else "")

    def header(self) -> str:
        """What a sender writes into ``X-Signature``."""
        return f"v1={self._mac.hexdigest()}"


def is_recent(timestamp: str, now: float | None = None) -> bool:
    """Whether ``timestamp`` (seconds since 1970) lies within the window."""
    if not _TIMESTAMP.match(timestamp):
        return False
    return abs((time.time() if now is None else now) - int(timestamp)) <= WINDOW_SECONDS
