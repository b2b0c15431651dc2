from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from shopflow.ordering.models import OrderAgreement, OrderAttempt


def agreements(order_id: int) -> QuerySet[OrderAgreement]:
    """Everything shown and ticked with an order, in the order shown."""
    return OrderAgreement.objects.filter(order_id=order_id).order_by("position")


def accepted(*, order_id: int, gate: str, key: str) -> bool:
    """Whether the customer accepted one declaration of one gate."""
    return OrderAgreement.objects.filter(order_id=order_id, gate=gate, key=key, accepted=True).exists()


def attempts_to_settle(now: datetime) -> QuerySet[OrderAttempt]:
    """Attempts that nobody is working on: time is up, the process that held them has died, or money came late."""
    time_is_up = Q(state__in=[*OrderAttempt.LIVE, OrderAttempt.State.REFUND_DUE], expires_at__lte=now)
    left_behind = Q(state__in=[*OrderAttempt.LIVE, *OrderAttempt.ENDED], lease_until__lte=now)
    return OrderAttempt.objects.filter(time_is_up | left_behind).order_by("expires_at")


def troubled_attempts() -> QuerySet[OrderAttempt]:
    """Attempts that staff should look at: money without an order."""
    return OrderAttempt.objects.filter(state=OrderAttempt.State.REFUND_DUE).order_by("created_at")
