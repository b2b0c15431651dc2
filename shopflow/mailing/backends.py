"""Django e-mail backends: the local mailbox, SMTP, and the door through which everybody else's mails join the queue."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import get_language

from shopflow.contracts.mail import Attachment
from shopflow.mailing import mailbox
from shopflow.mailing.files import store_attachments
from shopflow.mailing.mime import Mail, on_the_envelope


class MailboxBackend(BaseEmailBackend):
    """Puts mails into the Maildir at ``SHOPFLOW_MAILBOX_DIR``, where staff read them in the browser."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        box = mailbox.open_box()
        for message in email_messages:
            box.add(message.message().as_bytes())
        return len(email_messages)

    def holds(self, message_id: str) -> bool:
        """Whether the mailbox has a mail with this Message-ID; what makes crashes harmless here."""
        return mailbox.find(message_id) is not None

    def forget(self, email: str) -> None:
        """Delete the mails to ``email``, for an erasure."""
        mailbox.remove_for(email)


class SmtpBackend(EmailBackend):
    """Django's own, which hands over our mails without looking at the same addresses and headers anew for each."""

    connection: Any

    def _send(self, email_message: EmailMessage) -> bool:
        if not isinstance(email_message, Mail) or not email_message.recipients():
            return bool(super()._send(email_message))  # type: ignore[misc]
        sender = on_the_envelope(email_message.from_email)
        recipients = [on_the_envelope(address) for address in email_message.recipients()]
        self.connection.sendmail(sender, recipients, email_message.written())
        return True


class QueueBackend(BaseEmailBackend):
    """Takes what Django, Wagtail and third parties send with ``send_mail`` into the message queue.

    Nothing is sent inside a request, everything is in the log, suppression and retries hold for all. The real mail
    system is the setting ``SHOPFLOW_MAIL_TRANSPORT``.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            self._queue(message)
        return len(email_messages)

    def _queue(self, message: EmailMessage) -> None:
        from shopflow.mailing.services import queue_rendered  # needs the app registry, which settings come before

        files = self._files(message)
        for recipient in message.recipients():
            queue_rendered(
                dedupe_key=f"django:{uuid.uuid4()}",
                template="django",
                to=recipient,
                subject=str(message.subject),
                text="" if message.content_subtype == "html" else str(message.body),
                html=_html(message),
                language=get_language() or "de",
                attachments=files,
            )

    def _files(self, message: EmailMessage) -> list[Attachment]:
        return store_attachments(message.attachments)


def _html(message: Any) -> str:
    if message.content_subtype == "html":
        return str(message.body)
    alternatives = getattr(message, "alternatives", [])
    return next((str(content) for content, mimetype in alternatives if mimetype == "text/html"), "")
