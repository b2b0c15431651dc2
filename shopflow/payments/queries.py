"""Reads of the payments room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone
from oscar.core.loading import get_model

from shopflow.contracts.payments import PaymentMethod, payment_methods
from shopflow.core.memo import kept_while_unchanged
from shopflow.payments.models import TERM_DAYS_SMALL_SELLER, ApprovedBusiness, BankAccount

Order = get_model("order", "Order")
Source = get_model("payment", "Source")

TRANSFERS = ("bank_transfer", "invoice")
"""Methods whose money has a last day to come."""

STALE = timedelta(days=30)
"""How long after it has become overdue a payment is still announced: an automation that is switched on today does not
write to those who have owed for half a year.
"""

OVER = ("cancelled", "returned")
"""Statuses in which no more money is expected."""


@kept_while_unchanged("shopflow_payments.BankAccount")
def bank_account() -> BankAccount | None:
    """The dealer's account, or None until staff have entered it."""
    return BankAccount.objects.filter(pk=1).first()


@dataclass(frozen=True)
class OrderPayment:
    """How an order is paid and what is still to come."""

    order: Any
    method_code: str
    label: str
    open_amount: Decimal
    paid_amount: Decimal

    @property
    def is_open(self) -> bool:
        return self.open_amount > 0 and self.order.status not in OVER

    @property
    def method(self) -> PaymentMethod | None:
        """The method, or None if its plugin has been removed since."""
        return payment_methods.get(self.method_code) if self.method_code in payment_methods else None


def order_payment(order: Any) -> OrderPayment | None:
    """How ``order`` is paid; None for an order that costs nothing."""
    sources = list(order.sources.select_related("source_type").order_by("pk"))
    if not sources:
        return None
    paid = sum((source.amount_debited - source.amount_refunded for source in sources), Decimal())
    first = sources[0]
    return OrderPayment(
        order=order,
        method_code=first.source_type.code,
        label=first.label or first.source_type.name,
        open_amount=max(order.total_incl_tax - paid, Decimal()),
        paid_amount=paid,
    )


def approved_business(user_id: int | None) -> ApprovedBusiness | None:
    """The customer's approval to buy on account, if it stands."""
    if user_id is None:
        return None
    return ApprovedBusiness.objects.filter(user_id=user_id, is_active=True).first()


def locked_business(user_id: int | None) -> ApprovedBusiness | None:
    """As :func:`approved_business`, locked until the transaction ends: who counts what is owed counts alone."""
    if user_id is None:
        return None
    return ApprovedBusiness.objects.select_for_update().filter(user_id=user_id, is_active=True).first()


def unpaid_on_account(user_id: int) -> Decimal:
    """What the customer owes for orders on account, in euros."""
    owed = Source.objects.filter(source_type__code="invoice", order__user_id=user_id).exclude(order__status__in=OVER)
    total: Decimal | None = owed.aggregate(total=Sum(F("amount_allocated") - F("amount_debited")))["total"]
    return total or Decimal("0.00")


def awaited() -> QuerySet[Any]:
    """Payment sources of orders whose money has not (fully) arrived, oldest first, with their orders.

    What is paid at the counter is awaited nowhere else, as long as nothing of it has come.
    """
    at_counter = Q(source_type__code="pickup", amount_debited=0)
    found: QuerySet[Any] = (
        Source.objects.filter(amount_debited__lt=F("amount_allocated"))
        .exclude(at_counter)
        .exclude(order__status__in=OVER)
        .select_related("order", "source_type")
        .annotate(open_amount=F("amount_allocated") - F("amount_debited"))
        .order_by("order__date_placed", "pk")
    )
    return found


def pay_until(order: Any, days: int) -> Any:
    """The day until which ``order`` is to be paid, counted from the order."""
    return timezone.localdate(order.date_placed) + timedelta(days=days)


@dataclass(frozen=True)
class Late:
    """A transfer that has not come (in full) by ``due_on``."""

    order: Any
    method_code: str
    due_on: date
    open_amount: Decimal


def overdue(*, days: int, today: date) -> list[Late]:
    """Transfers that are late by ``days`` or more, though not for long; two queries, however many there are."""
    account = bank_account()
    if account is None:
        return []
    longest = max(account.transfer_days, TERM_DAYS_SMALL_SELLER)
    oldest = today - timedelta(days=longest + days) - STALE
    rows = awaited().filter(source_type__code__in=TRANSFERS, order__date_placed__date__gte=oldest)
    late = []
    for row in rows.select_related("order__user__approved_business", "source_type"):
        due_on = pay_until(row.order, _days_to_pay(row, account))
        if STALE > today - due_on - timedelta(days=days) >= timedelta():
            late.append(Late(row.order, row.source_type.code, due_on, row.open_amount))
    return late


def _days_to_pay(source: Any, account: BankAccount) -> int:
    """As the methods themselves say it, from rows that were read with the order."""
    business: ApprovedBusiness | None = getattr(source.order.user, "approved_business", None)
    if source.source_type.code == "invoice" and business is not None and business.is_active:
        return business.term_days
    return account.transfer_days
