from __future__ import annotations

from decimal import Decimal as D

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from oscar_ext.order.services import record_payment
from shopflow.contracts.payments import PaymentState, payment_methods
from shopflow.payments.models import ApprovedBusiness
from shopflow.payments.services import approve_business, withdraw_approval


@pytest.fixture
def staff(db):
    return get_user_model().objects.create(email="chef@example.org", is_staff=True)


@pytest.fixture
def customer(db):
    return get_user_model().objects.create_user("werkstatt@example.org", "x")


@pytest.fixture
def business(customer, staff):
    return approve_business(user=customer, company="Werkstatt GmbH", credit_limit=D("200.00"), approved_by=staff)


def on_account():
    return payment_methods.get("invoice")


def test_only_approved_customers_buy_on_account(account, purchase, customer, business, staff):
    assert on_account().is_available(purchase(user_id=customer.pk))
    assert not on_account().is_available(purchase(user_id=staff.pk))
    assert not on_account().is_available(purchase())

    withdraw_approval(business=business, actor=staff)
    assert not on_account().is_available(purchase(user_id=customer.pk))


@pytest.mark.parametrize(("cents", "allowed"), [(7005, True), (7006, False)])
def test_the_limit_counts_unpaid_orders(account, purchase, customer, business, make_order, cents, allowed):
    make_order(method="invoice", user=customer)
    make_order(number="B", reference="b", total="50.00", method="bank_transfer", user=customer)
    make_order(number="C", reference="c", total="90.00", method="invoice", user=customer, status="cancelled")
    paid = make_order(number="D", reference="d", total="60.00", method="invoice", user=customer)
    record_payment(order_id=paid.pk, amount_cents=6000, reference="x")

    assert on_account().is_available(purchase(cents, user_id=customer.pk)) is allowed


def test_a_start_checks_again(account, payment_order, customer, business):
    assert on_account().start(payment_order(user_id=customer.pk)).state is PaymentState.PENDING
    assert on_account().start(payment_order(user_id=customer.pk, total_cents=20001)).state is PaymentState.DECLINED


@pytest.mark.parametrize(
    ("days", "small", "allowed"),
    [(14, False, True), (15, False, False), (15, True, True), (50, True, True), (51, True, False)],
)
def test_terms_stay_within_what_is_no_credit(customer, staff, days, small, allowed):
    def approve():
        approve_business(
            user=customer, company="W", credit_limit=D(1), approved_by=staff, term_days=days, small_seller=small
        )

    if allowed:
        approve()
        assert ApprovedBusiness.objects.get().term_days == days
        return
    with pytest.raises(ValidationError, match="14 days"):
        approve()
    assert not ApprovedBusiness.objects.exists()


def test_the_database_refuses_long_terms_too(business):
    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovedBusiness.objects.filter(pk=business.pk).update(term_days=15)


def test_instructions_name_the_agreed_term(account, make_order, customer, business):
    order = make_order(method="invoice", user=customer)
    order.date_placed = order.date_placed.replace(year=2026, month=11, day=2, hour=12)
    order.save()

    with translation.override("de"):
        assert "16.11.2026" in on_account().instructions(order.pk)


def test_paying_at_pickup_needs_pickup(purchase, payment_order):
    method = payment_methods.get("pickup")

    assert method.is_available(purchase(shipping_method="pickup"))
    assert not method.is_available(purchase())
    assert method.start(payment_order(shipping_method="parcel-de")).state is PaymentState.DECLINED


@pytest.mark.django_db
def test_pickup_starts_pending(payment_order):
    assert payment_methods.get("pickup").start(payment_order(shipping_method="pickup")).state is PaymentState.PENDING


def test_pickup_instructions_state_the_amount(make_order):
    order = make_order(method="pickup")

    with translation.override("de"):
        assert "129,95" in payment_methods.get("pickup").instructions(order.pk)


@pytest.mark.parametrize("code", ["bank_transfer", "invoice", "pickup"])
def test_no_method_can_ask_for_a_surcharge(code):
    assert not [name for name in dir(payment_methods.get(code)) if "fee" in name or "surcharge" in name]
