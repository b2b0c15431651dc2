"""Oscar's mails go through our queue: logged, suppressed, retried, and never sent inside a request."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import get_language
from oscar.apps.communication.utils import Dispatcher as OscarDispatcher

from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.mailing.addresses import email_hash
from shopflow.mailing.composing import shared_context
from shopflow.mailing.files import store_attachments
from shopflow.mailing.models import Message
from shopflow.mailing.services import queue_rendered

logger = logging.getLogger("shopflow.mailing")

REPLACED = frozenset({"ORDER_PLACED"})
"""Mails of Oscar that are not sent: the confirmation of the order comes from the room of legal texts."""


ANYBODY_ASKS = frozenset({"PASSWORD_RESET", "PRODUCT_ALERT_CONFIRMATION"})
"""Mails that anybody can cause by typing in somebody's address."""

MAX_AN_HOUR = 3
"""Mails of one such kind to one address."""


def _had_enough(email: str, template: str) -> bool:
    since = clock.now() - timedelta(hours=1)
    sent = Message.objects.filter(email_hash=email_hash(email), template=template, created_at__gt=since)
    return sent.count() >= MAX_AN_HOUR


class Dispatcher(OscarDispatcher):
    """Renders as Oscar does and queues the result as transactional mail."""

    def get_base_context(self, **kwargs: Any) -> dict[str, Any]:
        """Oscar's context with what ``mail/base.html`` needs."""
        language = {"LANGUAGE_CODE": get_language() or "de"}
        return super().get_base_context(**{**shared_context(mail_class=MailClass.TRANSACTIONAL), **language, **kwargs})

    def get_messages(self, event_code: str, extra_context: Mapping[str, Any] | None = None) -> dict[str, str]:
        """The rendered parts, with the code of what they are about."""
        if event_code in REPLACED:
            return {"code": event_code, "subject": "", "body": "", "html": "", "sms": ""}
        return {"code": event_code, **super().get_messages(event_code, dict(extra_context or {}))}

    def send_email_messages(
        self, recipient_email: str, messages: Mapping[str, str], from_email: str | None = None, attachments: Any = None
    ) -> Message | None:
        """Queue the mail; the sender is the shop's, whatever ``from_email`` says. None for mails that are replaced."""
        code = messages.get("code", "")
        if code in REPLACED or not (messages["body"] or messages["html"]):
            return None
        template = f"oscar/{code.lower() or 'direct'}"
        if code in ANYBODY_ASKS and _had_enough(recipient_email, template):
            logger.warning("No further “%s” to one address within the hour.", template)
            return None
        return queue_rendered(
            dedupe_key=f"oscar:{uuid.uuid4()}",
            template=template,
            to=recipient_email,
            subject=messages["subject"],
            text=messages["body"].strip() + "\n",
            html=messages["html"],
            language=get_language() or "de",
            attachments=store_attachments(attachments or ()),
        )

    def create_email(self, user: Any, messages: Mapping[str, str], email: Message | None) -> Any:
        """Oscar's own archive, where the host shop keeps it on."""
        from oscar.core.loading import get_model

        if email is None or not user.is_authenticated:
            return None
        return get_model("communication", "Email").objects.create(
            user=user, email=user.email, subject=email.subject, body_text=email.text, body_html=messages["html"]
        )
