"""Forgetting contacts whom nothing connects with the shop any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models.functions import Lower

from shopflow.audience.models import Consent, Contact, ContactOrder
from shopflow.contracts.personal_data import Person, last_signs
from shopflow.contracts.retention import Looked
from shopflow.core import clock
from shopflow.core.rows import OneOf
from shopflow.mailing.addresses import email_hash, spellings
from shopflow.mailing.models import Suppression


def forget_contacts(*, before: datetime, limit: int) -> int:
    """Look at up to ``limit`` contacts without an account who have given no sign of life since ``before``, as far as
    they are known, in the caller's transaction: ask every room, delete those of whom none knows any, and return how
    many. The others are looked at again when their latest sign is as old.

    Accounts have a rule of their own. Two workers never look at the same contacts.
    """
    old = Contact.objects.filter(user=None, alive_at__lt=before).order_by("alive_at", "pk")
    found = list(old.select_for_update(skip_locked=True, of=("self",)).only("pk", "email")[:limit])
    if not found:
        return 0
    now, accounts = clock.now(), _accounts([contact.email for contact in found])
    people = {contact.pk: Person(email=contact.email) for contact in found}
    signs = last_signs(list(people.values()), since=before, now=now)
    signs |= {Person(email=email): now for email in accounts}  # they go with their account
    gone = [contact for contact in found if people[contact.pk] not in signs]
    for contact in found:
        contact.alive_at = signs.get(people[contact.pk], before)
    Contact.objects.bulk_update(found, ["alive_at"], batch_size=500)
    _erase(gone)
    return Looked(len(gone)) if len(found) == limit else len(gone)


def _accounts(emails: Sequence[str]) -> set[str]:
    """Those of ``emails`` that an account has, linked or not."""
    by_word = {word: email for email in emails for word in spellings(email)}
    users = get_user_model().objects.annotate(word=Lower("email")).filter(OneOf("word", by_word))
    return {by_word[word] for word in users.values_list("word", flat=True)}


def _erase(contacts: Sequence[Contact]) -> None:
    """Delete ``contacts``, as an erasure does, many at once. Refusals stay in force, as fingerprints."""
    emails = [contact.email for contact in contacts]
    consents = Consent.objects.filter(OneOf("email", emails))
    refused = consents.filter(state=Consent.State.WITHDRAWN).values_list("email", "purpose", "since")
    blocks = [
        Suppression(
            email_hash=email_hash(email), scope=purpose, reason=Suppression.Reason.UNSUBSCRIBED, source="retention",
            created_at=since,
        )
        for email, purpose, since in refused
    ]  # fmt: skip
    Suppression.objects.bulk_create(blocks, ignore_conflicts=True)
    consents.delete()
    ContactOrder.objects.filter(contact__in=contacts).update(
        contact=None, share_link=None, source="", medium="", campaign=""
    )
    Contact.objects.filter(pk__in=[contact.pk for contact in contacts]).delete()
