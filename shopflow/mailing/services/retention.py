"""Taking people and words out of mails that have been kept long enough."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from shopflow.mailing.models import LinkClick, Message, MessageState
from shopflow.mailing.services.people import empty_messages

OVER = (MessageState.ACCEPTED, MessageState.FAILED, MessageState.UNKNOWN, MessageState.SKIPPED)


def forget_old_messages(*, kinds: Collection[str], before: datetime, limit: int) -> int:
    """Empty up to ``limit`` messages of ``kinds`` that were sent, or given up, before ``before``, in the caller's
    transaction; returns how many.

    Their rows stay with the address's fingerprint, so that figures stay right and nothing is sent twice. A mail whose
    clicks are still kept is left until those go: they need to know whether the person still agrees.
    """
    old = Message.objects.filter(
        ~Q(to_email="", address=""), mail_class__in=kinds, state__in=OVER, due_at=None, created_at__lt=before
    )
    old = old.filter(Q(accepted_at=None) | Q(accepted_at__lt=before))
    unread = old.filter(~Exists(LinkClick.objects.filter(message=OuterRef("pk"))))
    keys = list(unread.order_by("created_at").values_list("pk", flat=True)[:limit])
    if keys:
        empty_messages(Message.objects.filter(pk__in=keys))
    return len(keys)
