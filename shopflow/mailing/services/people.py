from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.files.storage import storages
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Q, QuerySet

from shopflow.contracts.mail import MailClass
from shopflow.contracts.types import JSONDict
from shopflow.mailing.addresses import email_hash, named, normalise_email, spellings
from shopflow.mailing.files import MAIL_FILES
from shopflow.mailing.models import LiftedBlock, LinkClick, Message, MessageEvent, MessageState, Suppression
from shopflow.mailing.services.suppressions import suppress


def export_person(email: str) -> JSONDict:
    """Everything that this room holds about ``email``, as JSON (Art. 15 and 20 GDPR)."""
    fingerprint = email_hash(email)
    messages = Message.objects.filter(email_hash=fingerprint).order_by("pk").prefetch_related("clicks")
    blocks = Suppression.objects.filter(email_hash=fingerprint).order_by("pk")
    lifted = LiftedBlock.objects.filter(email_hash=fingerprint).order_by("pk")
    return {
        "messages": [
            {
                "subject": message.subject,
                "text": message.text,
                "channel": message.channel,
                "address": message.address,
                "kind": message.mail_class,
                "purpose": message.purpose,
                "state": message.state,
                "created_at": message.created_at.isoformat(),
                "sent_at": message.accepted_at.isoformat() if message.accepted_at else None,
                "links_followed": [
                    {"link": click.number, "at": click.at.isoformat(), "by_machine": click.by_machine}
                    for click in sorted(message.clicks.all(), key=lambda click: click.pk)
                ],
                "attachments": [attachment["filename"] for attachment in message.attachments],
            }
            for message in messages
        ],
        "suppressions": [
            {"scope": block.scope, "reason": block.reason, "since": block.created_at.isoformat()} for block in blocks
        ],
        "lifted_suppressions": [
            {
                "scope": block.scope,
                "reason": block.reason,
                "since": block.blocked_at.isoformat(),
                "lifted_at": block.lifted_at.isoformat(),
                "why": block.why,
            }
            for block in lifted
        ],
    }


def erase_person(email: str) -> JSONDict:
    """Forget ``email`` (Art. 17 GDPR) and return what was done: ``erased`` and ``kept``, numbers of messages.

    Mails that the law demands are business letters and stay until their time is over (§ 147 AO, § 257 HGB). Of all
    others the address and the content go; what has not been sent is not sent. The address's fingerprint stays, with
    a block on advertising, so that it is not written to again; so do blocks, also those that staff have lifted, but
    without staff's words.
    """
    fingerprint = email_hash(email)
    with transaction.atomic():
        suppress(email=email, scope=Suppression.ADVERTISING, reason=Suppression.Reason.ERASED, source="erasure")
        mine = Message.objects.filter(email_hash=fingerprint)
        _forget_liftings(email)
        letters = mine.filter(mail_class=MailClass.LEGAL)
        kept = letters.exclude(to_email="").count()
        erased = _forget(mine.exclude(mail_class=MailClass.LEGAL))
    forget = getattr(get_connection(settings.SHOPFLOW_MAIL_TRANSPORT), "forget", None)
    if forget is not None:
        forget(normalise_email(email))
    return {"erased": erased, "kept": kept}


def _forget_liftings(email: str) -> None:
    """Staff may have typed names and addresses as a reason; and who works here today may want to be forgotten later."""
    about = Q(email_hash=email_hash(email))
    for spelling in filter(None, spellings(email)):
        about |= Q(why__icontains=spelling)
    # Its own queryset refuses every change; the database lets these two columns be emptied.
    rows: QuerySet[LiftedBlock] = QuerySet(LiftedBlock)
    rows.filter(about).update(why="")
    rows.filter(named("lifted_by", email)).update(lifted_by="")


def forget_messages(*, reference: str) -> int:
    """Empty the messages with ``reference``, such as those to somebody who never confirmed; return how many."""
    with transaction.atomic():
        return _forget(Message.objects.filter(reference=reference))


def _forget(messages: QuerySet[Message]) -> int:
    waiting = [MessageState.PLANNED, MessageState.DEFERRED, MessageState.UNKNOWN]
    messages.filter(state__in=waiting).update(
        state=MessageState.SKIPPED, skip_code="erased", due_at=None, lease_until=None
    )
    LinkClick.objects.filter(message__in=messages.values("pk")).delete()
    return empty_messages(messages)


def empty_messages(messages: QuerySet[Message]) -> int:
    """Take address, words and files out of ``messages``, in the caller's transaction; returns of how many."""
    mine = messages.exclude(to_email="", address="")
    MessageEvent.objects.filter(message__in=mine.values("pk")).exclude(words="").update(words="")
    files = [file["storage_name"] for kept in mine.values_list("attachments", flat=True) for file in kept]
    transaction.on_commit(lambda: _delete_files(files))
    return mine.update(to_email="", address="", subject="", html="", text="", attachments=[], last_error="", notes=[])


def _delete_files(names: Iterable[str]) -> None:
    """Delete files that were stored for mails only; papers of other rooms lie elsewhere and stay."""
    for name in names:
        if name.startswith(MAIL_FILES):
            storages["private"].delete(name)
