"""When an order must have arrived: what the shop's pages have said, or what the law says where they said nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from oscar.core.loading import get_model

from oscar_ext.order.queries import order_email
from oscar_ext.shipping.methods import PICKUP
from oscar_ext.shipping.models import ShippingRate
from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.core.workdays import add_working_days
from shopflow.parts.events import PromiseAtRisk
from shopflow.parts.models import DeliveryPromise, PartRecord

LAWFUL_DAYS = 30
"""Where nothing was said, goods must arrive within 30 days of the contract (§ 475 (1) BGB)."""
UNDER_WAY = ("new", "paid", "in_work")
"""Statuses of orders whose goods have not left yet."""
AT_ONCE = 200


def keep_promise(*, order_id: int, since: datetime) -> DeliveryPromise | None:
    """Write down by when the order must arrive, counted from ``since``; once per order. None if nothing is sent."""
    order = get_model("order", "Order").objects.get(pk=order_id)
    if not (order.shipping_address_id or order.shipping_code == PICKUP):
        return None
    day = since.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    promise, _created = DeliveryPromise.objects.get_or_create(order=order, defaults={"due_on": _due_on(order, day)})
    return promise


def _due_on(order: Any, day: date) -> date:
    parts = PartRecord.objects.filter(product__line__order=order)
    lead: int | None = parts.aggregate(lead=Max("lead_days"))["lead"]
    rate = ShippingRate.objects.filter(code=order.shipping_code).values_list("days_to", flat=True).first()
    if not lead and not rate:
        return day + timedelta(days=LAWFUL_DAYS)
    return add_working_days(day, (lead or 0) + (rate or 0))


@transaction.atomic
def announce_late_orders() -> int:
    """Publish ``promise_at_risk`` for orders that should arrive today and have not left; returns how many."""
    now = clock.now()
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    due = DeliveryPromise.objects.filter(settled_at=None, due_on__lte=today)
    due.exclude(order__status__in=UNDER_WAY).update(settled_at=now)
    late = list(due.select_related("order__user").order_by("due_on", "pk")[:AT_ONCE])
    for promise in late:
        _announce(promise)
    DeliveryPromise.objects.filter(pk__in=[promise.pk for promise in late]).update(settled_at=now)
    return len(late)


def _announce(promise: DeliveryPromise) -> None:
    order = promise.order
    event = PromiseAtRisk(
        order_id=order.pk,
        order_number=order.number,
        email=order_email(order),
        user_id=order.user_id,
        due_on=promise.due_on.isoformat(),
    )
    publish(event, source_key=f"order:{order.pk}:promise:{promise.due_on:%Y-%m-%d}")
