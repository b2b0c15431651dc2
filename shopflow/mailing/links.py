"""Absolute addresses in mails, and the signed one that unsubscribes."""

from __future__ import annotations

import base64
import binascii
import uuid
from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import get_script_prefix, get_urlconf, reverse

_NAMESPACE = uuid.UUID("7d0a9f0e-2d53-5b3e-9d5b-1f9d1a0c6f10")
_PLACE = "PLACE-OF-THE-TOKEN"
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


def sign_uuid(value: uuid.UUID, *, salt: str) -> str:
    """A short signed text that stands for ``value``, for addresses; it never expires and gives nothing away."""
    packed = base64.urlsafe_b64encode(value.bytes).decode().rstrip("=")
    return Signer(salt=salt).sign(packed)


def read_uuid(token: str, *, salt: str) -> uuid.UUID | None:
    """The UUID in ``token``, or None if we did not sign it with ``salt``."""
    try:
        packed = Signer(salt=salt).unsign(token)
        return uuid.UUID(bytes=base64.urlsafe_b64decode(packed + "=="))
    except (BadSignature, ValueError, binascii.Error):
        return None


def unsubscribe_token(dedupe_key: str) -> str:
    """Stands for the message and, through it, for address and purpose."""
    return sign_uuid(message_uuid(dedupe_key), salt=_SALT)


def read_unsubscribe_token(token: str) -> uuid.UUID | None:
    """The message's UUID, or None for a token that we did not make."""
    return read_uuid(token, salt=_SALT)


def unsubscribe_header(dedupe_key: str) -> str:
    """What stands in ``List-Unsubscribe``: the address of the page, and that of the mailbox if the shop has one."""
    ways = [f"<{unsubscribe_url(dedupe_key)}>"]
    mailbox = getattr(settings, "SHOPFLOW_UNSUBSCRIBE_MAILBOX", "")
    if mailbox:
        ways.append(f"<mailto:{mailbox}?subject={quote(unsubscribe_token(dedupe_key))}>")
    return ", ".join(ways)


def unsubscribe_url(dedupe_key: str) -> str:
    """The address of the page that ends this kind of mail."""
    page = _unsubscribe_page(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    return absolute(page.replace(_PLACE, unsubscribe_token(dedupe_key)))


@lru_cache(maxsize=8)
def _unsubscribe_page(urlconf: str, prefix: str) -> str:
    """The page's path with ``_PLACE`` in place of the token: looking it up costs more than signing."""
    return reverse("shopflow-mailing:unsubscribe", urlconf=urlconf, args=[_PLACE])
