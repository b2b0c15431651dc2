"""The built-in ways to pay: transfer in advance, at the counter, on account, and by gateway."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.contracts.payments import (
    PaymentMethod,
    PaymentOrder,
    PaymentResult,
    PaymentState,
    Purchase,
)
from shopflow.contracts.types import Label
from shopflow.core import clock
from shopflow.payments import gateway
from shopflow.payments.girocode import SIZE_IN_PIXELS, giro_code, svg_data
from shopflow.payments.models import ApprovedBusiness, BankAccount
from shopflow.payments.queries import (
    approved_business,
    bank_account,
    locked_business,
    order_payment,
    pay_until,
    unpaid_on_account,
)

BY_HAND = _("Please give the money back by hand and record it at the order.")


def transfer_details(order: Any, account: BankAccount, *, days: int) -> dict[str, Any] | None:
    """What a customer needs for a transfer of what is open, for templates; None when nothing is open."""
    payment = order_payment(order)
    if payment is None or not payment.is_open:
        return None
    last_day = pay_until(order, days)
    code = giro_code(holder=account.holder, iban=account.iban, amount=payment.open_amount, text=order.number)
    return {
        "order": order,
        "account": account,
        "amount": payment.open_amount,
        "pay_until": last_day,
        "is_late": last_day < timezone.localdate(clock.now()),
        "giro_code": code,
        "giro_code_svg": svg_data(code),
        "giro_code_size": SIZE_IN_PIXELS,
    }


class OfflineMethod(PaymentMethod):
    """A way to pay that no machine confirms: the order stands at once, staff record the money when it is there."""

    asks_provider = False

    def start(self, payment: PaymentOrder) -> PaymentResult:
        if not self.is_available(payment.purchase):
            return PaymentResult(
                state=PaymentState.DECLINED,
                message=_("This way to pay is not possible for this order. Please choose another one."),
            )
        return PaymentResult(state=PaymentState.PENDING)

    def status(self, reference: str, provider_reference: str) -> PaymentResult:
        source = get_model("payment", "Source").objects.filter(reference=reference).first()
        if source is None or source.amount_debited < source.amount_allocated:
            return PaymentResult(state=PaymentState.PENDING)
        if source.amount_refunded >= source.amount_debited > 0:
            return PaymentResult(state=PaymentState.REFUNDED)
        return PaymentResult(state=PaymentState.PAID, amount_cents=int(source.amount_debited * 100))

    def refund(self, reference: str, provider_reference: str, amount_cents: int) -> PaymentResult:
        return PaymentResult(state=PaymentState.PENDING, message=BY_HAND, amount_cents=amount_cents)


class BankTransfer(OfflineMethod):
    code = "bank_transfer"
    label = _("Bank transfer in advance")
    description = _("You transfer the amount, we send the goods when it has arrived. GiroCode included.")
    position = 20

    def is_available(self, purchase: Purchase) -> bool:
        return purchase.currency == "EUR" and bank_account() is not None

    def days(self, order: Any, account: BankAccount) -> int:
        return account.transfer_days

    def details(self, order: Any) -> dict[str, Any] | None:
        """The transfer of what is open; None when nothing is, or there is no account."""
        account = bank_account()
        return transfer_details(order, account, days=self.days(order, account)) if account else None

    def instructions(self, order_id: int) -> str:
        details = self.details(get_model("order", "Order").objects.get(pk=order_id))
        return render_to_string("shopflow/payments/transfer.html", details) if details else ""


class OnAccount(BankTransfer):
    code = "invoice"
    label = _("On account")
    description = _("For business customers whom we have approved. You pay after delivery, by transfer.")
    position = 30

    def is_available(self, purchase: Purchase) -> bool:
        business = approved_business(purchase.user_id)
        return business is not None and super().is_available(purchase) and _within_limit(business, purchase)

    def refusal(self, purchase: Purchase) -> Label:
        """Two orders that each stay within the limit must not pass it together: the second waits for the first."""
        business = locked_business(purchase.user_id)
        if business is not None and _within_limit(business, purchase):
            return ""
        return _("This order would pass the limit of your account. Please pay it in advance, or pay open orders first.")

    def days(self, order: Any, account: BankAccount) -> int:
        business = approved_business(order.user_id)
        return business.term_days if business else account.transfer_days


def _within_limit(business: ApprovedBusiness, purchase: Purchase) -> bool:
    owed = unpaid_on_account(business.user_id)
    return owed + Decimal(purchase.total_cents) / 100 <= business.credit_limit


class AtPickup(OfflineMethod):
    code = "pickup"
    label = _("Pay at pickup")
    description = _("In cash or by card at our counter.")
    position = 40

    def is_available(self, purchase: Purchase) -> bool:
        return purchase.shipping_method == "pickup"

    def instructions(self, order_id: int) -> str:
        order = get_model("order", "Order").objects.get(pk=order_id)
        payment = order_payment(order)
        if payment is None or not payment.is_open:
            return ""
        return render_to_string("shopflow/payments/at_pickup.html", {"order": order, "amount": payment.open_amount})


class GatewayMethod(PaymentMethod):
    """A variant of django-payments as a way to pay. ``variant`` is its name in ``PAYMENT_VARIANTS``."""

    variant = ""
    position = 10

    def start(self, payment: PaymentOrder) -> PaymentResult:
        return gateway.start(variant=self.variant, payment=payment)

    def status(self, reference: str, provider_reference: str) -> PaymentResult:
        return gateway.status(reference=reference)

    def refund(self, reference: str, provider_reference: str, amount_cents: int) -> PaymentResult:
        return gateway.refund(reference=reference, amount_cents=amount_cents)


def gateway_method(variant: str) -> type[GatewayMethod]:
    """A payment method class for a variant of django-payments; its label comes from ``SHOPFLOW_PAYMENT_LABELS``."""
    label: Label = getattr(settings, "SHOPFLOW_PAYMENT_LABELS", {}).get(variant) or variant.replace("-", " ").title()
    fields = {"code": f"gateway_{variant}", "label": label, "variant": variant, "__module__": __name__}
    return type(f"Gateway_{variant}", (GatewayMethod,), fields)
