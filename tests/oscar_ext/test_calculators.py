from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from oscar.core import prices

from oscar_ext.checkout.calculators import order_total


def line(incl, excl, code, before_discounts=None):
    price = SimpleNamespace(tax_code=code)
    return SimpleNamespace(
        line_price_incl_tax=Decimal(before_discounts or incl),
        line_price_incl_tax_incl_discounts=Decimal(incl),
        line_price_excl_tax_incl_discounts=Decimal(excl),
        purchase_info=SimpleNamespace(price=price),
    )


def basket(*lines):
    return SimpleNamespace(currency="EUR", all_lines=lambda: list(lines))


def charge(incl, excl, code):
    return prices.Price(currency="EUR", incl_tax=Decimal(incl), excl_tax=Decimal(excl), tax_code=code)


@pytest.mark.parametrize(
    ("lines", "shipping", "surcharges", "gross", "vat"),
    [
        # The order whose mail said 65.58 and whose invoice said 65.57.
        (
            [("354.20", "297.6471", "domestic:DE:19.00"), ("49.00", "41.1765", "domestic:DE:19.00")],
            ("0.00", "0.00", "domestic:DE:19.00"),
            [("7.50", "6.30", "domestic:DE:19.00")],
            "410.70",
            "65.57",
        ),
        # Two rates are rounded each by itself.
        (
            [("15.00", "14.0187", "domestic:DE:7.00"), ("10.00", "8.4034", "domestic:DE:19.00")],
            ("5.95", "5.00", "domestic:DE:19.00"),
            [],
            "30.95",
            "3.53",
        ),
        # An exchange part with a tenth off: 34.14 on what is paid, 3.80 on the old part as before.
        (
            [("217.62", "180.00", "domestic:DE:20.90:old_part", "241.80")],
            ("5.95", "5.00", "domestic:DE:19.00"),
            [],
            "223.57",
            "38.89",
        ),
        # A price without one of our codes counts with the tax that it states.
        ([("11.90", "10.00", None)], ("0.00", "0.00", None), [], "11.90", "1.90"),
    ],
)
def test_the_order_states_the_vat_that_its_invoice_will_state(lines, shipping, surcharges, gross, vat):
    total = order_total(
        basket(*[line(*values) for values in lines]),
        charge(*shipping),
        [SimpleNamespace(price=charge(*values)) for values in surcharges],
    )
    assert (total.incl_tax, total.tax) == (Decimal(gross), Decimal(vat))
