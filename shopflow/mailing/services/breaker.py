"""The fuse: advertising that bounces or annoys too often stops by itself, before the provider stops us."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.core.services import audit
from shopflow.mailing.models import SENDABLE, AdvertisingPause, Message

logger = logging.getLogger("shopflow.mailing")

WINDOW = timedelta(days=7)
LEAST_BOUNCED, BOUNCED_SHARE = 5, 0.05
LEAST_COMPLAINED, COMPLAINED_SHARE = 2, 0.003
"""Large mailbox providers refuse senders from 0.3 % complaints on; five per cent bounces are a list gone stale."""


def look_for_trouble(message: Message) -> None:
    """Pause the template and the campaign of ``message`` if too many of their mails bounce or are reported as spam.

    Counted are the mails of the last seven days, but none from before staff last ended a pause.
    """
    _judge(AdvertisingPause.Kind.TEMPLATE, message.template, Q(template=message.template))
    if message.campaign:
        _judge(AdvertisingPause.Kind.CAMPAIGN, message.campaign, Q(campaign=message.campaign))


def _judge(kind: str, code: str, which: Q) -> None:
    since = clock.now() - WINDOW
    before = AdvertisingPause.objects.filter(kind=kind, code=code).order_by("-pk").first()
    if before is not None:
        if before.ended_at is None:
            return
        since = max(since, before.ended_at)
    found = Message.objects.filter(which, mail_class=MailClass.ADVERTISING, accepted_at__gte=since).aggregate(
        sent=Count("pk"),
        bounced=Count("pk", filter=Q(delivery_state__in=["bounced", "rejected"])),
        complained=Count("pk", filter=Q(delivery_state="complained")),
    )
    if _too_many(**found):
        AdvertisingPause.objects.get_or_create(
            kind=kind, code=code, ended_at=None, defaults={**found, "started_at": clock.now()}
        )
        logger.error("Advertising of %s “%s” is paused: %s", kind, code, found)


def _too_many(*, sent: int, bounced: int, complained: int) -> bool:
    """Whether a share is over its threshold, and enough cases make the share mean something."""
    return (bounced >= LEAST_BOUNCED and bounced > BOUNCED_SHARE * sent) or (
        complained >= LEAST_COMPLAINED and complained > COMPLAINED_SHARE * sent
    )


def end_pause(*, pause_id: int, actor: Any) -> bool:
    """Let the advertising go on at ``actor``'s wish; False if it is not paused any more."""
    with transaction.atomic():
        pause = AdvertisingPause.objects.select_for_update().filter(pk=pause_id, ended_at=None).first()
        if pause is None:
            return False
        AdvertisingPause.objects.filter(pk=pause_id).update(ended_at=clock.now())
        held(pause).update(due_at=clock.now())
        audit(actor=actor, action="mail_pause_end", target=pause, summary=f"{pause.kind}: {pause.code}")
        enqueue("shopflow.mailing.send_due")
    return True


def held(pause: AdvertisingPause) -> QuerySet[Message]:
    """The messages that wait because of ``pause``."""
    which = {pause.kind: pause.code}
    return Message.objects.filter(
        **which, mail_class=MailClass.ADVERTISING, state__in=SENDABLE, due_at__isnull=False, lease_until=None
    )
