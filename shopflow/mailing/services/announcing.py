from __future__ import annotations

from shopflow.core.services import publish
from shopflow.mailing.addresses import normalise_email
from shopflow.mailing.events import MailSent, MailUnsubscribed
from shopflow.mailing.models import Message


def announce_sent(message: Message) -> None:
    """Publish ``mail_sent``, once per message, in the caller's transaction."""
    publish(
        MailSent(
            message_id=message.pk,
            template=message.template,
            email=message.to_email,
            reference=message.reference,
        ),
        source_key=f"message:{message.pk}:sent",
    )


def announce_refusal(email: str, *, purpose: str, reason: str) -> None:
    """Publish ``mail_unsubscribed`` in the caller's transaction."""
    publish(MailUnsubscribed(email=normalise_email(email), purpose=purpose, reason=reason))
