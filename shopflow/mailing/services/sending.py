"""The worker's loop: claim, ask the gate, commit “being sent”, hand over, commit the answer.

The mail system's answer and our commit are two things; between them a crash is possible, and nobody can undo a
mail. So “being sent” is committed before the network is touched: whatever is found in that state with an expired lease
has perhaps been sent, and ``services.recovery`` decides by the message's class what that means.

Advertising leaves in groups that share their commits; only which of them is in hand is committed for each
(``services.progress``), so that a crash leaves none but that one in doubt. All other mail shares nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone

from shopflow.contracts.channels import Outgoing
from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.claims import claim
from shopflow.mailing import transport as mail_system
from shopflow.mailing.couriers import hand_to_channel, outgoing
from shopflow.mailing.exceptions import OutcomeUnknown, RefusedForGood, TryAgainLater
from shopflow.mailing.gate import Refusal, refusals
from shopflow.mailing.measuring import Counted, counted
from shopflow.mailing.models import SENDABLE, MailSettings, Message, MessageState, SendingLimit
from shopflow.mailing.queries import mail_settings, paused_advertising
from shopflow.mailing.services.announcing import announce_sent
from shopflow.mailing.services.feedback import adopt_reports
from shopflow.mailing.services.pace import Pace
from shopflow.mailing.services.progress import Progress
from shopflow.mailing.services.recovery import not_left, outcome_unknown, recover_lost

logger = logging.getLogger("shopflow.mailing")

BATCH = 100
GROUP = 50
LONGEST_GROUP = 1.0
"""Seconds that may pass between asking the gate for a group and handing over its last message."""

LEASE = timedelta(minutes=10)
"""Longer than any single hand-over can take with ``EMAIL_TIMEOUT``; renewed for each group."""

PAUSE = timedelta(hours=1)
"""How often held advertising is looked at again."""

HELD_AT_LEAST = timedelta(seconds=10)
"""A gate that names a moment that has passed is not asked in circles."""

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

Built = mail_system.EmailMultiAlternatives | Outgoing
Taken = tuple[Message, str]


@dataclass
class _Batch:
    """What all messages of one batch share. ``size`` is how many messages of advertising may leave together."""

    transport: mail_system.Transport
    mail: MailSettings
    lease: datetime
    paused: frozenset[tuple[str, str]]
    size: int = field(default=GROUP)


def send_all_due() -> int:
    """Send whatever is due over one connection; return how many messages were looked at."""
    count = 0
    with mail_system.Transport() as transport:
        while done := send_due(transport=transport):
            count += done
    return count


def send_due(*, limit: int = BATCH, transport: mail_system.Transport | None = None) -> int:
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
    own = mail_system.Transport() if transport is None else None
    try:
        batch = _Batch(transport or own, mail_settings(), now + LEASE, paused_advertising())  # type: ignore[arg-type]
        found = Message.objects.filter(pk__in=keys, lease_until=batch.lease).in_bulk()
        claimed = _with_room([found[key] for key in keys if key in found], pace)
        for group in _groups(_unpaused(claimed, batch), batch):
            _send_group(group, batch)
    finally:
        if own is not None:
            own.close()
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
        domain = message.to_email.rpartition("@")[2] if message.is_mail else message.channel
        by_domain.setdefault(domain, []).append(message)
    waiting: set[int] = set()
    for domain, mine in by_domain.items():
        late = mine[pace.take(domain, len(mine)) :]
        if late:
            pace.give_back(SendingLimit.ALL, len(late))
            for message, place in zip(late, pace.places(domain, len(late)), strict=True):
                _put_back(message, place)
            waiting.update(message.pk for message in late)
    return [message for message in claimed if message.pk not in waiting]


def _unpaused(claimed: list[Message], batch: _Batch) -> list[Message]:
    going = []
    for message in claimed:
        if message.is_advertising and batch.paused & {("template", message.template), ("campaign", message.campaign)}:
            _put_back(message, clock.now() + PAUSE)
        else:
            going.append(message)
    return going


def _put_back(message: Message, due_at: datetime) -> None:
    """Release a message that may not go now, without counting an attempt."""
    Message.objects.filter(pk=message.pk, lease_until=message.lease_until, state__in=SENDABLE).update(
        due_at=due_at, lease_until=None
    )


def _groups(messages: list[Message], batch: _Batch) -> Iterator[list[Message]]:
    """What leaves together: advertising by mail in groups as large as the mail system is quick, all else alone."""
    group: list[Message] = []
    for message in messages:
        if not (message.is_advertising and message.is_mail):
            yield [message]
            continue
        group.append(message)
        if len(group) >= batch.size:
            yield group
            group = []
    if group:
        yield group


def _send_group(group: list[Message], batch: _Batch) -> None:
    """Send claimed messages, except those that another worker has by now because our lease ran out."""
    ready = [(message, built) for message in group if (built := _prepared(message, batch)) is not None]
    try:
        leaving, progress = _submitting([message for message, _built in ready], batch.lease)
    except Exception as error:  # a broken plugin must not hold up the messages behind it
        if len(group) > 1:
            logger.warning("A group of %s messages is taken again one by one: %s", len(group), error)
            for message in group:
                _send_group([message], batch)
            return
        logger.exception("Message %s could not be prepared", group[0].pk)
        _later(group[0], f"{type(error).__name__}: {error}", attempts=group[0].attempts + 1)
        return
    going = [(message, built) for message, built in ready if message.pk in leaving]
    for message, built in going:
        parts = leaving[message.pk]
        if parts is not None and isinstance(built, mail_system.EmailMultiAlternatives):
            parts.put_into(built)
    _hand_over_all(going, batch, progress)


def _prepared(message: Message, batch: _Batch) -> Built | None:
    """The message, ready to leave over a line that stands; None if it cannot, which is written down."""
    if not message.is_mail:
        return outgoing(message)
    try:
        batch.transport.open()
        return mail_system.build(message, mail=batch.mail, connection=batch.transport.connection)
    except FileNotFoundError as error:
        _failed(message, f"An attachment is missing: {error}")
    except TryAgainLater as error:
        _later(message, str(error), attempts=message.attempts + 1)
    except Exception as error:  # a broken template file must not hold up the messages behind it
        logger.exception("Message %s could not be built", message.pk)
        _later(message, f"{type(error).__name__}: {error}", attempts=message.attempts + 1)
    return None


def _submitting(messages: Sequence[Message], lease: datetime) -> tuple[dict[int, Counted | None], Progress | None]:
    """Ask the gate and commit that the messages are about to leave, in one transaction: what was withdrawn before it
    keeps a message back. Returns the keys of those that may go and are still ours, with the parts in which their links
    are counted where the person agrees to that, and what several of them are held by."""
    if not messages:
        return {}, None
    until = timezone.now() + LEASE
    ours = Message.objects.filter(lease_until=lease, state__in=SENDABLE)
    with transaction.atomic():
        refused = refusals(messages)
        for key, refusal in refused.items():
            ours.filter(pk=key).update(**_held_back(refusal), last_error=refusal.reason, lease_until=None)
        going = [message for message in messages if message.pk not in refused]
        keys = {message.pk for message in going}
        parts = counted(going)
        changed = ours.filter(pk__in=keys).update(
            state=MessageState.SUBMITTING,
            attempts=F("attempts") + 1,
            lease_until=until,
            submitted_at=clock.now(),
            counted_links=_links(parts),
        )
        if changed < len(keys):
            written = Message.objects.filter(pk__in=keys, state=MessageState.SUBMITTING, lease_until=until)
            keys = set(written.values_list("pk", flat=True))
        order = [message.pk for message in going if message.pk in keys]
        progress = Progress(order, until) if len(order) > 1 else None
    for message in going:
        message.attempts += 1
    return {key: parts.get(key) for key in order}, progress


def _links(parts: Mapping[int, Counted]) -> Case | int:
    """How many links of each message are counted, for all messages of an update."""
    whens = [When(pk=key, then=Value(len(found.numbers))) for key, found in parts.items()]
    return Case(*whens, default=Value(0)) if whens else 0


def _held_back(refused: Refusal) -> dict[str, Any]:
    if refused.until is not None:
        soonest = clock.now() + HELD_AT_LEAST
        return {"state": MessageState.DEFERRED, "due_at": max(refused.until, soonest)}
    return {"state": MessageState.SKIPPED, "skip_code": refused.code, "due_at": None}


def _hand_over_all(leaving: list[tuple[Message, Built]], batch: _Batch, progress: Progress | None) -> None:
    """Hand over one after the other. What takes too long goes back and is asked about again; what was taken is written
    down whatever happens to the rest. A group that somebody else has taken up meanwhile is left to them."""
    began = time.monotonic()
    taken: list[Taken] = []
    number = 0
    left: Sequence[Message] | None = None
    try:
        for message, built in leaving:
            if number and time.monotonic() - began > LONGEST_GROUP:
                break
            if progress is not None and not progress.reach(number + 1):
                return
            number += 1
            answer = _handed_over(message, built, batch.transport)
            if answer is not None:
                taken.append((message, answer))
        left = [message for message, _built in leaving[number:]]
    finally:
        _accepted(taken, left, progress)
    if len(leaving) > 1:
        batch.size = _fitting(number, time.monotonic() - began)


def _fitting(count: int, seconds: float) -> int:
    """How many messages fit into a group if they leave as quickly as these."""
    return max(1, min(GROUP, int(count * LONGEST_GROUP / max(seconds, 0.001))))


def _take_back(messages: Sequence[Message]) -> None:
    """Undo “being sent” of messages that have certainly not left; they are due at once."""
    for attempts in {message.attempts for message in messages}:
        keys = [message.pk for message in messages if message.attempts == attempts]
        not_left(Message.objects.filter(pk__in=keys, state=MessageState.SUBMITTING, attempts=attempts))


def _handed_over(message: Message, built: Built, transport: mail_system.Transport) -> str | None:
    """The provider's number for a message that was taken; None for one that was not, which is written down."""
    try:
        return hand_to_channel(message.channel, built) if isinstance(built, Outgoing) else transport.submit(built)
    except RefusedForGood as error:
        _failed(message, str(error))
    except TryAgainLater as error:
        _later(message, str(error), attempts=message.attempts)
    except OutcomeUnknown as error:
        return _ask_or_wonder(message, transport, str(error))
    return None


def _ask_or_wonder(message: Message, transport: mail_system.Transport, reason: str) -> str | None:
    held = transport.holds(message.message_id) if message.is_mail else None
    if held:
        return ""
    if held is False:
        _later(message, reason, attempts=message.attempts)
    else:
        outcome_unknown(message, reason)
    return None


def _accepted(taken: Sequence[Taken], left: Sequence[Message] | None = None, progress: Progress | None = None) -> None:
    """Record that mails were taken, even if our lease ran out meanwhile and a message counts as unknown; and take back
    what is ``left``, with which the group has come to its end."""
    with transaction.atomic():
        _write_taken(taken)
        if left is not None:
            _take_back(left)
            if progress is not None:
                progress.end()


def _write_taken(taken: Sequence[Taken]) -> None:
    if not taken:
        return
    now = clock.now()
    numbers = {message.pk: number[:200] for message, number in taken if number}
    changed: set[int] = set()
    for attempts in {message.attempts for message, _number in taken}:
        keys = {message.pk for message, _number in taken if message.attempts == attempts}
        changed |= _accept(keys, attempts, now)
    announce_sent([message for message, _number in taken if message.pk in changed])
    for message, _number in taken:
        if message.pk in numbers:
            Message.objects.filter(pk=message.pk, provider_id="").update(provider_id=numbers[message.pk])
    adopt_reports([message for message, _number in taken], numbers)


def _accept(keys: set[int], attempts: int, now: datetime) -> set[int]:
    """Write “sent” for those of ``keys`` that still wait for it, and return them: each message once, ever."""
    waiting = Message.objects.filter(
        pk__in=keys, attempts=attempts, state__in=[MessageState.SUBMITTING, MessageState.UNKNOWN]
    )
    told = {"due_at": None, "lease_until": None, "last_error": ""}
    changed = waiting.update(state=MessageState.ACCEPTED, accepted_at=now, **told)
    if changed == len(keys):
        return keys
    accepted = Message.objects.filter(pk__in=keys, state=MessageState.ACCEPTED, accepted_at=now)
    return set(accepted.values_list("pk", flat=True)) if changed else set()


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
