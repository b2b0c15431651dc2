from __future__ import annotations


class UnknownLink(Exception):
    """The link was not made by us, or what it confirms has been deleted because nobody clicked in time."""


class ExpiredLink(Exception):
    """The confirmation comes too late; the person has to sign up anew."""
