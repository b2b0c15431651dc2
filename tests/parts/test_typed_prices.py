"""A price that staff type into a stock record stands in the history like one that an import brings."""

from __future__ import annotations

from decimal import Decimal

import pytest
from oscar.test.factories import create_product

from shopflow.core import clock
from shopflow.parts.models import Brand, PartRecord, PriceHistory
from shopflow.parts.queries import lowest_net_cents

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    product = create_product(title="A", price="10.00", num_in_stock=2, upc="A")
    PartRecord.objects.create(
        product=product,
        brand=Brand.objects.create(code="NW", name="Nordwagen"),
        number_display="A",
        number_key="A",
        list_price_cents=1000,
    )
    return product.stockrecords.get()


def history():
    return list(PriceHistory.objects.order_by("pk").values_list("old_net_cents", "new_net_cents", "run_id"))


def test_a_typed_price_is_written_once(record):
    record.price = Decimal("8.50")
    record.save()
    record.save()
    assert history() == [(1000, 850, None)]


def test_a_price_that_is_taken_away_and_comes_back_is_kept_in_mind(record):
    for price in (None, Decimal("7.00"), Decimal("12.00")):
        record.price = price
        record.save()
    assert history() == [(1000, 0, None), (700, 1200, None)]
    assert lowest_net_cents([record.product_id], at=clock.now()) == {record.product_id: 700}


def test_what_does_not_touch_the_price_of_a_part_is_not_written(record):
    record.num_in_stock, record.price = 7, Decimal("1.00")
    record.save(update_fields=["num_in_stock"])
    other = create_product(title="Buch", price="5.00", num_in_stock=1).stockrecords.get()
    other.price = Decimal("4.00")
    other.save()
    assert history() == []
