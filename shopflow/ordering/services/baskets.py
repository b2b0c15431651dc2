from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime
from oscar.core.loading import get_model

from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.ordering.events import BasketIdle, BasketMailRequested, CheckoutAbandoned, CheckoutStarted
from shopflow.ordering.models import BasketActivity
from shopflow.ordering.services.basket_news import announcing_news

Basket = get_model("basket", "Basket")


def touch_basket(*, basket_id: int, email: str = "", in_checkout: bool = False, removed: bool = False) -> None:
    """Note that a basket was changed or taken to the checkout now, and whose it is if that is known.

    ``removed``: goods were taken out. What automations ask for is announced to them.
    """
    with announcing_news(basket_id, in_checkout=in_checkout, removed=removed):
        _write_touch(basket_id, email, in_checkout)


def _write_touch(basket_id: int, email: str, in_checkout: bool) -> None:
    values: dict[str, Any] = {"touched_at": clock.now(), "announced_at": None}
    if email:
        values["email"] = email.lower()
    if in_checkout:
        values["checkout_at"] = values["touched_at"]
    BasketActivity.objects.bulk_create(
        [BasketActivity(basket_id=basket_id, **values)],
        update_conflicts=True,
        unique_fields=["basket_id"],
        update_fields=list(values),
    )


@transaction.atomic
def note_checkout(*, basket_id: int, email: str = "", user: Any = None) -> None:
    """Somebody goes to the checkout with this basket: signed in as ``user``, or a guest who has just sent ``email``.

    Announced once a day, if an address is known.
    """
    touch_basket(basket_id=basket_id, email=email, in_checkout=True)
    known = (email or (user.email if user is not None else "")).strip().lower()
    if not known:
        return
    event = CheckoutStarted(basket_id=basket_id, email=known, user_id=None if user is None else user.pk)
    publish(event, source_key=f"basket:{basket_id}:checkout:{localtime(clock.now()).date().isoformat()}")


def request_basket_mail(*, basket_id: int, email: str, user_id: int | None = None) -> bool:
    """Have the open basket mailed to ``email``, once a day; False if it is empty or was asked for today already.

    The address is used for this one mail and not kept with the basket.
    """
    basket = Basket.objects.filter(pk=basket_id, status=Basket.OPEN).first()
    if basket is None or not basket.lines.exists():
        return False
    email, day = email.strip().lower(), localtime(clock.now()).date().isoformat()
    mark = hashlib.sha256(email.encode()).hexdigest()[:16]
    event = BasketMailRequested(basket_id=basket_id, email=email, user_id=user_id, day=day)
    with transaction.atomic():
        return publish(event, source_key=f"basket:{basket_id}:mail:{day}:{mark}") is not None


def idle_after() -> timedelta:
    """How long a basket rests before it counts as left; one hour unless the shop says otherwise."""
    return timedelta(minutes=getattr(settings, "SHOPFLOW_BASKET_IDLE_MINUTES", 60))


def announce_idle_baskets(*, limit: int = 500) -> int:
    """Publish ``basket_idle`` for baskets that rest, once per rest; return how many."""
    now = clock.now()
    resting = (
        BasketActivity.objects.filter(announced_at__isnull=True, touched_at__lte=now - idle_after())
        .select_related("basket__owner")
        .order_by("touched_at")[:limit]
    )
    count = 0
    for activity in resting:
        with transaction.atomic():
            count += _announce(activity, now)
    return count


def _announce(activity: BasketActivity, now: datetime) -> int:
    changed = BasketActivity.objects.filter(
        pk=activity.pk, announced_at__isnull=True, touched_at=activity.touched_at
    ).update(announced_at=now)
    basket = activity.basket
    owner = basket.owner
    email = (owner.email if owner else activity.email).lower()
    if not changed or not email or basket.status != Basket.OPEN or not basket.lines.exists():
        return 0
    publish(
        BasketIdle(basket_id=basket.pk, email=email, user_id=owner.pk if owner else None),
        source_key=f"basket:{basket.pk}:idle:{activity.touched_at.isoformat()}",
    )
    if activity.checkout_at is not None:
        left = CheckoutAbandoned(basket_id=basket.pk, email=email, user_id=owner.pk if owner else None)
        publish(left, source_key=f"basket:{basket.pk}:left:{activity.checkout_at.isoformat()}")
    return 1
