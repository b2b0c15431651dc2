"""Mails that people send to the shop: a wish to unsubscribe, or an answer. Their words are not kept here."""

from __future__ import annotations

import re

from django.db import transaction

from shopflow.core.services import publish
from shopflow.mailing.events import MailReplied
from shopflow.mailing.links import read_unsubscribe_token
from shopflow.mailing.models import Message
from shopflow.mailing.services.suppressions import unsubscribe

MOST_REFERENCES = 20


def take_in(*, subject: str, answers: str, is_automatic: bool) -> Message | None:
    """Act on a mail with this ``subject`` and the Message-IDs that it ``answers``; return the message it is about.

    A subject that is one of our signed tokens unsubscribes, whoever sent it: only the recipient of that mail knows the
    token. Anything else that names a mail of ours is an answer, and is announced once for each mail. Vacation notices
    (``is_automatic``) say nothing.
    """
    token = read_unsubscribe_token(subject.strip())
    if token is not None:
        return unsubscribe(message_uuid=token)
    if is_automatic:
        return None
    named = re.findall(r"<[!-;=?-~]{3,198}>", answers)[-MOST_REFERENCES:]
    message = Message.objects.filter(message_id__in=named).exclude(to_email="").order_by("-pk").first()
    if message is not None:
        _announce(message)
    return message


@transaction.atomic
def _announce(message: Message) -> None:
    publish(
        MailReplied(
            message_id=message.pk,
            template=message.template,
            email=message.to_email,
            reference=message.reference,
            flow=message.campaign,
        ),
        source_key=f"message:{message.pk}:replied",
    )
