from __future__ import annotations

import pytest
from oscar.test.factories import create_product

from shopflow.contracts.charges import ChargedLine
from shopflow.parts.charges import BatteryDeposit, CoreDeposit
from shopflow.parts.models import Brand, PartRecord
from shopflow.tax.models import VatRate

pytestmark = pytest.mark.django_db


@pytest.fixture
def part():
    if not VatRate.objects.filter(country="DE").exists():
        VatRate.objects.create(country="DE", tax_class="standard", percent=19, valid_from="2021-01-01")
    brand = Brand.objects.create(code="VOLT", name="Voltano")

    def make(number, **fields):
        product = create_product(title=number)
        PartRecord.objects.create(
            product=product, brand=brand, number_display=number, number_key=number, list_price_cents=10000, **fields
        )
        return product

    return make


def test_two_batteries_cost_two_deposits(part):
    battery = part("B1", battery_deposit_gross_cents=750)
    other = part("F1")
    lines = [ChargedLine(product_id=battery.pk, quantity=2), ChargedLine(product_id=other.pk, quantity=5)]

    assert BatteryDeposit().charge(lines).gross_cents == 1500
    assert CoreDeposit().charge(lines) is None


def test_a_core_deposit_is_charged_with_vat(part):
    starter = part("S1", core_deposit_cents=5000)
    charge = CoreDeposit().charge([ChargedLine(product_id=starter.pk, quantity=3)])
    assert charge.gross_cents == 17850


def test_goods_without_deposits_cost_none(part):
    lines = [ChargedLine(product_id=part("F1").pk, quantity=1)]
    assert BatteryDeposit().charge(lines) is None
    assert CoreDeposit().charge(lines) is None
