"""Reports of mail providers, as anymail delivers them."""

from __future__ import annotations

from typing import Any

from anymail.signals import tracking
from django.dispatch import receiver

from shopflow.core import clock
from shopflow.mailing.delivery import report_of
from shopflow.mailing.services.feedback import record_report


@receiver(tracking, dispatch_uid="shopflow.mailing.tracking")
def provider_reported(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Record a report. An error goes back to the provider, which repeats the report later."""
    report = report_of(event, esp_name, received_at=clock.now())
    if report is not None:
        record_report(report)
