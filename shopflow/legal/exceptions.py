from __future__ import annotations


class ExpiredForm(Exception):
    """The signed form between two steps is too old; the person starts again with what they had entered."""


class TooManyDeclarations(Exception):
    """So many declarations were sent to one address today that another receipt would be a nuisance to its owner."""


class UnknownLegalText(LookupError):
    """There is no version of a legal text in force. The message names the type."""
