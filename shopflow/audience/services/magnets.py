"""Documents on request: asking, confirming, fetching, renewing the link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from shopflow.audience import queries
from shopflow.audience.events import FormSubmitted, LeadMagnetRequested
from shopflow.audience.links import magnet_url
from shopflow.audience.models import Contact, LeadMagnet, LeadMagnetRequest
from shopflow.audience.services.contacts import save_contact
from shopflow.audience.services.requests import VALID_FOR, request_consent
from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.mailing.services import queue_message

PURPOSE = "lead_magnet"
OPEN_FOR = timedelta(days=14)
"""How long a link to a file opens; a new one is one press away."""
MOST_RENEWALS = 20


def request_magnet(
    *,
    magnet: LeadMagnet,
    email: str,
    newsletter: bool,
    language: str,
    source: str,
    user: Any = None,
    ip: str = "",
    user_agent: str = "",
) -> LeadMagnetRequest:
    """Note that ``email`` wants the document, and ask by mail to confirm the address; with ``newsletter`` in the same
    mail to confirm the newsletter, which is never a condition (Art. 7 (4) GDPR).

    An address that was confirmed for documents before gets the file at once. Asked again, nothing is doubled.
    """
    with transaction.atomic():
        contact = save_contact(email=email, language=language, user=user)
        asked, _made = LeadMagnetRequest.objects.get_or_create(
            magnet=magnet, contact=contact, defaults={"requested_at": clock.now()}
        )
        if asked.confirmed_at is None:
            LeadMagnetRequest.objects.filter(pk=asked.pk).update(requested_at=clock.now())
        request_consent(
            email=contact.email,
            purposes=[PURPOSE, *(["newsletter"] if newsletter else [])],
            source=source,
            language=language,
            user=user,
            ip=ip,
            user_agent=user_agent,
        )
        if queries.has_consent(email=contact.email, purpose=PURPOSE):
            if asked.confirmed_at is None:
                _open(asked)
            else:
                renew_magnet(asked=asked)
    asked.refresh_from_db()
    return asked


def confirm_magnets(*, email: str) -> int:
    """The address is confirmed: open what it has asked for within the last 14 days; returns how many documents."""
    waiting = LeadMagnetRequest.objects.select_related("magnet", "contact").filter(
        contact__email=email, confirmed_at__isnull=True, requested_at__gte=clock.now() - VALID_FOR
    )
    return sum(_open(asked) for asked in list(waiting))


def _open(asked: LeadMagnetRequest) -> bool:
    now = clock.now()
    with transaction.atomic():
        mine = LeadMagnetRequest.objects.filter(pk=asked.pk, confirmed_at__isnull=True)
        if not mine.update(confirmed_at=now, expires_at=now + OPEN_FOR):
            return False
        contact, magnet = asked.contact, asked.magnet
        if magnet.for_business:
            Contact.objects.filter(pk=contact.pk, kind="").update(kind=Contact.Kind.BUSINESS)
        publish(
            LeadMagnetRequested.of(contact, request_id=asked.pk, magnet=magnet.slug, business=magnet.for_business),
            source_key=f"magnet:{asked.pk}:confirmed",
        )
        form = FormSubmitted(form="document", email=contact.email, user_id=contact.user_id, source=magnet.slug)
        publish(form, source_key=f"magnet:{asked.pk}:form")
    return True


def renew_magnet(*, asked: LeadMagnetRequest) -> bool:
    """Mail a fresh link to the person who has asked for the document; False for one that was never confirmed."""
    with transaction.atomic():
        row = LeadMagnetRequest.objects.select_for_update().select_related(None).get(pk=asked.pk)
        if row.confirmed_at is None or row.renewals >= MOST_RENEWALS:
            return False
        row.renewals, row.expires_at = row.renewals + 1, clock.now() + OPEN_FOR
        row.save(update_fields=["renewals", "expires_at"])
        queue_message(
            dedupe_key=f"magnet:{row.pk}:{row.renewals}",
            template="magnet_file",
            to=row.contact.email,
            context=magnet_words(row),
            mail_class=MailClass.TRANSACTIONAL,
            language=row.contact.language,
            reference=f"magnet:{row.pk}",
        )
    return True


def magnet_words(asked: LeadMagnetRequest) -> dict[str, Any]:
    """What mails about the document say."""
    return {
        "magnet_title": asked.magnet.title,
        "magnet_url": magnet_url(asked),
        "magnet_until": asked.expires_at,
    }


def count_download(*, asked: LeadMagnetRequest) -> None:
    """Somebody fetches the file by the link."""
    LeadMagnetRequest.objects.filter(pk=asked.pk).update(downloads=F("downloads") + 1)
    Contact.objects.filter(pk=asked.contact_id).update(seen_at=clock.now())


def purge_magnet_requests() -> int:
    """Delete requests that nobody confirmed within 14 days; returns how many."""
    overdue = LeadMagnetRequest.objects.filter(confirmed_at__isnull=True, requested_at__lt=clock.now() - VALID_FOR)
    count, _per_model = overdue.delete()
    return count
