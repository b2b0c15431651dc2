from __future__ import annotations

from datetime import timedelta
from typing import Any

from shopflow.audience.models import Contact
from shopflow.core import clock
from shopflow.mailing.addresses import normalise_email

LONG_KNOWN = timedelta(days=365)
"""From when on a contact that something happens with is kept from being forgotten meanwhile."""


def save_contact(*, email: str, language: str = "de", user: Any = None) -> Contact:
    """The contact with ``email``, made if there is none; an account with the same address is linked."""
    email = normalise_email(email)
    contact = _known(email, language)
    mine = user is not None and user.is_authenticated and normalise_email(user.email) == email
    if mine and contact.user_id != user.pk:
        contact.user = user
        Contact.objects.filter(pk=contact.pk).update(user=user)
    return contact


def _known(email: str, language: str) -> Contact:
    """The contact, which is not forgotten at this moment: writing waits for whoever is about to."""
    while True:
        now = clock.now()
        contact, created = Contact.objects.get_or_create(
            email=email, defaults={"language": language[:8], "created_at": now}
        )
        if created or contact.alive_at >= now - LONG_KNOWN:
            return contact
        if Contact.objects.filter(pk=contact.pk).update(alive_at=now):
            return contact
