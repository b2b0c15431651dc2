"""The worker's loop: claim, ask the gate, commit “being sent”, hand over, commit the answer.

The mail system's answer and our commit are two things; between them a crash is possible, and nobody can undo a
mail. So “being sent” is committed before the network is touched: whatever is found in that state with an expired lease
has perhaps been sent, and ``services.recovery`` decides by the message's class what that means.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.claims import claim
from shopflow.mailing import transport as mail_system
from shopflow.mailing.exceptions import OutcomeUnknown, RefusedForGood, TryAgainLater
from shopflow.mailing.gate import Refusal, refusal
from shopflow.mailing.models import SENDABLE, MailSettings, Message, MessageState, SendingLimit
from shopflow.mailing.queries import mail_settings, paused_advertising
from shopflow.mailing.services.announcing import announce_sent
from shopflow.mailing.services.feedback import adopt_reports
from shopflow.mailing.services.pace import Pace
from shopflow.mailing.services.recovery import outcome_unknown, recover_lost

logger = logging.getLogger("shopflow.mailing")

BATCH = 50
LEASE = timedelta(minutes=10)
"""Longer than any single hand-over can take with ``EMAIL_TIMEOUT``; renewed for each message."""

PAUSE = timedelta(hours=1)
"""How often held advertising is looked at again."""

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


@dataclass(frozen=True)
class _Batch:
    """What all messages of one batch share."""

    transport: mail_system.Transport
    mail: MailSettings
    lease: datetime
    paused: frozenset[tuple[str, str]]


def send_due(*, limit: int = BATCH) -> int:
    """Send up to ``limit`` due messages over one connection; return how many were looked at.

    Orders come before advertising, and no limit of :mod:`pace` is exceeded: what finds no room waits for its place.
    Leases are wall-clock time: they are about living processes, not about the shop's calendar.
    """
    recover_lost()
    now = timezone.now()
    pace = Pace()
    keys = _claim(pace, now=now, limit=limit)
    if not keys:
        return 0
    with mail_system.Transport() as transport:
        batch = _Batch(transport, mail_settings(), now + LEASE, paused_advertising())
        found = Message.objects.filter(pk__in=keys, lease_until=batch.lease).in_bulk()
        for message in _with_room([found[key] for key in keys if key in found], pace):
            _send_claimed(message, batch)
    return len(keys)


def _claim(pace: Pace, *, now: datetime, limit: int) -> list[int]:
    room = pace.take(SendingLimit.ALL, limit)
    if not room:
        return []
    due = Message.objects.filter(state__in=SENDABLE, due_at__lte=clock.now()).order_by("due_at", "pk")
    keys = claim(due.exclude(mail_class=MailClass.ADVERTISING), now=now, lease=LEASE, limit=room)
    if len(keys) < room:
        advertising = due.filter(mail_class=MailClass.ADVERTISING)
        keys += claim(advertising, now=now, lease=LEASE, limit=room - len(keys))
    pace.give_back(SendingLimit.ALL, room - len(keys))
    return keys


def _with_room(claimed: list[Message], pace: Pace) -> list[Message]:
    """Those of ``claimed`` that their recipients' domains have room for now; the others get a later place."""
    by_domain: dict[str, list[Message]] = {}
    for message in claimed:
        by_domain.setdefault(message.to_email.rpartition("@")[2], []).append(message)
    waiting: set[int] = set()
    for domain, mine in by_domain.items():
        late = mine[pace.take(domain, len(mine)) :]
        if late:
            pace.give_back(SendingLimit.ALL, len(late))
            for message, place in zip(late, pace.places(domain, len(late)), strict=True):
                _put_back(message, place)
            waiting.update(message.pk for message in late)
    return [message for message in claimed if message.pk not in waiting]


def _put_back(message: Message, due_at: datetime) -> None:
    """Release a message that may not go now, without counting an attempt."""
    Message.objects.filter(pk=message.pk, lease_until=message.lease_until, state__in=SENDABLE).update(
        due_at=due_at, lease_until=None
    )


def _send_claimed(message: Message, batch: _Batch) -> None:
    """Send one claimed message, unless another worker has it by now because our lease ran out."""
    if message.is_advertising and batch.paused & {("template", message.template), ("campaign", message.campaign)}:
        _put_back(message, clock.now() + PAUSE)
        return
    try:
        batch.transport.open()
        built = mail_system.build(message, mail=batch.mail, connection=batch.transport.connection)
        may_go = _submitting(message, batch.lease)
    except FileNotFoundError as error:
        _failed(message, f"An attachment is missing: {error}")
    except TryAgainLater as error:
        _later(message, str(error), attempts=message.attempts + 1)
    except Exception as error:  # a broken plugin or template file must not hold up the messages behind it
        logger.exception("Message %s could not be prepared", message.pk)
        _later(message, f"{type(error).__name__}: {error}", attempts=message.attempts + 1)
    else:
        if may_go:
            _hand_over(message, built, batch.transport)


def _submitting(message: Message, lease: datetime) -> bool:
    """Ask the gate and commit that the message is about to leave, in one transaction: what was withdrawn before it
    keeps the message back. False if it may not go, or is not ours any more."""
    now = timezone.now()
    mine = Message.objects.filter(pk=message.pk, lease_until=lease, state__in=SENDABLE)
    with transaction.atomic():
        refused = refusal(message)
        if refused is not None:
            mine.update(**_held_back(refused), last_error=refused.reason, lease_until=None)
            return False
        changed = mine.update(
            state=MessageState.SUBMITTING,
            attempts=F("attempts") + 1,
            lease_until=now + LEASE,
            submitted_at=clock.now(),
        )
    message.attempts += 1
    return changed == 1


def _held_back(refused: Refusal) -> dict[str, Any]:
    if refused.until is not None:
        return {"state": MessageState.DEFERRED, "due_at": refused.until}
    return {"state": MessageState.SKIPPED, "skip_code": refused.code, "due_at": None}


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
        if provider_id:
            Message.objects.filter(pk=message.pk, provider_id="").update(provider_id=provider_id[:200])
            adopt_reports(message, provider_id[:200])


def _untold(message: Message) -> QuerySet[Message]:
    """The message, unless a provider's report or another worker has decided about it meanwhile."""
    return Message.objects.filter(
        pk=message.pk, attempts=message.attempts, state__in=[*SENDABLE, MessageState.SUBMITTING]
    )


def _failed(message: Message, reason: str) -> None:
    logger.error("Message %s (%s) failed for good: %s", message.pk, message.template, reason)
    _untold(message).update(state=MessageState.FAILED, last_error=reason, due_at=None, lease_until=None)


def _later(message: Message, reason: str, *, attempts: int) -> None:
    if attempts > len(RETRY_AFTER):
        _failed(message, reason)
        return
    _untold(message).update(
        state=MessageState.DEFERRED,
        attempts=attempts,
        due_at=clock.now() + RETRY_AFTER[attempts - 1],
        lease_until=None,
        last_error=reason,
    )
