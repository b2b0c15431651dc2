"""On account: the limit holds for two orders at once, and a refusal stays one although the process dies."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from oscar.core.loading import get_class, get_model

from oscar_ext.checkout.services import settle_overdue, submit
from oscar_ext.checkout.submission import AgreedCharge, AgreedLine, Submission, cents
from shopflow.contracts.payments import Purchase, payment_methods
from shopflow.core import clock
from shopflow.ordering.models import OrderAttempt
from shopflow.payments.methods import OnAccount
from shopflow.payments.models import ApprovedBusiness
from shopflow.payments.services import approve_business
from tests.oscar_ext.checkout_support import germany, product

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")
Selector = get_class("partner.strategy", "Selector")
ADDRESS = {"first_name": "E", "last_name": "B", "line1": "Weg 1", "line4": "Ort", "postcode": "12345"}


@pytest.fixture
def customer(db, account):
    """May owe 200 €."""
    germany()
    people = get_user_model().objects
    user = people.create_user("werkstatt@example.org", "secret-123")
    staff = people.create_user("chefin@example.org", "secret-123")
    approve_business(user=user, company="Werkstatt Muster", credit_limit=D("200.00"), approved_by=staff)
    return user


def basket_of(user):
    basket = Basket.objects.create(owner=user)
    basket.strategy = Selector().strategy()
    basket.add_product(product(price="100.00"), 1)  # 119 € with VAT
    return basket.pk


def submission(basket, user):
    address = {**ADDRESS, "country_id": "DE"}
    return Submission(
        purchase=Purchase(
            total_cents=cents(basket.total_incl_tax),
            currency="EUR",
            user_id=user.pk,
            email=user.email,
            country="DE",
            shipping_method="free",
            is_digital_only=False,
        ),
        language="de",
        shipping=AgreedCharge(code="free", name="Frei", excl_tax="0.00", incl_tax="0.00", tax_code=None),
        lines=[
            AgreedLine(
                line_id=line.pk,
                excl_tax=str(line.unit_price_excl_tax),
                incl_tax=str(line.unit_price_incl_tax),
                tax_code=line.purchase_info.price.tax_code,
            )
            for line in basket.all_lines()
        ],
        billing_address=address,
        shipping_address=address,
    )


def buy(basket_id, user):
    try:
        basket = Basket.objects.get(pk=basket_id)
        basket.strategy = Selector().strategy()
        __, outcome = submit(
            basket=basket,
            user=user,
            payment_method="invoice",
            submission=submission(basket, user),
            return_url=lambda reference: f"http://testserver/{reference}",
        )
        return outcome
    finally:
        if not connection.in_atomic_block:
            connection.close()


@pytest.fixture
def nobody_refused_yet(monkeypatch):
    """Both purchases have passed the first look at the limit before either is placed."""
    together = threading.Barrier(2, timeout=20)
    real = OnAccount.start

    def start(self, payment):
        result = real(self, payment)
        together.wait()
        return result

    monkeypatch.setattr(OnAccount, "start", start)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nobody_refused_yet")
def test_two_orders_at_once_do_not_pass_the_limit_together(customer):
    baskets = [basket_of(customer), basket_of(customer)]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda pk: buy(pk, customer), baskets))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Declined", "Placed"]
    assert Order.objects.count() == 1
    assert sorted(Basket.objects.values_list("status", flat=True)) == ["Open", "Submitted"]
    assert sorted(StockRecord.objects.values_list("num_allocated", flat=True)) == [0, 1]


def test_the_limit_is_looked_at_again_when_the_order_is_placed(customer, monkeypatch):
    """As above, one after the other: the limit is lowered between the start of the payment and the order."""
    real = OnAccount.start

    def start(self, payment):
        result = real(self, payment)
        ApprovedBusiness.objects.update(credit_limit=D("100.00"))
        return result

    monkeypatch.setattr(OnAccount, "start", start)
    outcome = buy(basket_of(customer), customer)

    assert type(outcome).__name__ == "Declined"
    assert "limit of your account" in str(outcome.message)
    assert Order.objects.count() == 0
    assert OrderAttempt.objects.get().state == "declined"


def test_an_order_within_the_limit_is_placed(customer):
    assert type(buy(basket_of(customer), customer)).__name__ == "Placed"
    assert Order.objects.get().total_incl_tax == D("119.00")


class Killed(BaseException):
    """The process is gone."""


def test_a_refusal_stays_a_refusal_when_the_process_dies_before_writing_it_down(customer, monkeypatch, settings):
    settings.SHOPFLOW_MOVABLE_CLOCK = True
    ApprovedBusiness.objects.update(credit_limit=D("100.00"))
    basket_id = basket_of(customer)

    def die(**facts):
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(sys.modules["oscar_ext.checkout.services.settlement"], "release_attempt", die)
        with pytest.raises(Killed):
            buy(basket_id, customer)
    assert OrderAttempt.objects.get().state == "reserved"
    ApprovedBusiness.objects.update(credit_limit=D("500.00"))  # even if it were possible by now
    clock.move_forward(timedelta(minutes=5))

    assert settle_overdue() == 1
    assert Order.objects.count() == 0
    assert OrderAttempt.objects.get().state == "expired"
    assert Basket.objects.get(pk=basket_id).status == "Open"
    assert StockRecord.objects.get().num_allocated == 0


def test_an_accepted_order_that_could_not_be_written_is_placed_by_the_sweep(customer, monkeypatch, settings):
    settings.SHOPFLOW_MOVABLE_CLOCK = True

    def full_disk(**facts):
        raise OSError("No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(sys.modules["oscar_ext.checkout.services.submit"], "place_at_once", full_disk)
        broken.setattr(sys.modules["oscar_ext.checkout.services.settlement"], "place_order", full_disk)
        outcome = buy(basket_of(customer), customer)
    assert type(outcome).__name__ == "StillOpen"
    clock.move_forward(timedelta(minutes=5))

    assert settle_overdue() == 1
    assert Order.objects.get().total_incl_tax == D("119.00")


def test_methods_without_a_provider_ask_nobody():
    asking = {method.code for method in payment_methods if method.asks_provider}
    assert asking.isdisjoint({"bank_transfer", "invoice", "pickup"})


def test_guests_have_no_limit_to_lock(db, purchase, account):
    refusal = payment_methods.get("invoice").refusal(replace(purchase(), user_id=None))
    assert "limit" in str(refusal)
