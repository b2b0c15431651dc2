from __future__ import annotations

from typing import Any

from django.db import transaction

from shopflow.core.services import audit
from shopflow.mailing.models import MailSettings


def save_mail_settings(*, sender_name: str, sender_address: str, reply_to: str, actor: Any) -> MailSettings:
    """Store who mails come from."""
    values = {"sender_name": sender_name, "sender_address": sender_address, "reply_to": reply_to}
    with transaction.atomic():
        stored, _created = MailSettings.objects.update_or_create(pk=1, defaults=values)
        audit(actor=actor, action="mail_settings", target=stored, summary=sender_address, data=values)
    return stored
