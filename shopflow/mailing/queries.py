from __future__ import annotations

from collections.abc import Collection, Sequence
from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from shopflow.core import clock
from shopflow.core.models import Seller
from shopflow.core.queries import seller
from shopflow.mailing.addresses import email_hash, is_valid, normalise_email
from shopflow.mailing.links import site_url
from shopflow.mailing.models import (
    AdvertisingPause,
    LiftedBlock,
    MailSettings,
    MailText,
    MailTextInUse,
    Message,
    MessageState,
    Suppression,
)


def mail_settings(company: Seller | None = None) -> MailSettings:
    """The stored sender; where staff have not entered one, ``DEFAULT_FROM_EMAIL`` if it is real, else the seller's."""
    stored = MailSettings.objects.filter(pk=1).first() or MailSettings(pk=1)
    company = company or seller()
    stored.sender_name = stored.sender_name or company.name
    fallback = settings.DEFAULT_FROM_EMAIL
    if fallback.rstrip(">").endswith("@localhost") and company.email:
        fallback = company.email
    stored.sender_address = stored.sender_address or fallback
    return stored


def sender(mail: MailSettings) -> str:
    """The From header."""
    if not is_valid(mail.sender_address):
        return mail.sender_address
    return formataddr((mail.sender_name, mail.sender_address))


def message_id_domain(company: Seller | None = None) -> str:
    """The domain of our Message-IDs: the sender's, because a foreign one looks forged."""
    domain = mail_settings(company).sender_address.rpartition("@")[2].strip("<> ")
    return domain or urlsplit(site_url()).hostname or "localhost"


def suppressions(email: str) -> list[Suppression]:
    """What blocks mail to ``email`` now, in one query."""
    return suppressions_of({email_hash(email)})


def suppressions_of(fingerprints: Collection[str]) -> list[Suppression]:
    """The same for several addresses by their SHA-256, in one query."""
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now())
    return list(Suppression.objects.filter(lasting, email_hash__in=fingerprints))


def lifted_blocks(email: str) -> list[LiftedBlock]:
    """The blocks of ``email`` that staff have lifted, newest first."""
    return list(LiftedBlock.objects.filter(email_hash=email_hash(email)).order_by("-lifted_at", "-pk"))


def paused_advertising() -> frozenset[tuple[str, str]]:
    """Kind and code of all advertising that is held now."""
    return frozenset(AdvertisingPause.objects.filter(ended_at=None).values_list("kind", "code"))


def message_log(*, states: Sequence[str] = (), search: str = "") -> QuerySet[Message]:
    """The message log, newest first; ``search`` is an address, a reference, or part of a subject."""
    found = Message.objects.defer("html", "text").order_by("-id")
    if states:
        found = found.filter(state__in=states)
    words = search.strip()
    if "@" in words:
        return found.filter(email_hash=email_hash(normalise_email(words)))
    if words:
        return found.filter(Q(reference=words) | Q(template=words) | Q(subject__icontains=words))
    return found


def text_in_use(code: str, language: str) -> MailText | None:
    """The text of staff that is sent instead of the shipped one, or None."""
    return MailText.objects.filter(
        pk__in=MailTextInUse.objects.filter(code=code, language=language).values("text")
    ).first()


def text_version(code: str, language: str, edition: str) -> MailText | None:
    """The newest spelling of an edition, for mails that are bound to one; None for the shipped words."""
    same = Q(corrects=edition) | Q(corrects="", content_hash=edition)
    return MailText.objects.filter(same, code=code, language=language).order_by("-version").first()


def editions_in_use(codes: Collection[str]) -> dict[tuple[str, str], str]:
    """The edition of each text of staff that is sent, by template and language."""
    used = MailTextInUse.objects.filter(code__in=codes, text__isnull=False).select_related("text")
    return {(choice.code, choice.language): choice.text.edition for choice in used if choice.text}


def texts_in_use() -> dict[tuple[str, str], int]:
    """The version of each text of staff that is sent, by template and language."""
    used = MailTextInUse.objects.exclude(text=None).values_list("code", "language", "text__version")
    return {(code, language): version for code, language, version in used}


def under_way(*, reference: str) -> bool:
    """Whether a message with ``reference`` has yet to leave."""
    waiting = (MessageState.PLANNED, MessageState.SUBMITTING, MessageState.DEFERRED)
    return Message.objects.filter(reference=reference, state__in=waiting).exists()


def message_counts(*, reference: str) -> dict[str, int]:
    """How many messages with ``reference`` are in which state; of those sent, what was reported if anything was."""
    rows = Message.objects.filter(reference=reference).order_by().values("state", "delivery_state")
    found: dict[str, int] = {}
    for row in rows.annotate(number=Count("pk")):
        word = row["delivery_state"] if row["state"] == MessageState.ACCEPTED else ""
        found[word or row["state"]] = found.get(word or row["state"], 0) + row["number"]
    return found
