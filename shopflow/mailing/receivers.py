"""Reports of mail providers, as anymail delivers them."""

from __future__ import annotations

from typing import Any

from anymail.signals import tracking
from django.dispatch import receiver

from shopflow.mailing.services.feedback import record_delivery


@receiver(tracking, dispatch_uid="shopflow.mailing.tracking")
def provider_reported(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Pass on a report about one of our messages, which carries its number as metadata."""
    number = str((event.metadata or {}).get("message", ""))
    if number.isdigit():
        record_delivery(
            message_id=int(number),
            event=event.event_type or "",
            reject_reason=event.reject_reason or "",
            description=event.description or event.mta_response or "",
        )
