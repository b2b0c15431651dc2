"""Recalls and safety warnings: who has bought what, who was told, who has read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from oscar_ext.order.queries import order_email
from shopflow.core import clock
from shopflow.core.services import audit, publish
from shopflow.desk.services import settle_tasks
from shopflow.parts.events import SafetyNoticeAcknowledged, SafetyNoticeForBuyer, SafetyNoticeIssued
from shopflow.parts.models import NoticeReceipt, SafetyNotice


def affected_orders(
    product_ids: Sequence[int], *, sold_from: date | None = None, sold_to: date | None = None
) -> QuerySet[Any]:
    """Orders that hold one of the products and were not cancelled, of these days."""
    orders = get_model("order", "Order").objects.filter(lines__product_id__in=product_ids)
    if sold_from:
        orders = orders.filter(date_placed__date__gte=sold_from)
    if sold_to:
        orders = orders.filter(date_placed__date__lte=sold_to)
    return orders.exclude(status="cancelled").distinct()


@transaction.atomic
def issue_notice(*, facts: Mapping[str, Any], product_ids: Sequence[int], actor: Any) -> SafetyNotice:
    """Issue a notice about these products; a worker then writes to every buyer. Raises ValueError without products."""
    if not product_ids:
        raise ValueError("A notice is about products.")
    notice = SafetyNotice(**facts, issued_at=clock.now(), issued_by=actor)
    notice.full_clean(exclude=["products"])
    notice.save()
    notice.products.set(product_ids)
    publish(SafetyNoticeIssued(notice_id=notice.pk), source_key=f"notice:{notice.pk}:issued")
    audit(actor=actor, action="safety_notice.issue", target=notice, summary=str(notice))
    return notice


@transaction.atomic
def announce_notice(*, notice_id: int) -> int:
    """Publish ``safety_notice`` for every affected order, once each; returns how many there are."""
    notice = SafetyNotice.objects.get(pk=notice_id)
    products = list(notice.products.values_list("pk", flat=True))
    orders = affected_orders(products, sold_from=notice.sold_from, sold_to=notice.sold_to).select_related("user")
    return sum(_announce(notice, order) for order in orders.order_by("pk").iterator(chunk_size=500))


def _announce(notice: SafetyNotice, order: Any) -> bool:
    receipt, _created = NoticeReceipt.objects.get_or_create(notice=notice, order=order)
    event = SafetyNoticeForBuyer(
        notice_id=notice.pk,
        receipt_id=receipt.pk,
        order_id=order.pk,
        order_number=order.number,
        email=order_email(order),
        user_id=order.user_id,
    )
    return publish(event, source_key=f"notice:{notice.pk}:order:{order.pk}") is not None


@transaction.atomic
def acknowledge_notice(*, receipt_id: int) -> bool:
    """The buyer has read the notice; False if that was known already."""
    open_one = NoticeReceipt.objects.filter(pk=receipt_id, acknowledged_at=None)
    if not open_one.update(acknowledged_at=clock.now()):
        return False
    receipt = NoticeReceipt.objects.get(pk=receipt_id)
    event = SafetyNoticeAcknowledged(notice_id=receipt.notice_id, receipt_id=receipt.pk, order_id=receipt.order_id)
    publish(event, source_key=f"notice:receipt:{receipt.pk}:acknowledged")
    settle_tasks(about=f"safety_notice:{receipt.pk}", note=_("The buyer has acknowledged the notice."))
    return True
