from __future__ import annotations

from typing import Any

from shopflow.audience.models import Contact
from shopflow.core import clock
from shopflow.mailing.addresses import normalise_email


def save_contact(*, email: str, language: str = "de", user: Any = None) -> Contact:
    """The contact with ``email``, made if there is none; an account with the same address is linked."""
    email = normalise_email(email)
    contact, _created = Contact.objects.get_or_create(
        email=email, defaults={"language": language[:8], "created_at": clock.now()}
    )
    mine = user is not None and user.is_authenticated and normalise_email(user.email) == email
    if mine and contact.user_id != user.pk:
        contact.user = user
        Contact.objects.filter(pk=contact.pk).update(user=user)
    return contact
