"""What providers report after the hand-over: delivered, bounced, complained (anymail's normalised events)."""

from __future__ import annotations

from django.db import transaction

from shopflow.core import clock
from shopflow.mailing.models import Message, MessageState, Suppression
from shopflow.mailing.services.announcing import announce_refusal, announce_sent
from shopflow.mailing.services.suppressions import suppress

_RANK = {"": 0, "queued": 1, "sent": 2, "deferred": 3, "delivered": 4, "rejected": 5, "bounced": 5, "complained": 6}
_HARD = frozenset({"bounced", "invalid", "blocked"})


def record_delivery(*, message_id: int, event: str, reject_reason: str = "", description: str = "") -> bool:
    """Record a provider's ``event`` for our message; False for one that is unknown or tells nothing new.

    Reports come late, twice and in any order: a state is only ever replaced by one that says more. A report settles
    a message of unknown outcome. A hard bounce blocks the address, a complaint all advertising to it.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=message_id).first()
        if message is None or event not in _RANK or _RANK[event] <= _RANK.get(message.delivery_state, 0):
            return False
        Message.objects.filter(pk=message_id).update(delivery_state=event, last_error=description[:500])
        if message.state in (MessageState.SUBMITTING, MessageState.UNKNOWN):
            _settle(message)
        if message.to_email:
            _block(message, event, reject_reason)
    return True


def _settle(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.ACCEPTED, accepted_at=clock.now(), due_at=None, lease_until=None
    )
    announce_sent(message)


def _block(message: Message, event: str, reject_reason: str) -> None:
    source = message.message_id
    if event in ("bounced", "rejected") and reject_reason in _HARD:
        suppress(email=message.to_email, scope=Suppression.ALL, reason=Suppression.Reason.BOUNCED, source=source)
    elif event == "complained" or reject_reason == "spam":
        reason = Suppression.Reason.COMPLAINED
        if suppress(email=message.to_email, scope=Suppression.ADVERTISING, reason=reason, source=source):
            announce_refusal(message.to_email, purpose="", reason=reason)
