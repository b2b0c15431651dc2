from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from shopflow.audience.models import Consent, ConsentEntry, ConsentRequest, Contact
from shopflow.mailing.addresses import email_hash, normalise_email


def has_consent(*, email: str, purpose: str) -> bool:
    """Whether ``email`` has agreed to ``purpose`` and not taken it back; one look at one row."""
    return Consent.objects.filter(email=normalise_email(email), purpose=purpose, state=Consent.State.GRANTED).exists()


def consent_states(email: str) -> dict[str, str]:
    """The state of each purpose that ``email`` was ever asked about."""
    return dict(Consent.objects.filter(email=normalise_email(email)).values_list("purpose", "state"))


def contact_of(email: str) -> Contact | None:
    return Contact.objects.filter(email=normalise_email(email)).first()


def ledger_of(email: str) -> QuerySet[ConsentEntry]:
    """All entries about ``email``, oldest first."""
    return ConsentEntry.objects.filter(email_hash=email_hash(email)).order_by("recorded_at", "pk")


def recent_requests(contact: Contact, *, since: datetime) -> list[ConsentRequest]:
    """Unconfirmed requests since a moment, newest first."""
    return list(contact.requests.filter(confirmed_at__isnull=True, requested_at__gte=since).order_by("-requested_at"))
