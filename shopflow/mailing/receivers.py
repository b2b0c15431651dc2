"""What mail providers tell the shop, as anymail delivers it: reports, and mails that came in."""

from __future__ import annotations

from typing import Any

from anymail.signals import inbound, tracking
from django.dispatch import receiver

from shopflow.core import clock
from shopflow.mailing.delivery import report_of
from shopflow.mailing.services.feedback import record_report
from shopflow.mailing.services.incoming import take_in


@receiver(tracking, dispatch_uid="shopflow.mailing.tracking")
def provider_reported(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Record a report. An error goes back to the provider, which repeats the report later."""
    report = report_of(event, esp_name, received_at=clock.now())
    if report is not None:
        record_report(report)


@receiver(inbound, dispatch_uid="shopflow.mailing.inbound")
def mail_came_in(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Unsubscribe whoever wrote to the mailbox for it, and notice answers to our mails."""
    mail = event.message
    automatic = str(mail.get("Auto-Submitted", "no")).lower() != "no"
    take_in(
        subject=str(mail.subject or ""),
        answers=f"{mail.get('In-Reply-To', '')} {mail.get('References', '')}",
        is_automatic=automatic,
    )
