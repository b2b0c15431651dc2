"""How an order moves, and the only place that moves it."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _
from oscar.apps.order.exceptions import InvalidOrderStatus
from oscar.apps.order.signals import order_status_changed
from oscar.core.loading import get_model

from oscar_ext.order.events import OrderPaid, OrderStatusChanged
from oscar_ext.order.queries import order_email, paid_cents
from oscar_ext.order.statuses import status_label
from shopflow.core.services import audit, publish

Order = get_model("order", "Order")
Line = get_model("order", "Line")
OrderStatusChange = get_model("order", "OrderStatusChange")
Source = get_model("payment", "Source")
SourceType = get_model("payment", "SourceType")
StockRecord = get_model("partner", "StockRecord")
Transaction = get_model("payment", "Transaction")

logger = logging.getLogger("shopflow.orders")

OVER = {"cancelled", "returned"}
"""Statuses in which money that arrives buys nothing: no invoice, no download."""

HANDED_OVER = {"shipped", "delivered"}
"""Statuses by which the goods have left: what was allocated leaves the stock."""


@transaction.atomic
def change_status(*, order_id: int, new_status: str, actor: Any = None) -> Any:
    """Move an order to ``new_status``, with its lines, its stock, its history and the event.

    Moving to the status that it has already does nothing. Raises ``InvalidOrderStatus`` with a sentence when the
    pipeline does not allow the step; nothing is changed then.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    old_status = order.status
    if new_status == old_status:
        return order
    if new_status not in order.available_statuses():
        raise InvalidOrderStatus(
            _("Order %(number)s is “%(old)s” and cannot become “%(new)s”.")
            % {"number": order.number, "old": status_label(old_status), "new": status_label(new_status)}
        )
    Order.objects.filter(pk=order_id).update(status=new_status)
    order.status = new_status
    line_status = order.cascade.get(new_status)
    if line_status:
        Line.objects.filter(order_id=order_id).update(status=line_status)
    if new_status in HANDED_OVER:
        _consume_stock(order_id)
    elif new_status == "cancelled":
        _free_stock(order_id)
    OrderStatusChange.objects.create(order=order, old_status=old_status, new_status=new_status)
    order_status_changed.send(sender=order, order=order, old_status=old_status, new_status=new_status)
    publish(
        OrderStatusChanged(
            order_id=order.pk,
            order_number=order.number,
            email=order_email(order),
            user_id=order.user_id,
            old_status=old_status,
            new_status=new_status,
        )
    )
    if actor is not None:
        audit(actor=actor, action="order.status", target=order, summary=f"{order.number}: {old_status} → {new_status}")
    return order


def _allocated_lines(order_id: int) -> list[Any]:
    return list(
        Line.objects.filter(order_id=order_id, num_allocated__gt=0, stockrecord__isnull=False).order_by(
            "stockrecord_id", "pk"
        )
    )


def _consume_stock(order_id: int) -> None:
    """The goods leave: stock and allocation go down together, never below zero."""
    for line in _allocated_lines(order_id):
        StockRecord.objects.filter(pk=line.stockrecord_id, num_in_stock__isnull=False).update(
            num_in_stock=Greatest(F("num_in_stock") - line.num_allocated, 0),
            num_allocated=Greatest(Coalesce(F("num_allocated"), 0) - line.num_allocated, 0),
        )
    Line.objects.filter(order_id=order_id).update(num_allocated=0)


def _free_stock(order_id: int) -> None:
    """The goods stay: the allocation goes down and they can be sold again."""
    for line in _allocated_lines(order_id):
        StockRecord.objects.filter(pk=line.stockrecord_id).update(
            num_allocated=Greatest(Coalesce(F("num_allocated"), 0) - line.num_allocated, 0)
        )
    Line.objects.filter(order_id=order_id).update(num_allocated=0)


@transaction.atomic
def record_payment(*, order_id: int, amount_cents: int, reference: str, actor: Any = None) -> bool:
    """Book money that has arrived for an order; once per ``reference``. Returns False if it was booked before.

    When the whole amount is there, ``order_paid`` is published and a new order becomes paid; not so for an order that
    was cancelled or returned meanwhile, whose money is to be given back.
    """
    if amount_cents <= 0:
        raise ValueError(_("The amount must be greater than zero."))
    order = Order.objects.select_for_update().get(pk=order_id)
    if Transaction.objects.filter(source__order=order, txn_type=Transaction.DEBIT, reference=reference).exists():
        return False
    amount = Decimal(amount_cents) / 100
    source = order.sources.order_by("pk").first() or _bare_source(order)
    Source.objects.filter(pk=source.pk).update(amount_debited=F("amount_debited") + amount)
    Transaction.objects.create(source=source, txn_type=Transaction.DEBIT, amount=amount, reference=reference)
    if actor is not None:
        audit(
            actor=actor,
            action="order.payment",
            target=order,
            summary=f"{order.number}: {amount} {order.currency}",
            data={"reference": reference, "amount_cents": amount_cents},
        )
    if order.status in OVER:
        logger.warning("Money has arrived for %s, which is %s: it is to be given back.", order.number, order.status)
    elif paid_cents(order.pk) >= int(order.total_incl_tax * 100):
        announce_paid(order)
    return True


def announce_paid(order: Any) -> None:
    """Publish ``order_paid`` once, and move a new order on."""
    publish(
        OrderPaid(
            order_id=order.pk,
            order_number=order.number,
            email=order_email(order),
            user_id=order.user_id,
            amount_cents=int(order.total_incl_tax * 100),
        ),
        source_key=f"order:{order.pk}:paid",
    )
    if "paid" in order.available_statuses():
        change_status(order_id=order.pk, new_status="paid")


def _bare_source(order: Any) -> Any:
    source_type, __ = SourceType.objects.get_or_create(code="other", defaults={"name": _("Other payment")})
    return Source.objects.create(
        order=order, source_type=source_type, currency=order.currency, amount_allocated=order.total_incl_tax
    )
