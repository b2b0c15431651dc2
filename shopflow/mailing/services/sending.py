"""The worker's loop: claim, ask the gate, commit “being sent”, hand over, commit the answer.

The mail system's answer and our commit are two things; between them a crash is possible, and nobody can undo a
mail. So “being sent” is committed before the network is touched: whatever is found in that state with an expired lease
has perhaps been sent, and ``services.recovery`` decides by the message's class what that means.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shopflow.core import clock
from shopflow.core.claims import claim
from shopflow.mailing import transport as mail_system
from shopflow.mailing.exceptions import OutcomeUnknown, RefusedForGood, TryAgainLater
from shopflow.mailing.gate import refusal
from shopflow.mailing.models import SENDABLE, MailSettings, Message, MessageState
from shopflow.mailing.queries import mail_settings
from shopflow.mailing.services.announcing import announce_sent
from shopflow.mailing.services.recovery import outcome_unknown, recover_lost

logger = logging.getLogger("shopflow.mailing")

BATCH = 50
LEASE = timedelta(minutes=10)
"""Longer than any single hand-over can take with ``EMAIL_TIMEOUT``; renewed for each message."""

RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=8),
    timedelta(hours=24),
    timedelta(hours=24),
)
"""Waits between attempts, in all two and a half days; after the last one the message has failed and staff see it."""


def send_due(*, limit: int = BATCH) -> int:
    """Send up to ``limit`` due messages over one connection; return how many were looked at.

    Leases are wall-clock time: they are about living processes, not about the shop's calendar.
    """
    recover_lost()
    due = Message.objects.filter(state__in=SENDABLE, due_at__lte=clock.now()).order_by("due_at", "pk")
    now = timezone.now()
    keys = claim(due, now=now, lease=LEASE, limit=limit)
    if not keys:
        return 0
    with mail_system.Transport() as transport:
        mail = mail_settings()
        for key in keys:
            _send_claimed(key, lease=now + LEASE, transport=transport, mail=mail)
    return len(keys)


def _send_claimed(key: int, *, lease: datetime, transport: mail_system.Transport, mail: MailSettings) -> None:
    """Send one claimed message, unless another worker has it by now because our lease ran out."""
    message = Message.objects.filter(pk=key, lease_until=lease, state__in=SENDABLE).first()
    if message is None:
        return
    try:
        if not _may_go(message):
            return
        transport.open()
        built = mail_system.build(message, mail=mail, connection=transport.connection)
    except FileNotFoundError as error:
        _failed(message, f"An attachment is missing: {error}")
        return
    except TryAgainLater as error:
        _later(message, str(error), attempts=message.attempts + 1)
        return
    except Exception as error:  # a broken plugin or template file must not hold up the messages behind it
        logger.exception("Message %s could not be prepared", key)
        _later(message, f"{type(error).__name__}: {error}", attempts=message.attempts + 1)
        return
    if _submitting(message, lease):
        _hand_over(message, built, transport)


def _may_go(message: Message) -> bool:
    refused = refusal(message)
    if refused is None:
        return True
    if refused.until is not None:
        Message.objects.filter(pk=message.pk).update(
            state=MessageState.DEFERRED, due_at=refused.until, last_error=refused.reason, lease_until=None
        )
        return False
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SKIPPED,
        skip_code=refused.code,
        last_error=refused.reason,
        due_at=None,
        lease_until=None,
    )
    return False


def _submitting(message: Message, lease: datetime) -> bool:
    """Commit that the message is about to leave; False if it is not ours any more."""
    now = timezone.now()
    mine = Message.objects.filter(pk=message.pk, lease_until=lease, state__in=SENDABLE)
    changed = mine.update(
        state=MessageState.SUBMITTING,
        attempts=F("attempts") + 1,
        lease_until=now + LEASE,
        submitted_at=clock.now(),
    )
    message.attempts += 1
    return changed == 1


def _hand_over(message: Message, built: mail_system.EmailMultiAlternatives, transport: mail_system.Transport) -> None:
    try:
        provider_id = transport.submit(built)
    except RefusedForGood as error:
        _failed(message, str(error))
    except TryAgainLater as error:
        _later(message, str(error), attempts=message.attempts)
    except OutcomeUnknown as error:
        _ask_or_wonder(message, transport, str(error))
    else:
        _accepted(message, provider_id)


def _ask_or_wonder(message: Message, transport: mail_system.Transport, reason: str) -> None:
    held = transport.holds(message.message_id)
    if held:
        _accepted(message, "")
    elif held is False:
        _later(message, reason, attempts=message.attempts)
    else:
        outcome_unknown(message, reason)


def _accepted(message: Message, provider_id: str) -> None:
    """Record that the mail was taken, even if our lease ran out meanwhile and the message counts as unknown."""
    with transaction.atomic():
        changed = Message.objects.filter(
            pk=message.pk,
            attempts=message.attempts,
            state__in=[MessageState.SUBMITTING, MessageState.UNKNOWN],
        ).update(
            state=MessageState.ACCEPTED,
            accepted_at=clock.now(),
            provider_id=provider_id[:200],
            due_at=None,
            lease_until=None,
            last_error="",
        )
        if changed:
            announce_sent(message)


def _failed(message: Message, reason: str) -> None:
    logger.error("Message %s (%s) failed for good: %s", message.pk, message.template, reason)
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.FAILED, last_error=reason, due_at=None, lease_until=None
    )


def _later(message: Message, reason: str, *, attempts: int) -> None:
    if attempts > len(RETRY_AFTER):
        _failed(message, reason)
        return
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.DEFERRED,
        attempts=attempts,
        due_at=clock.now() + RETRY_AFTER[attempts - 1],
        lease_until=None,
        last_error=reason,
    )
