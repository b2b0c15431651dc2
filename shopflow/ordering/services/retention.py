"""Taking people out of baskets that were left, and out of attempts that became no order."""

from __future__ import annotations

from datetime import datetime

from shopflow.ordering.models import BasketActivity, OrderAttempt

SETTLED = (*OrderAttempt.ENDED, OrderAttempt.State.REFUNDED)


def forget_left_baskets(*, before: datetime, limit: int) -> int:
    """Take the address out of up to ``limit`` baskets that nobody has touched since ``before``, in the caller's
    transaction; returns how many. The basket stays its owner's.
    """
    left = BasketActivity.objects.exclude(email="").filter(touched_at__lt=before)
    keys = list(left.order_by("touched_at").values_list("pk", flat=True)[:limit])
    return BasketActivity.objects.filter(pk__in=keys, touched_at__lt=before).update(email="") if keys else 0


def forget_old_attempts(*, before: datetime, limit: int) -> int:
    """Take addresses, account and submission out of up to ``limit`` attempts of before ``before`` that became no order
    and owe nobody money, in the caller's transaction; returns how many.
    """
    old = OrderAttempt.objects.exclude(email="").filter(
        order=None, state__in=SETTLED, lease_until=None, created_at__lt=before
    )
    keys = list(old.order_by("created_at").values_list("pk", flat=True)[:limit])
    found = OrderAttempt.objects.filter(pk__in=keys, order=None, state__in=SETTLED, lease_until=None)
    return found.update(email="", user=None, submission={}) if keys else 0
