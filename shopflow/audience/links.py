"""Signed addresses that need no login."""

from __future__ import annotations

import uuid

from django.urls import reverse

from shopflow.audience.models import Contact, LeadMagnetRequest, ShareLink
from shopflow.mailing.links import absolute, read_uuid, sign_uuid

_CONFIRM = "shopflow.audience.confirm"
_MAGNET = "shopflow.audience.magnet"
_STAY = "shopflow.audience.stay"
_PREFERENCES = "shopflow.audience.preferences"


def confirm_url(request_key: uuid.UUID) -> str:
    """Where a sign-up is confirmed."""
    return absolute(reverse("shopflow-audience:confirm", args=[confirm_token(request_key)]))


def confirm_token(request_key: uuid.UUID) -> str:
    return sign_uuid(request_key, salt=_CONFIRM)


def read_confirm_token(token: str) -> uuid.UUID | None:
    return read_uuid(token, salt=_CONFIRM)


def preferences_url(contact: Contact) -> str:
    """Where the person chooses which mails to get; whoever has the link has read mail to that address."""
    return absolute(reverse("shopflow-audience:preferences", args=[preferences_token(contact)]))


def preferences_token(contact: Contact) -> str:
    return sign_uuid(contact.key, salt=_PREFERENCES)


def read_preferences_token(token: str) -> uuid.UUID | None:
    return read_uuid(token, salt=_PREFERENCES)


def stay_url(contact: Contact) -> str:
    """Where the person says that the mails are still wanted."""
    return absolute(reverse("shopflow-audience:stay", args=[sign_uuid(contact.key, salt=_STAY)]))


def read_stay_token(token: str) -> uuid.UUID | None:
    return read_uuid(token, salt=_STAY)


def magnet_url(asked: LeadMagnetRequest) -> str:
    """Where the document that somebody asked for is fetched."""
    return absolute(reverse("shopflow-audience:magnet", args=[sign_uuid(asked.key, salt=_MAGNET)]))


def read_magnet_token(token: str) -> uuid.UUID | None:
    return read_uuid(token, salt=_MAGNET)


def share_url(link: ShareLink) -> str:
    """The short address to post, or to print."""
    return absolute(reverse("shopflow-audience:share", args=[link.code]))


def proof_url(contact: Contact) -> str:
    """Where the person gets the proof of their own consents as PDF."""
    return absolute(reverse("shopflow-audience:proof", args=[preferences_token(contact)]))
