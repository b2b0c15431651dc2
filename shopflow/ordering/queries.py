from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from shopflow.ordering.models import OrderAgreement, OrderAttempt


def agreements(order_id: int) -> QuerySet[OrderAgreement]:
    """Everything shown and ticked with an order, in the order shown."""
    return OrderAgreement.objects.filter(order_id=order_id).order_by("position")


def accepted(*, order_id: int, gate: str, key: str) -> bool:
    """Whether the customer accepted one declaration of one gate."""
    return OrderAgreement.objects.filter(order_id=order_id, gate=gate, key=key, accepted=True).exists()


def attempts_to_settle(now: datetime) -> QuerySet[OrderAttempt]:
    """Attempts that nobody is working on any more: time is up, or the process that held them has died."""
    return OrderAttempt.objects.filter(
        state__in=[*OrderAttempt.LIVE, OrderAttempt.State.REFUND_DUE], expires_at__lte=now
    ).order_by("expires_at") | OrderAttempt.objects.filter(state__in=OrderAttempt.LIVE, lease_until__lte=now).order_by(
        "expires_at"
    )


def troubled_attempts() -> QuerySet[OrderAttempt]:
    """Attempts that staff should look at: money without an order."""
    return OrderAttempt.objects.filter(state=OrderAttempt.State.REFUND_DUE).order_by("created_at")
