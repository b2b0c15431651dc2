"""Pages by key: each begins where the last one ended, so that the length of a list does not matter."""

from __future__ import annotations

LONGEST_KEY = 18
"""Digits of the greatest key that every database holds."""


def whole_number(text: str) -> int | None:
    """A number that stands in an address or a form, 0 or more; None for anything else that somebody may have typed."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY else None
