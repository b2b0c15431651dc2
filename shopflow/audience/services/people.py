from __future__ import annotations

from django.db import transaction

from shopflow.audience import queries
from shopflow.audience.models import Consent, Contact
from shopflow.audience.services.changes import withdraw_all
from shopflow.contracts.types import JSONDict
from shopflow.mailing.addresses import normalise_email


def export_person(email: str) -> JSONDict:
    """Everything that this room holds about ``email``, as JSON (Art. 15 and 20 GDPR)."""
    contact = queries.contact_of(email)
    consents = Consent.objects.filter(email=normalise_email(email)).order_by("purpose")
    return {
        "contact": None
        if contact is None
        else {
            "email": contact.email,
            "language": contact.language,
            "time_zone": contact.time_zone,
            "since": contact.created_at.isoformat(),
        },
        "consents": [
            {"purpose": consent.purpose, "state": consent.state, "since": consent.since.isoformat()}
            for consent in consents
        ],
        "ledger": [{"at": entry.recorded_at.isoformat(), **entry.content} for entry in queries.ledger_of(email)],
    }


def erase_person(email: str) -> JSONDict:
    """Forget ``email`` (Art. 17 GDPR): withdraw everything, delete contact and consents; return what stays.

    The ledger stays as proof until its time is over (``purge_old_evidence``); it knows the address's fingerprint only.
    """
    email = normalise_email(email)
    with transaction.atomic():
        withdrawn = withdraw_all(email=email, source="erasure")
        Consent.objects.filter(email=email).delete()
        Contact.objects.filter(email=email).delete()
        kept = queries.ledger_of(email).count()
    return {"withdrawn": withdrawn, "kept": kept}
