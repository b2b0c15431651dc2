from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from shopflow.core import clock
from shopflow.core.services import audit
from shopflow.mailing.addresses import email_hash
from shopflow.mailing.models import LiftedBlock, Message, MessageEvent, Suppression
from shopflow.mailing.services.announcing import announce_refusal

LIFTABLE = (Suppression.Reason.BOUNCED, Suppression.Reason.SOFT_BOUNCES, Suppression.Reason.REJECTED)
"""What the mail system has found out by itself; everything else is the person's word, or staff's own."""

NOBODYS = timedelta(days=30)
"""How long a report waits for the message that it is about."""


def suppress(*, email: str, scope: str, reason: str, source: str = "") -> bool:
    """Block mail of ``scope`` to ``email`` from now on; False if it was blocked for that reason already."""
    return suppress_fingerprint(email_hash(email), scope=scope, reason=reason, source=source)


def suppress_fingerprint(fingerprint: str, *, scope: str, reason: str, source: str) -> bool:
    """As :func:`suppress`, for an address of which only the SHA-256 is known."""
    _row, created = Suppression.objects.get_or_create(
        email_hash=fingerprint,
        scope=scope,
        reason=reason,
        defaults={"source": source[:200], "created_at": clock.now()},
    )
    return created


def suppress_until(fingerprint: str, *, scope: str, reason: str, expires_at: datetime | None) -> None:
    """Make the block end at ``expires_at``; None takes it away."""
    if expires_at is None:
        Suppression.objects.filter(email_hash=fingerprint, scope=scope, reason=reason).delete()
        return
    Suppression.objects.update_or_create(
        email_hash=fingerprint,
        scope=scope,
        reason=reason,
        defaults={"expires_at": expires_at},
        create_defaults={"expires_at": expires_at, "created_at": clock.now()},
    )


def lift_block(*, block_id: int, why: str, actor: Any) -> LiftedBlock | None:
    """Take away a block that bounces or the provider have set, because ``actor`` knows better; None if it is gone, or
    if only the person can undo it (complaints and refusals, until they agree anew).

    Who, when and why is kept until somebody is forgotten; the words stand in this one place. A provider's next bounce
    blocks again; earlier ones count no more.
    """
    with transaction.atomic():
        block = Suppression.objects.select_for_update().filter(pk=block_id, reason__in=LIFTABLE).first()
        if block is None:
            return None
        lifted = LiftedBlock.objects.create(
            email_hash=block.email_hash, scope=block.scope, reason=block.reason, source=block.source,
            blocked_at=block.created_at, lifted_at=clock.now(), lifted_by=str(actor)[:254], why=why,
        )  # fmt: skip
        block.delete()
        audit(actor=actor, action="mail_block_lifted", target=lifted, summary=f"{lifted.scope}: {lifted.reason}")
    return lifted


def lift(*, email: str, scopes: Sequence[str], reasons: Sequence[str]) -> int:
    """Remove blocks, because the person has agreed anew or staff say so; returns how many."""
    count, _per_model = Suppression.objects.filter(
        email_hash=email_hash(email), scope__in=scopes, reason__in=reasons
    ).delete()
    return count


def unsubscribe(*, message_uuid: uuid.UUID, everything: bool = False) -> Message | None:
    """Stop the kind of mail that the message was, or all advertising; at once and for good. Idempotent.

    None if no such message was ever sent as advertising. Works for a message whose address has been erased, too.
    """
    with transaction.atomic():
        message = Message.objects.filter(message_id__startswith=f"<{message_uuid}@").exclude(purpose="").first()
        if message is None:
            return None
        scope = Suppression.ADVERTISING if everything else message.purpose
        reason = Suppression.Reason.UNSUBSCRIBED
        suppress_fingerprint(message.email_hash, scope=scope, reason=reason, source=message.message_id)
        if message.to_email:
            announce_refusal(message.to_email, purpose="" if everything else message.purpose, reason=reason)
    return message


def forget_what_is_over() -> int:
    """Delete blocks that have ended, and reports that no message was found for within a month; return how many."""
    now = clock.now()
    blocks, _per_model = Suppression.objects.filter(expires_at__lt=now).delete()
    reports, _per_model = MessageEvent.objects.filter(message=None, received_at__lt=now - NOBODYS).delete()
    return blocks + reports
