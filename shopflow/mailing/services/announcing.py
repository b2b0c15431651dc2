from __future__ import annotations

from collections.abc import Sequence

from shopflow.core.services import publish, publish_first
from shopflow.mailing.addresses import normalise_email
from shopflow.mailing.events import Complained, HardBounced, LinkClicked, MailSent, MailUnsubscribed
from shopflow.mailing.models import LinkClick, Message


def announce_sent(messages: Sequence[Message]) -> None:
    """Publish ``mail_sent`` for messages whose state has just become “sent”, in the transaction that made it so."""
    publish_first([(_sent(message), _key(message)) for message in messages])


def announce_found(message: Message) -> None:
    """The same for a message that turned out to be sent, which may have been announced before."""
    publish(_sent(message), source_key=_key(message))


def _sent(message: Message) -> MailSent:
    return MailSent(
        message_id=message.pk,
        template=message.template,
        email=message.to_email,
        reference=message.reference,
    )


def _key(message: Message) -> str:
    return f"message:{message.pk}:sent"


def announce_refusal(email: str, *, purpose: str, reason: str) -> None:
    """Publish ``mail_unsubscribed`` in the caller's transaction."""
    publish(MailUnsubscribed(email=normalise_email(email), purpose=purpose, reason=reason))


def announce_trouble(email: str, *, is_gone: bool, message_id: int | None) -> None:
    """Publish ``hard_bounced`` (``is_gone``) or ``complained`` in the caller's transaction."""
    kind = HardBounced if is_gone else Complained
    publish(kind(email=normalise_email(email), message_id=message_id))


def announce_click(click: LinkClick) -> bool:
    """Publish ``link_clicked`` in the caller's transaction; False if it was published before."""
    message = click.message
    event = LinkClicked(
        message_id=message.pk,
        template=message.template,
        email=message.to_email,
        reference=message.reference,
        link=click.number,
    )
    return publish(event, source_key=click_key(click.pk)) is not None


def click_key(pk: int) -> str:
    """The source key of the event about one click."""
    return f"click:{pk}"
