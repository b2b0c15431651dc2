"""Signs of life, and forgetting those who give none."""

from __future__ import annotations

from django.db import transaction

from shopflow.audience.events import CustomerContent, InterestConfirmed
from shopflow.audience.models import Consent, Contact, Touch
from shopflow.audience.services.changes import withdraw_consent
from shopflow.audience.services.scoring import refresh_scores
from shopflow.core import clock
from shopflow.core.services import publish


def note_activity(*, contact: Contact) -> None:
    """The person has just done something themselves."""
    Contact.objects.filter(pk=contact.pk).update(seen_at=clock.now())


def confirm_interest(*, contact: Contact) -> None:
    """Note that the person wants to go on getting mails; consents stay as they are."""
    with transaction.atomic():
        note_activity(contact=contact)
        publish(InterestConfirmed.of(contact))


def notice_contentment(*, contact: Contact, sign: str, key: str) -> None:
    """Publish that the contact is content, once for each ``key``."""
    event = CustomerContent.of(contact, sign=sign)
    with transaction.atomic():
        publish(event, source_key=f"content:{contact.pk}:{key}"[:128])


def forget_profile(*, contact: Contact, purpose: str, source: str) -> int:
    """Withdraw the consent to ``purpose`` and delete what was noted about the contact for advertising; returns how many
    rows went (Art. 5 (1) c and e GDPR).

    Tags, attributes, points, segments, sources and the name go. Account, orders, invoices and other consents stay, and
    so does the proof of the withdrawn consent. While another consent stands, its own attributes stay, too.
    """
    with transaction.atomic():
        withdraw_consent(email=contact.email, purpose=purpose, source=source)
        granted = Consent.objects.filter(email=contact.email, state=Consent.State.GRANTED)
        kept = list(granted.values_list("purpose", flat=True))
        marks = (
            contact.tag_assignments.all(),
            contact.attribute_values.exclude(definition__purpose__in=[code for code in kept if code]),
            contact.score_entries.all(),
            contact.memberships.all(),
            Touch.objects.filter(contact=contact),
        )
        count = sum(rows.delete()[0] for rows in marks)
        Contact.objects.filter(pk=contact.pk).update(name="", company="", stage=None, owner=None)
        refresh_scores(contacts=[contact.pk])
    return count
