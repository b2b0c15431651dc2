"""What becomes of messages whose outcome nobody knows.

| class | then |
|---|---|
| advertising | never again: at most once |
| transactional, internal | again after 15 minutes with the same Message-ID, so that mail programs fold a double |
| required by law | again at once with the same Message-ID, and staff are told |
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.mailing.models import Message, MessageState
from shopflow.mailing.services.announcing import announce_found

WAIT = timedelta(minutes=15)
MAX_DOUBLES = 3
"""After so many attempts a message of unknown outcome is left to staff: a line that always breaks must not flood."""


def recover_lost(*, limit: int = 100) -> int:
    """Deal with messages whose worker died while they were on their way; return how many there were."""
    lost = Message.objects.filter(state=MessageState.SUBMITTING, lease_until__lt=timezone.now())
    messages = list(lost.order_by("lease_until")[:limit])
    if not messages:
        return 0
    find = getattr(get_connection(settings.SHOPFLOW_MAIL_TRANSPORT), "holds", None)
    for message in messages:
        held = None if find is None or not message.is_mail else bool(find(message.message_id))
        _settle(message, held)
    return len(messages)


def _settle(message: Message, held: bool | None) -> None:
    reason = _("The process that was sending ended in the middle.")
    if held is None:
        outcome_unknown(message, reason)
    elif held:
        _was_sent(message)
    else:
        _still_ours(message).update(
            state=MessageState.DEFERRED, due_at=clock.now(), lease_until=None, last_error=reason
        )


def _still_ours(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(pk=message.pk, state=MessageState.SUBMITTING, attempts=message.attempts)


def _was_sent(message: Message) -> None:
    with transaction.atomic():
        if _still_ours(message).update(
            state=MessageState.ACCEPTED, accepted_at=clock.now(), due_at=None, lease_until=None, last_error=""
        ):
            announce_found(message)


def outcome_unknown(message: Message, reason: str) -> None:
    """Record that nobody knows whether ``message`` was taken, and when it is tried again, by its class."""
    notes = list(message.notes)
    due = None
    if message.attempts < MAX_DOUBLES:
        if message.mail_class == MailClass.LEGAL:
            due = clock.now()
            notes.append(_("Sent again because nobody knows whether the first attempt arrived; it may arrive twice."))
        elif message.mail_class != MailClass.ADVERTISING:
            due = clock.now() + WAIT
    _still_ours(message).update(
        state=MessageState.UNKNOWN, due_at=due, lease_until=None, last_error=reason, notes=notes
    )
