"""The audience's verbs, and the only writer of its tables."""

from shopflow.audience.services.changes import grant_consent, withdraw_all, withdraw_consent
from shopflow.audience.services.contacts import save_contact
from shopflow.audience.services.people import erase_person, export_person
from shopflow.audience.services.requests import confirm_consent, request_consent
from shopflow.audience.services.retention import purge_old_evidence, purge_unconfirmed

__all__ = [
    "confirm_consent",
    "erase_person",
    "export_person",
    "grant_consent",
    "purge_old_evidence",
    "purge_unconfirmed",
    "request_consent",
    "save_contact",
    "withdraw_all",
    "withdraw_consent",
]
