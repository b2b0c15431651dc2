from __future__ import annotations


class AdvertisingNotAllowed(Exception):
    """An advertising mail without purpose and basis, or an advertising template sent as another class."""


class RefusedForGood(Exception):
    """The mail system said that this message will never be taken."""


class TryAgainLater(Exception):
    """The message was certainly not taken, and a later attempt makes sense."""


class OutcomeUnknown(Exception):
    """The connection ended while the message was on its way: nobody can say whether it was taken."""
