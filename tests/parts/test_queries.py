from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from oscar.test import factories

from shopflow.contracts.pages import product_panels
from shopflow.core import clock
from shopflow.parts import queries, services
from shopflow.parts.models import Brand, PartFitment, PartRecord, PartReference, PartSuccession, PriceHistory
from shopflow.tax.services import load_rates

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    return Brand.objects.create(code="BREH", name="Brehmer Bremsen")


def part(brand, number, **fields):
    product = factories.create_product(title=f"Teil {number}", price=Decimal("10.00"))
    values = {"number_display": number, "number_key": number.replace(" ", ""), "list_price_cents": 1000, **fields}
    return PartRecord.objects.create(product=product, brand=brand, **values)


def test_a_part_is_found_by_any_spelling_of_its_number(brand):
    wanted = part(brand, "BB 100")
    part(brand, "BB 101")
    assert list(queries.parts_by_number("bb-1.0/0")) == [wanted]
    assert list(queries.parts_by_number("BB")) == []


def test_a_part_is_found_by_its_oe_number(brand):
    wanted = part(brand, "BB 100")
    PartReference.objects.create(part=wanted, kind="oe", number_display="1N0 228 150", number_key="1N0228150")
    assert list(queries.parts_by_reference("1n0 228150")) == [wanted]
    assert list(queries.parts_by_reference("1N0228150", kind="supplier")) == []
    assert list(queries.parts_by_any_number("1N0228150")) == [wanted]


def test_a_part_is_found_by_the_vehicle(brand):
    wanted = part(brand, "BB 100")
    PartFitment.objects.create(part=wanted, hsn="0991", tsn="ABC", model="Alster", year_from=2010)
    assert list(queries.parts_for_vehicle(hsn="991", tsn="abc00012")) == [wanted]
    assert list(queries.parts_for_vehicle(hsn="0991", tsn="ABD")) == []


def test_one_number_of_one_brand_is_one_part(brand):
    part(brand, "BB 100")
    with pytest.raises(IntegrityError), transaction.atomic():
        part(brand, "BB 100")
    part(Brand.objects.create(code="X", name="X"), "BB 100")
    assert PartRecord.objects.count() == 2


def test_a_chain_of_successors_ends_at_the_current_part(brand):
    first, second, third = part(brand, "A"), part(brand, "B"), part(brand, "C")
    PartSuccession.objects.create(part=first, successor=second)
    PartSuccession.objects.create(part=second, successor=third)
    services.resolve_successions()
    assert queries.current_part(first) == third
    PartSuccession.objects.create(part=third, successor=first)
    services.resolve_successions()
    assert queries.current_part(first) == first


def test_a_kit_has_no_single_successor(brand):
    first, second, third = part(brand, "A"), part(brand, "B"), part(brand, "C")
    PartSuccession.objects.create(part=first, successor=second, kind="kit")
    PartSuccession.objects.create(part=first, successor=third, kind="kit", position=1)
    assert queries.current_part(first) == first


def test_the_lowest_price_of_thirty_days_counts_what_was_valid_in_them(brand, django_assert_num_queries):
    wanted, steady = part(brand, "A"), part(brand, "B")
    now = clock.now()
    for days, old, new in ((80, 300, 500), (40, 500, 900), (20, 900, 700), (5, 700, 1000), (1, 1000, 600)):
        PriceHistory.objects.create(
            part=wanted, old_net_cents=old, new_net_cents=new, valid_from=now - timedelta(days=days)
        )
    both = [wanted.product_id, steady.product_id]
    for days, lowest in ((0, 600), (1, 700), (2, 700), (21, 500), (39, 500), (69, 300), (100, 300)):
        with django_assert_num_queries(1):
            found = queries.lowest_net_cents(both, at=now - timedelta(days=days))
        assert found == {wanted.product_id: lowest}, days


def test_a_time_on_request_is_no_price(brand):
    wanted = part(brand, "A")
    now = clock.now()
    for days, old, new in ((3, 900, 0), (1, 1200, 1300)):
        PriceHistory.objects.create(
            part=wanted, old_net_cents=old, new_net_cents=new, valid_from=now - timedelta(days=days)
        )
    assert queries.lowest_net_cents([wanted.product_id], at=now) == {wanted.product_id: 900}


def test_the_panel_names_numbers_deposits_and_vehicles(brand, django_assert_max_num_queries):
    load_rates()
    wanted = part(brand, "VB 1", core_deposit_cents=6000, battery_deposit_gross_cents=750, un_number="UN2794")
    PartReference.objects.create(part=wanted, kind="oe", number_display="1N0 228 150", number_key="1N0228150")
    for tsn in ("ABC", "ABD"):
        PartFitment.objects.create(part=wanted, hsn="0991", tsn=tsn, model="Alster", year_from=2010, year_to=2014)
    with django_assert_max_num_queries(8):
        panel = product_panels.get("part_data").panel(product_id=wanted.product_id)
        html = render_to_string(panel.template, panel.context)
    for text in (
        "VB 1",
        "Brehmer Bremsen",
        "71,40",
        "7,50",
        "UN2794",
        "1N0 228 150",
        "0991/ABC, 0991/ABD",
        "2010–2014",
    ):
        assert text in html


def test_a_product_that_is_no_part_has_no_panel():
    product = factories.create_product()
    assert product_panels.get("part_data").panel(product_id=product.pk) is None
