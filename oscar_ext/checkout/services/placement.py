from __future__ import annotations

import logging
from collections.abc import Callable
from copy import copy
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from oscar.core.loading import get_class, get_model

from oscar_ext.basket.queries import only_stored_offers, with_offers_possible
from oscar_ext.checkout.calculators import order_total
from oscar_ext.checkout.queries import country, source_type_key
from oscar_ext.checkout.submission import AgreedPrices, Submission, cents
from oscar_ext.order.events import OrderPlaced
from oscar_ext.order.services import announce_paid, record_payment
from shopflow.contracts.checkout import Agreement, Checkout, CheckoutGate, checkout_gates
from shopflow.contracts.payments import PaymentResult, PaymentState, Purchase, payment_methods
from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.ordering.exceptions import PurchaseRefused
from shopflow.ordering.models import OrderAttempt
from shopflow.ordering.services import Intent, begin_at_once, finish_at_once, mark_placed, record_agreements

logger = logging.getLogger("shopflow.checkout")

MONEY_IS_THERE = {PaymentState.PAID, PaymentState.AUTHORISED}
ORDER_STANDS = MONEY_IS_THERE | {PaymentState.PENDING}

Applicator = get_class("offer.applicator", "Applicator")
Basket = get_model("basket", "Basket")
BillingAddress = get_model("order", "BillingAddress")
OrderCreator = get_class("order.utils", "OrderCreator")
ShippingAddress = get_model("order", "ShippingAddress")
Source = get_model("payment", "Source")
SourceType = get_model("payment", "SourceType")
UserAddress = get_model("address", "UserAddress")


class NotLive(Exception):
    """The attempt has ended without an order; its goods are no longer held."""


class NotAtOnce(Exception):
    """The payment method does not let the order stand at once."""


class AgreedShipping:
    """The shipping method as agreed, in the shape that Oscar's order creator asks for."""

    def __init__(self, submission: Submission) -> None:
        self.code = submission.shipping.code
        self.name = submission.shipping.name

    def discount(self, basket: Any) -> Decimal:
        return Decimal("0.00")


@transaction.atomic
def place_order(*, reference: str, result: PaymentResult) -> Any:
    """Write the order of an attempt: order, lines, stock, payment source, agreements and event, or nothing at all.

    Placing an attempt twice returns the first order. Raises :class:`NotLive` when the goods are no longer held and
    ``PurchaseRefused`` when the basket no longer adds up to what the customer agreed to.
    """
    attempt = _locked(reference)
    if attempt.state == OrderAttempt.State.PLACED:
        return attempt.order
    if attempt.state not in OrderAttempt.LIVE:
        raise NotLive(attempt.state)
    if result.state is PaymentState.PENDING:
        _ask_method(attempt)
    submission = Submission.from_json(attempt.submission)
    order = _write(attempt, submission)
    Basket.objects.filter(pk=attempt.basket_id).update(status=Basket.SUBMITTED, date_submitted=order.date_placed)
    mark_placed(attempt=attempt, order_id=order.pk)
    _announce(order, attempt, result, language=submission.language)
    return order


@transaction.atomic
def place_at_once(
    *, intent: Intent, basket: Any, submission: Submission, start: Callable[[OrderAttempt], PaymentResult]
) -> tuple[OrderAttempt, Any]:
    """Claim a basket and place its order in one transaction, for a payment that nobody outside has to agree to.

    ``start`` asks the payment method. Raises :class:`NotAtOnce` unless it lets the order stand, and what claiming and
    placing raise; in all cases nothing has changed.
    """
    attempt, wanted = begin_at_once(intent)
    result = start(attempt)
    if result.state not in ORDER_STANDS:
        raise NotAtOnce(result.state)
    if result.state is PaymentState.PENDING:
        _ask_method(attempt)
    attempt.basket = copy(basket)
    order = _write(attempt, submission)
    finish_at_once(attempt=attempt, wanted=wanted, order_id=order.pk)
    _announce(order, attempt, result, language=submission.language)
    return attempt, order


def _write(attempt: OrderAttempt, submission: Submission) -> Any:
    """The order with its payment source and everything that was agreed."""
    with translation.override(submission.language):
        order = _write_order(attempt, submission)
    _write_source(order, attempt)
    _record_agreements(order, attempt, submission)
    return order


def _announce(order: Any, attempt: OrderAttempt, result: PaymentResult, *, language: str) -> None:
    publish(
        OrderPlaced(
            order_id=order.pk,
            order_number=order.number,
            email=attempt.email,
            user_id=attempt.user_id,
            basket_id=attempt.basket_id,
            payment_method=attempt.payment_method,
            total_cents=attempt.total_cents,
            language=language,
        ),
        source_key=f"order:{order.pk}:placed",
        first=True,
    )
    if attempt.total_cents == 0:
        announce_paid(order)
    elif result.state is PaymentState.PAID:
        _book(order, attempt, result)


def _locked(reference: str) -> OrderAttempt:
    """The attempt, locked, with basket and customer, and whether any offer can apply to the basket."""
    attempts = OrderAttempt.objects.select_for_update(of=("self",)).select_related("basket", "user")
    attempt = with_offers_possible(attempts, basket="basket_id").get(reference=reference)
    attempt.basket.offers_possible = attempt.offers_possible
    return attempt


def _ask_method(attempt: OrderAttempt) -> None:
    """Let the payment method look once more, now that nobody can come between. Raises PurchaseRefused."""
    if attempt.payment_method in payment_methods:
        refusal = payment_methods.get(attempt.payment_method).refusal(Purchase(**attempt.submission["purchase"]))
        if refusal:
            raise PurchaseRefused(str(refusal))


def _book(order: Any, attempt: OrderAttempt, result: PaymentResult) -> None:
    """Book what the provider says has arrived; an order is paid by its whole amount and nothing less."""
    arrived = attempt.total_cents if result.amount_cents is None else result.amount_cents
    if arrived != attempt.total_cents:
        logger.error("%s: %s cents were paid of %s", attempt.order_number, arrived, attempt.total_cents)
    if arrived > 0:
        record_payment(order_id=order.pk, amount_cents=arrived, reference=attempt.reference)


def _write_order(attempt: OrderAttempt, submission: Submission) -> Any:
    basket = attempt.basket
    basket.reset_offer_applications()
    basket._lines = _lines_of(basket)
    basket.strategy = AgreedPrices(submission.lines, attempt.currency)
    if {line.pk for line in basket.all_lines()} != {line.line_id for line in submission.lines}:
        raise PurchaseRefused(_("The basket has changed since the order was sent. Please check it and order again."))
    if basket.offers_possible or not only_stored_offers():
        Applicator().apply(basket, attempt.user or AnonymousUser())
    total = order_total(basket, submission.shipping.price, submission.surcharges)
    if cents(total.incl_tax) != attempt.total_cents:
        raise PurchaseRefused(
            _("A discount in this order is no longer valid. Please check your basket and order again.")
        )
    try:
        return _create(basket, total, attempt, submission)
    except ValueError as error:  # how Oscar refuses a voucher that was used up in the meantime
        raise PurchaseRefused(str(error)) from error


def _lines_of(basket: Any) -> Any:
    """The basket's lines with all that an order line is made of, in a fixed number of queries."""
    return (
        basket.lines.select_related("product__product_class", "product__parent__product_class", "stockrecord__partner")
        .prefetch_related("attributes__option")
        .order_by("date_created", "pk")
    )


def _create(basket: Any, total: Any, attempt: OrderAttempt, submission: Submission) -> Any:
    return OrderCreator().place_order(
        basket=basket,
        total=total,
        shipping_method=AgreedShipping(submission),
        shipping_charge=submission.shipping.price,
        user=attempt.user or AnonymousUser(),
        shipping_address=_address(ShippingAddress, submission.shipping_address, attempt.user),
        billing_address=_address(BillingAddress, submission.billing_address, attempt.user),
        order_number=attempt.order_number,
        surcharges=submission.surcharges or None,
        guest_email="" if attempt.user_id else attempt.email,
        date_placed=clock.now(),
    )


def _address(model: Any, fields: dict[str, Any] | None, user: Any) -> Any:
    if not fields:
        return None
    address = model(**fields)
    address.country = country(fields["country_id"])
    address.save()
    if user is not None and model is ShippingAddress:
        _remember_address(user, address)
    return address


def _remember_address(user: Any, address: Any) -> None:
    """Keep the address in the customer's address book, once."""
    known = UserAddress(user=user)
    address.populate_alternative_model(known)
    if not UserAddress.objects.filter(user=user, hash=known.generate_hash()).exists():
        known.save()


def _write_source(order: Any, attempt: OrderAttempt) -> None:
    if attempt.total_cents == 0:
        return
    label = str(payment_methods.get(attempt.payment_method).label)
    key = source_type_key(attempt.payment_method)
    if key is None:
        key = SourceType.objects.get_or_create(code=attempt.payment_method, defaults={"name": label[:128]})[0].pk
    Source.objects.create(
        order=order,
        source_type_id=key,
        currency=attempt.currency,
        amount_allocated=order.total_incl_tax,
        reference=attempt.reference,
        label=label[:128],
    )


def _record_agreements(order: Any, attempt: OrderAttempt, submission: Submission) -> None:
    agreed = submission.agreed()
    record_agreements(order_id=order.pk, language=submission.language, agreements=agreed, is_new=True)
    checkout = _checkout(attempt, submission)
    for gate in checkout_gates:
        gate.record(order_id=order.pk, checkout=checkout, agreements=_of_gate(gate, agreed))


def follow_up(*, order_id: int) -> None:
    """Let the gates do what the customer did not have to wait for."""
    attempt = OrderAttempt.objects.get(order_id=order_id)
    submission = Submission.from_json(attempt.submission)
    agreed = submission.agreed()
    checkout = _checkout(attempt, submission)
    for gate in checkout_gates:
        gate.follow_up(order_id=order_id, checkout=checkout, agreements=_of_gate(gate, agreed))


def _of_gate(gate: CheckoutGate, agreed: dict[tuple[str, str], Agreement]) -> dict[str, Agreement]:
    return {key: agreement for (code, key), agreement in agreed.items() if code == gate.code}


def _checkout(attempt: OrderAttempt, submission: Submission) -> Checkout:
    return Checkout(
        basket_id=attempt.basket_id,
        user_id=attempt.user_id,
        email=attempt.email,
        country=submission.purchase.country,
        language=submission.language,
        payment_method=attempt.payment_method,
        lines=(),
    )
