"""What becomes of messages whose outcome nobody knows.

| class | then |
|---|---|
| advertising | never again: at most once |
| transactional, internal | again after 15 minutes with the same Message-ID, so that mail programs fold a double |
| required by law | again at once with the same Message-ID, and staff are told |

Of a group that left together the row of its progress tells more: see ``services.progress``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.mailing.models import HandOver, Message, MessageState
from shopflow.mailing.services.announcing import announce_found

WAIT = timedelta(minutes=15)
MAX_DOUBLES = 3
"""After so many attempts a message of unknown outcome is left to staff: a line that always breaks must not flood."""


def recover_lost(*, limit: int = 100) -> int:
    """Deal with messages whose worker died while they were on their way; return how many there were."""
    now = timezone.now()
    groups = list(HandOver.objects.filter(lease_until__lt=now).values_list("pk", flat=True))
    count = sum(_take_up(group) for group in groups)
    lost = Message.objects.filter(state=MessageState.SUBMITTING, lease_until__lt=now)
    messages = list(lost.order_by("lease_until")[:limit])
    find = _finder() if messages else None
    for message in messages:
        _settle(message, find)
    return count + len(messages)


@transaction.atomic
def _take_up(key: int) -> int:
    """Deal with a group whose worker died: those before the one in hand were taken or written down as refused, those
    behind it have not left and are due again."""
    group = HandOver.objects.select_for_update().filter(pk=key).first()
    if group is None:  # another worker was quicker
        return 0
    on_their_way = Message.objects.filter(state=MessageState.SUBMITTING, lease_until=group.lease_until)
    found = on_their_way.in_bulk(group.keys)
    dealt, behind = group.keys[: max(0, group.position - 1)], group.keys[group.position :]
    for one in dealt:
        if one in found:
            _was_sent(found[one])
    not_left(on_their_way.filter(pk__in=behind))
    if group.position and (in_hand := found.get(group.keys[group.position - 1])):
        _settle(in_hand, _finder())
    group.delete()
    return len(found)


def not_left(messages: QuerySet[Message]) -> None:
    """Undo “being sent” of ``messages``, which have certainly not left; they are due as before, without an attempt."""
    before = Case(When(attempts=1, then=Value(MessageState.PLANNED)), default=Value(MessageState.DEFERRED))
    messages.update(state=before, attempts=F("attempts") - 1, lease_until=None)


def _finder() -> Callable[[str], bool] | None:
    """Asks the mail system whether it has the message with a Message-ID; None where it cannot be asked."""
    return getattr(get_connection(settings.SHOPFLOW_MAIL_TRANSPORT), "holds", None)


def _settle(message: Message, find: Callable[[str], bool] | None) -> None:
    held = None if find is None or not message.is_mail else bool(find(message.message_id))
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
