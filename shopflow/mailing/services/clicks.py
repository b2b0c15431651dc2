from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from django.db import transaction

from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import forget_events
from shopflow.mailing.events import LinkClicked
from shopflow.mailing.machines import BURST, is_burst
from shopflow.mailing.measuring import Link, agreeing
from shopflow.mailing.models import LinkClick, Message
from shopflow.mailing.services.announcing import announce_click, click_key

COUNTED_FOR = timedelta(days=90)
"""How long after a mail was sent its links count; they lead on for ever."""

KEPT = timedelta(days=400)
"""How long a click is kept: a year to compare with, and the days around it. The sums of the days stay."""

WAITED = timedelta(days=1)
"""How old a click may be that is still announced: longer than any worker rests."""

MANY = 500


def record_click(*, link: Link, message: Message, by_machine: bool, at: datetime) -> LinkClick | None:
    """Note that a link was followed. None, and nothing noted, if the person does not agree (any more), or too late."""
    gone = message.accepted_at is not None and message.accepted_at < at - COUNTED_FOR
    if gone or not message.counted_links or not message.to_email or not agreeing([message.to_email]):
        return None
    click = LinkClick.objects.create(message=message, number=link.number, at=at, by_machine=by_machine)
    if not by_machine and message.counted_links > 1:
        _unmask(click, message)
    return click


def _unmask(click: LinkClick, message: Message) -> None:
    """Put down to a machine what follows link after link, the first ones as well."""
    burst = LinkClick.objects.filter(message=message, at__gt=click.at - BURST)
    if is_burst(set(burst.values_list("number", flat=True)), links=message.counted_links):
        burst.update(by_machine=True)
        click.by_machine = True


@transaction.atomic
def announce_clicks() -> int:
    """Publish ``link_clicked`` for clicks of people, once each, oldest first; returns how many.

    Not before it is certain that no burst follows, which would make a machine of them, and not after :data:`WAITED`.
    The consent is asked for once more.
    """
    waiting = _unannounced(clock.now())
    agreed = agreeing({click.message.to_email for click in waiting} - {""}) if waiting else set()
    return sum(announce_click(click) for click in reversed(waiting) if click.message.to_email in agreed)


def _unannounced(now: datetime) -> list[LinkClick]:
    """The clicks of people that have not been announced, newest first: a batch in which all were is the last one read,
    because what is older was there when it was announced.
    """
    settled = LinkClick.objects.filter(by_machine=False, at__gt=now - WAITED, at__lte=now - BURST)
    rows = settled.select_related("message").order_by("-at", "-pk")
    found: list[LinkClick] = []
    for start in itertools.count(step=MANY):
        batch = {click_key(click.pk): click for click in rows[start : start + MANY]}
        known = OutboxEvent.objects.filter(source_key__in=list(batch)).values_list("source_key", flat=True)
        fresh = [batch[key] for key in batch.keys() - set(known)]
        found += sorted(fresh, key=lambda click: (click.at, click.pk), reverse=True)
        if not fresh:
            break
    return found


def forget_clicks() -> int:
    """Delete clicks that are too old, and those of people who have withdrawn; returns how many.

    What was announced of the latter stays, about nobody.
    """
    count, _per_model = LinkClick.objects.filter(at__lt=clock.now() - KEPT).delete()
    last = 0
    while rows := _next_people(last):
        last = max(rows)
        agreed = agreeing(set(rows.values()))
        withdrawn = [key for key, email in rows.items() if email not in agreed]
        with transaction.atomic():
            gone, _per_model = LinkClick.objects.filter(message__in=withdrawn).delete()
            forget_events(code=LinkClicked.code, field="message_id", values=withdrawn)
        count += gone
    return count


def _next_people(after: int) -> dict[int, str]:
    """Addresses by message, for the next messages that were clicked in."""
    rows = LinkClick.objects.filter(message__gt=after).order_by("message_id").distinct()
    return dict(rows.values_list("message_id", "message__to_email")[:MANY])
