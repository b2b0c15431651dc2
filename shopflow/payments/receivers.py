from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from payments.signals import status_changed

from shopflow.payments import gateway
from shopflow.payments.models import GatewayPayment


@receiver(status_changed, sender=GatewayPayment, dispatch_uid="shopflow_payments.status_changed")
def follow(sender: Any, instance: GatewayPayment, **_: Any) -> None:
    gateway.note_change(payment=instance)
