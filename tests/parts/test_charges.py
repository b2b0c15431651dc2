from __future__ import annotations

from decimal import Decimal

import pytest
from oscar.core.loading import get_class
from oscar.test.factories import create_product, create_stockrecord

from shopflow.contracts.charges import ChargedLine
from shopflow.parts.charges import BatteryDeposit, CoreDeposit
from shopflow.parts.models import Brand, PartRecord
from shopflow.parts.presenting import part_context
from shopflow.parts.queries import part_data
from shopflow.parts.services import save_part
from shopflow.storefront.queries.cards import deposit_of
from shopflow.tax.models import VatRate
from shopflow.tax.queries import Situation, tax_classes
from shopflow.tax.services import set_tax_class

Selector = get_class("partner.strategy", "Selector")

pytestmark = pytest.mark.django_db


@pytest.fixture
def part():
    if not VatRate.objects.filter(country="DE").exists():
        VatRate.objects.create(country="DE", tax_class="standard", percent=19, valid_from="2021-01-01")
    if not VatRate.objects.filter(country="DE", tax_class="reduced").exists():
        VatRate.objects.create(country="DE", tax_class="reduced", percent=7, valid_from="2021-01-01")
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


def test_the_page_names_the_core_deposit_that_the_basket_charges(part):
    starter = part("S1", core_deposit_cents=5000, tax_code="reduced")
    charged = Decimal(CoreDeposit().charge([ChargedLine(product_id=starter.pk, quantity=1)]).gross_cents) / 100
    page = part_context(part_data(starter.pk))
    assert (
        [page["core_deposit"], deposit_of(starter.part_record, Situation())] == [charged] * 2 == [Decimal("59.50")] * 2
    )


def test_goods_without_deposits_cost_none(part):
    lines = [ChargedLine(product_id=part("F1").pk, quantity=1)]
    assert BatteryDeposit().charge(lines) is None
    assert CoreDeposit().charge(lines) is None


def test_an_exchange_part_is_priced_with_the_vat_on_the_old_part(part, admin_user):
    def shown():
        price = Selector().strategy().fetch_for_product(starter).price
        return price.incl_tax, price.tax_code

    starter, used = part("S1"), part("S2")
    create_stockrecord(starter, Decimal("200.00"), num_in_stock=3)
    set_tax_class(product_id=used.pk, tax_class="margin")
    assert shown() == (Decimal("238.00"), "domestic:DE:19.00")

    save_part(part=starter.part_record, values={"core_taxed": True}, actor=admin_user)
    assert shown() == (Decimal("241.80"), "domestic:DE:20.90:old_part")
    save_part(part=used.part_record, values={"core_taxed": True}, actor=admin_user)
    assert tax_classes([used.pk]) == {used.pk: "margin"}, "staff's choice"

    save_part(part=starter.part_record, values={"core_taxed": False}, actor=admin_user)
    assert shown() == (Decimal("238.00"), "domestic:DE:19.00")
