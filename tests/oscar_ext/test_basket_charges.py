from __future__ import annotations

from decimal import Decimal

import pytest
from oscar.core.loading import get_model

from shopflow.contracts.charges import BasketCharge, Charge, basket_charges
from shopflow.contracts.payments import payment_methods
from shopflow.tax.models import VatRate
from tests.oscar_ext.checkout_support import ScriptedPayment, germany, go_to_review, press, product

Order = get_model("order", "Order")

pytestmark = pytest.mark.django_db


class Deposit(BasketCharge):
    code = "test_deposit"
    label = "Deposit"

    def charge(self, lines):
        pieces = sum(line.quantity for line in lines)
        return Charge(name="Pfand", gross_cents=750 * pieces)


@pytest.fixture(autouse=True)
def _shop():
    germany()
    ScriptedPayment.reset()
    if not VatRate.objects.exists():
        VatRate.objects.create(country="DE", tax_class="standard", percent=19, valid_from="2021-01-01")
    with payment_methods.registered(ScriptedPayment), basket_charges.without(*basket_charges.codes()):
        yield


def test_a_deposit_is_a_line_of_its_own_in_total_and_order(client):
    goods = product(price="100.00")
    with basket_charges.registered(Deposit):
        plain = client.get("/basket/")
        review = go_to_review(client, goods, quantity=2)
        press(client, review)

    assert plain.status_code == 200
    order = Order.objects.get()
    [charge] = order.surcharges.all()
    assert (charge.code, charge.name, charge.incl_tax, charge.excl_tax) == (
        "test_deposit",
        "Pfand",
        Decimal("15.00"),
        Decimal("12.61"),
    )
    goods_and_shipping = sum(line.line_price_incl_tax for line in order.lines.all()) + order.shipping_incl_tax
    assert order.total_incl_tax == goods_and_shipping + Decimal("15.00")
    assert ScriptedPayment.started[0].purchase.total_cents == int(order.total_incl_tax * 100)
