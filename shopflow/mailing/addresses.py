"""Addresses: one spelling for comparing, and a fingerprint for remembering without keeping them."""

from __future__ import annotations

import hashlib

from django.core.exceptions import ValidationError
from django.core.validators import validate_email


def normalise_email(email: str) -> str:
    """The spelling that all rooms compare by: trimmed and lower-case."""
    return email.strip().lower()


def email_hash(email: str) -> str:
    """SHA-256 of the normalised address. Not keyed: a block must outlive every change of the secret key."""
    return hashlib.sha256(normalise_email(email).encode()).hexdigest()


def is_valid(email: str) -> bool:
    """Whether a mail system could deliver to ``email`` at all, by its form."""
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= 254
