from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override

from shopflow.parts.base_prices import base_price
from shopflow.parts.models import PartRecord


@pytest.mark.parametrize(
    ("fields", "price", "expected"),
    [
        ({"content_milli": 5000, "content_unit": "LTR"}, "39.95", ("7.99", "litre")),
        ({"content_milli": 1000, "content_unit": "LTR", "sales_qty": 2}, "20.00", ("10.00", "litre")),
        ({"content_milli": 400, "content_unit": "LTR"}, "5.99", ("14.98", "litre")),
        ({"content_milli": 8, "content_unit": "LTR"}, "4.00", None),
        ({"content_milli": 1000, "content_unit": "LTR"}, "9.00", None),
        ({"content_milli": 8, "content_unit": "MTR"}, "4.00", ("500.00", "metre")),
        ({"content_milli": 2500, "content_unit": "MTK"}, "50.00", ("20.00", "square metre")),
        ({"unit": "LTR"}, "9.00", None),
        ({"unit": "LTR", "sales_qty": 20}, "120.00", ("6.00", "litre")),
        ({"unit": "C62", "sales_qty": 100}, "12.00", None),
        ({}, "12.00", None),
    ],
)
def test_the_price_of_one_unit(fields, price, expected):
    found = base_price(PartRecord(**fields), Decimal(price))
    assert (expected is None) == (found is None)
    if expected:
        with override("en"):
            assert (str(found[0]), str(found[1])) == expected


def test_without_a_part_or_a_price_there_is_none():
    assert base_price(None, Decimal(1)) is None
    assert base_price(PartRecord(unit="LTR", sales_qty=5), None) is None
