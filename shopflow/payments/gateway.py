"""The bridge to django-payments: providers for cards, PayPal and others behind one socket.

A provider is asked without any database lock held, and every answer becomes a value.
"""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from payments import PaymentError, PaymentStatus, RedirectNeeded

from oscar_ext.order.services import record_payment
from shopflow.contracts.payments import PaymentOrder, PaymentResult, PaymentState
from shopflow.core import clock
from shopflow.core.links import absolute
from shopflow.ordering.services import payment_changed
from shopflow.payments.models import GatewayPayment, GatewayRefund
from shopflow.payments.queries import Source

logger = logging.getLogger("shopflow.payments")

STATES = {
    PaymentStatus.PREAUTH: PaymentState.AUTHORISED,
    PaymentStatus.CONFIRMED: PaymentState.PAID,
    PaymentStatus.REJECTED: PaymentState.DECLINED,
    PaymentStatus.ERROR: PaymentState.DECLINED,
    PaymentStatus.REFUNDED: PaymentState.REFUNDED,
    PaymentStatus.CANCELLED: PaymentState.CANCELLED,
}
"""What django-payments' statuses mean here; ``waiting`` and ``input`` depend on whether the customer has acted."""

NOT_DONE = (PaymentStatus.WAITING, PaymentStatus.INPUT)

BEFORE_THE_MONEY = (*NOT_DONE, PaymentStatus.REJECTED, PaymentStatus.ERROR, PaymentStatus.CANCELLED)
"""Statuses that no payment with captured money returns to; only a refund takes money away."""

DECLINED = _("Your payment was declined. Nothing was ordered. Please try again or choose another way to pay.")
UNREACHABLE = _(
    "The payment service does not answer at the moment. Nothing was paid. Please try again or choose another way to "
    "pay."
)


def start(*, variant: str, payment: PaymentOrder) -> PaymentResult:
    """Open a payment at the provider and say where the customer goes on; a second call opens no second one."""
    row, created = GatewayPayment.objects.get_or_create(
        reference=payment.reference, defaults={"variant": variant, **_facts(payment)}
    )
    if not created:
        return _going_on(row)
    try:
        row.get_form()
    except RedirectNeeded as redirect:
        return _redirect(row, _absolute(str(redirect)))
    except PaymentError:
        logger.warning("The provider %s refused to start %s", variant, payment.order_number, exc_info=True)
        return _failed(row, DECLINED)
    except OSError:
        logger.warning("The provider %s cannot be reached for %s", variant, payment.order_number, exc_info=True)
        return _failed(row, UNREACHABLE)
    return _going_on(row)


def _facts(payment: PaymentOrder) -> dict[str, Any]:
    billing = payment.billing
    return {
        "order_number": payment.order_number,
        "description": payment.description,
        "return_url": payment.return_url,
        "cancel_url": payment.cancel_url,
        "total": Decimal(payment.purchase.total_cents) / 100,
        "currency": payment.purchase.currency,
        "billing_email": payment.purchase.email,
        "billing_first_name": billing.get("first_name", ""),
        "billing_last_name": billing.get("last_name", ""),
        "billing_address_1": billing.get("line1", ""),
        "billing_address_2": billing.get("line2", ""),
        "billing_city": billing.get("line4", ""),
        "billing_postcode": billing.get("postcode", ""),
        "billing_country_code": billing.get("country_id", payment.purchase.country),
    }


def _absolute(url: str) -> str:
    return absolute(url) if url.startswith("/") else url


def _redirect(row: GatewayPayment, url: str) -> PaymentResult:
    return PaymentResult(state=PaymentState.REDIRECT, provider_reference=row.token, redirect_url=url)


def _going_on(row: GatewayPayment) -> PaymentResult:
    """A payment that has been opened: settled already, or continued on our page with the provider's form."""
    if row.status in NOT_DONE:
        return _redirect(row, absolute(reverse("shopflow-payments:pay", kwargs={"token": row.token})))
    return _result(row)


def _failed(row: GatewayPayment, message: Any) -> PaymentResult:
    """Close a payment that never began. No signal: the caller gets the answer itself."""
    GatewayPayment.objects.filter(pk=row.pk).update(status=PaymentStatus.ERROR, message=str(message))
    return PaymentResult(state=PaymentState.DECLINED, provider_reference=row.token, message=message)


def _result(row: GatewayPayment) -> PaymentResult:
    state = STATES[row.status]
    return PaymentResult(
        state=state,
        provider_reference=row.token,
        message=DECLINED if state is PaymentState.DECLINED else "",
        amount_cents=int(row.captured_amount * 100) or None if state is PaymentState.PAID else None,
    )


def status(*, reference: str) -> PaymentResult:
    """What is known of a payment. UNKNOWN after the customer has acted and the provider has not decided yet."""
    row = GatewayPayment.objects.filter(reference=reference).first()
    if row is None:
        return PaymentResult(state=PaymentState.CANCELLED, message=_("No payment was started."))
    if row.status == PaymentStatus.WAITING and row.acted_at:
        return PaymentResult(state=PaymentState.UNKNOWN, provider_reference=row.token)
    return _going_on(row)


def note_action(*, token: str) -> None:
    """The customer has sent the form or come back from the provider: from now on the money may be on its way."""
    GatewayPayment.objects.filter(token=token, acted_at__isnull=True).update(acted_at=clock.now())


@transaction.atomic
def note_change(*, payment: GatewayPayment) -> None:
    """A provider has told a new status, in the customer's request or in its own: have the order follow.

    Telling it twice changes nothing more: attempts are settled once, and money is booked once per reference. An older
    message that arrives after the money does not undo it.
    """
    if payment.status in BEFORE_THE_MONEY and _keep_confirmed(payment):
        return
    if payment.status == PaymentStatus.CONFIRMED:
        payment.captured_amount = payment.captured_amount or payment.total
        GatewayPayment.objects.filter(pk=payment.pk).update(captured_amount=payment.captured_amount)
    if payment.status in NOT_DONE:
        return
    payment_changed(reference=payment.reference)
    if payment.status == PaymentStatus.CONFIRMED:
        source = Source.objects.filter(reference=payment.reference).first()
        if source is not None:
            cents = int(payment.captured_amount * 100)
            record_payment(order_id=source.order_id, amount_cents=cents, reference=payment.reference)


def _keep_confirmed(payment: GatewayPayment) -> bool:
    """Take a status back that came too late: the payment holds captured money. False if it holds none."""
    rich = GatewayPayment.objects.filter(pk=payment.pk, captured_amount__gt=0)
    if not rich.update(status=PaymentStatus.CONFIRMED):
        return False
    logger.warning("%s is paid; the provider's late “%s” is not believed", payment.order_number, payment.status)
    payment.status = PaymentStatus.CONFIRMED
    return True


def refund(*, reference: str, amount_cents: int) -> PaymentResult:
    """Give money back by the same means; at most once per payment and amount.

    UNKNOWN when an earlier call was cut off: then only the provider's own pages can tell, and staff must look.
    """
    payment = GatewayPayment.objects.get(reference=reference)
    row = _claim_refund(payment, Decimal(amount_cents) / 100)
    if row.state == GatewayRefund.State.DONE:
        return PaymentResult(state=PaymentState.REFUNDED, provider_reference=payment.token, amount_cents=amount_cents)
    if row.message == _IN_DOUBT:
        return PaymentResult(state=PaymentState.UNKNOWN, provider_reference=payment.token)
    return _give_back(payment, row, amount_cents)


_IN_DOUBT = "in doubt"


@transaction.atomic
def _claim_refund(payment: GatewayPayment, amount: Decimal) -> GatewayRefund:
    """The refund's row. A row that was found STARTED is marked as in doubt, a REFUSED one is tried again."""
    State = GatewayRefund.State
    row, created = GatewayRefund.objects.get_or_create(payment=payment, amount=amount, defaults={"at": clock.now()})
    if created:
        return row
    retried = GatewayRefund.objects.filter(pk=row.pk, state=State.REFUSED).update(
        state=State.STARTED, message="", at=clock.now()
    )
    if not retried:
        GatewayRefund.objects.filter(pk=row.pk, state=State.STARTED).update(message=_IN_DOUBT)
    row.refresh_from_db()
    return row


def _give_back(payment: GatewayPayment, row: GatewayRefund, amount_cents: int) -> PaymentResult:
    try:
        if payment.status == PaymentStatus.PREAUTH and row.amount == payment.total:
            payment.release()
        else:
            payment.refund(row.amount)
    except (PaymentError, ValueError, NotImplementedError) as error:
        logger.exception("The provider refused to refund %s of %s", row.amount, payment.order_number)
        GatewayRefund.objects.filter(pk=row.pk).update(state=GatewayRefund.State.REFUSED, message=str(error))
        return PaymentResult(
            state=PaymentState.DECLINED,
            provider_reference=payment.token,
            message=gettext("The payment provider refused the refund: %(reason)s") % {"reason": error},
        )
    GatewayRefund.objects.filter(pk=row.pk).update(state=GatewayRefund.State.DONE, message="")
    return PaymentResult(state=PaymentState.REFUNDED, provider_reference=payment.token, amount_cents=amount_cents)
