"""Two hundred buyers, fifty pieces; one basket, eight presses; a process killed between payment and order."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from oscar.core.loading import get_class, get_model

from oscar_ext.checkout.services import settle_overdue, submit
from oscar_ext.checkout.submission import AgreedCharge, AgreedLine, Submission, cents
from shopflow.contracts.payments import PaymentMethod, PaymentResult, PaymentState, Purchase, payment_methods
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.ordering.exceptions import AlreadySubmitted, OutOfStock
from shopflow.ordering.models import OrderAttempt
from tests.oscar_ext.checkout_support import germany, product

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")
Selector = get_class("partner.strategy", "Selector")

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


class SlowPayment(PaymentMethod):
    """Takes a moment, as real ones do, and counts whom it charged."""

    code = "slow"
    label = "Slow"
    seconds = 0.0
    answer = PaymentState.PAID
    charged: Counter[str] = Counter()
    lock = threading.Lock()

    def start(self, payment):
        time.sleep(self.seconds)
        with self.lock:
            self.charged[payment.reference] += 1
        return PaymentResult(state=self.answer, message="Abgelehnt.")

    def status(self, reference, provider_reference):
        return PaymentResult(state=PaymentState.PAID if self.charged[reference] else PaymentState.UNKNOWN)

    def refund(self, reference, provider_reference, amount_cents):
        raise AssertionError("nobody paid without an order")


@pytest.fixture(autouse=True)
def _shop():
    germany()
    SlowPayment.charged = Counter()
    SlowPayment.seconds = 0.0
    SlowPayment.answer = PaymentState.PAID
    SlowPayment.asks_provider = True
    with payment_methods.registered(SlowPayment):
        yield


def basket_with(goods, quantity=1):
    basket = Basket.objects.create()
    basket.strategy = Selector().strategy()
    basket.add_product(goods, quantity)
    return basket


def submission_of(basket):
    address = {"first_name": "E", "last_name": "B", "line1": "Weg 1", "line4": "Ort", "postcode": "12345"}
    return Submission(
        purchase=Purchase(
            total_cents=cents(basket.total_incl_tax),
            currency="EUR",
            user_id=None,
            email="kunde@example.org",
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
                tax_code=None,
            )
            for line in basket.all_lines()
        ],
        billing_address={**address, "country_id": "DE"},
        shipping_address={**address, "country_id": "DE"},
    )


def buy(basket_id):
    """One buyer with a connection of their own; returns what became of it."""
    try:
        basket = Basket.objects.get(pk=basket_id)
        basket.strategy = Selector().strategy()
        __, outcome = submit(
            basket=basket,
            user=None,
            payment_method="slow",
            submission=submission_of(basket),
            return_url=lambda reference: f"http://testserver/{reference}",
        )
        return type(outcome).__name__
    except OutOfStock:
        return "OutOfStock"
    except AlreadySubmitted:
        return "AlreadySubmitted"
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("seconds", "buyers_at_once", "asks_provider"), [(0.0, 16, True), (0.2, 40, True), (0.0, 16, False)]
)
def test_two_hundred_buyers_get_fifty_pieces(seconds, buyers_at_once, asks_provider):
    goods = product(stock=50)
    baskets = [basket_with(goods).pk for _ in range(200)]
    SlowPayment.seconds, SlowPayment.asks_provider = seconds, asks_provider

    with ThreadPoolExecutor(buyers_at_once) as pool:
        outcomes = Counter(pool.map(buy, baskets))

    assert outcomes == {"Placed": 50, "OutOfStock": 150}
    assert Order.objects.count() == 50
    assert sum(SlowPayment.charged.values()) == 50
    record = StockRecord.objects.get(product=goods)
    assert (record.num_in_stock, record.num_allocated) == (50, 50)
    assert Basket.objects.filter(status="Open").count() == 150
    assert Order.objects.values("number").distinct().count() == 50


def test_declined_buyers_leave_their_pieces_to_others():
    goods = product(stock=10)
    SlowPayment.answer = PaymentState.DECLINED
    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(buy, [basket_with(goods).pk for _ in range(40)]))

    assert outcomes["Placed"] == 0
    record = StockRecord.objects.get(product=goods)
    assert (record.num_in_stock, record.num_allocated) == (10, 0)
    assert Order.objects.count() == 0


@pytest.mark.parametrize(("presses", "asks_provider"), [(2, True), (8, True), (8, False)])
def test_many_presses_of_one_button_are_one_order_and_one_payment(presses, asks_provider):
    goods = product(stock=5)
    SlowPayment.seconds, SlowPayment.asks_provider = 0.1, asks_provider
    for _ in range(5):
        basket = basket_with(goods)
        SlowPayment.charged.clear()
        with ThreadPoolExecutor(presses) as pool:
            outcomes = Counter(pool.map(buy, [basket.pk] * presses))
        assert outcomes == {"Placed": 1, "AlreadySubmitted": presses - 1}
        assert sum(SlowPayment.charged.values()) == 1
        basket.refresh_from_db()
        assert basket.status == "Submitted"
    assert Order.objects.count() == 5
    assert OutboxEvent.objects.filter(code="order_placed").count() == 5


CRASH = """
import os, sys, django
django.setup()
from shopflow.contracts.payments import payment_methods
from tests.oscar_ext.test_checkout_under_pressure import SlowPayment, buy

class Crashing(SlowPayment):
    def start(self, payment):
        super().start(payment)
        os.kill(os.getpid(), 9)

payment_methods._by_code["slow"] = Crashing()
buy(int(sys.argv[1]))
"""


def test_a_process_killed_between_payment_and_order_leaves_an_order(tmp_path):
    goods = product(stock=3)
    basket = basket_with(goods, quantity=2)
    database = connection.settings_dict
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    killed = subprocess.run(
        [sys.executable, "-c", CRASH, str(basket.pk)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -9, killed.stderr.decode()
    attempt = OrderAttempt.objects.get()
    assert attempt.state == "paying"
    assert Order.objects.count() == 0
    assert StockRecord.objects.get(product=goods).num_allocated == 2

    SlowPayment.charged[attempt.reference] = 1  # what the provider would say
    assert settle_overdue() == 0  # the process may still be at work
    clock.move_forward(timedelta(minutes=3))
    with ThreadPoolExecutor(4) as pool:
        looked_at = sum(pool.map(lambda _: _settle(), range(4)))

    assert looked_at == 1
    order = Order.objects.get()
    assert order.status == "paid"
    assert [line.quantity for line in order.lines.all()] == [2]
    assert StockRecord.objects.get(product=goods).num_allocated == 2
    assert OutboxEvent.objects.filter(code="order_placed").count() == 1


def _settle():
    try:
        return settle_overdue()
    finally:
        connection.close()
