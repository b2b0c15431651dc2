"""Absolute addresses in mails, and the signed one that unsubscribes."""

from __future__ import annotations

import base64
import binascii
import uuid

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

_NAMESPACE = uuid.UUID("7d0a9f0e-2d53-5b3e-9d5b-1f9d1a0c6f10")
_SALT = "shopflow.mailing.unsubscribe"


def site_url() -> str:
    """The shop's address without a slash at the end, for links in mails."""
    return str(settings.SITE_URL).rstrip("/")


def absolute(path: str) -> str:
    """The absolute address of ``path``, which starts with a slash."""
    return f"{site_url()}{path}"


def message_uuid(dedupe_key: str) -> uuid.UUID:
    """The same UUID for the same key, today and after a crash."""
    return uuid.uuid5(_NAMESPACE, dedupe_key)


def unsubscribe_token(dedupe_key: str) -> str:
    """A short signed text that stands for the message and, through it, for address and purpose; it never expires."""
    packed = base64.urlsafe_b64encode(message_uuid(dedupe_key).bytes).decode().rstrip("=")
    return Signer(salt=_SALT).sign(packed)


def read_unsubscribe_token(token: str) -> uuid.UUID | None:
    """The message's UUID, or None for a token that we did not make."""
    try:
        packed = Signer(salt=_SALT).unsign(token)
        return uuid.UUID(bytes=base64.urlsafe_b64decode(packed + "=="))
    except (BadSignature, ValueError, binascii.Error):
        return None


def unsubscribe_url(dedupe_key: str) -> str:
    return absolute(reverse("shopflow-mailing:unsubscribe", args=[unsubscribe_token(dedupe_key)]))
