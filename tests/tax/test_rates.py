from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopflow.tax import queries, services
from shopflow.tax.exceptions import NoRate
from shopflow.tax.models import ProductTax, VatRate
from shopflow.tax.rates import RateTotal, gross_price, net_unit_price, share_out, totals_by_rate, vat_in

D = Decimal


@pytest.mark.parametrize(
    ("net", "rate", "gross"),
    [
        ("100.00", "0.19", "119.00"),
        ("9.95", "0.19", "11.84"),
        ("0.50", "0.07", "0.54"),
        ("200.00", "0", "200.00"),
        ("10.50", "0.255", "13.18"),
    ],
)
def test_gross_price_rounds_half_up(net, rate, gross):
    assert gross_price(D(net), D(rate)) == D(gross)


def test_prepayment_discount_vector():
    discount = D("2.50")
    total = D("119.00") + D("5.95") + D("7.50") - discount

    assert total == D("129.95")
    assert totals_by_rate({D("0.19"): total}) == [
        RateTotal(rate=D("0.19"), gross=D("129.95"), net=D("109.20"), vat=D("20.75"))
    ]
    assert vat_in(D("7.50"), D("0.19")) == D("1.20")


def test_skonto_vector():
    assert totals_by_rate({D("0.19"): D("1166.20")})[0].net == D("980.00")


def test_net_unit_price_keeps_four_decimals():
    assert net_unit_price(D("0.99"), D("0.19")) == D("0.8319")


def test_totals_by_rate_lists_the_highest_rate_first():
    totals = totals_by_rate({D("0.07"): D("10.70"), D("0.19"): D("11.90")})

    assert [(t.rate, t.vat) for t in totals] == [(D("0.19"), D("1.90")), (D("0.07"), D("0.70"))]


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        ("0.05", ["1", "1", "1"], ["0.02", "0.02", "0.01"]),
        ("-2.50", ["119.00", "5.95"], ["-2.38", "-0.12"]),
        ("10.00", ["1", "0", "2"], ["3.33", "0.00", "6.67"]),
    ],
)
def test_share_out_by_largest_remainder(amount, weights, parts):
    assert share_out(D(amount), [D(w) for w in weights]) == [D(p) for p in parts]


@given(
    st.decimals(min_value=-100000, max_value=100000, places=2),
    st.lists(st.decimals(min_value=0, max_value=10000, places=2), min_size=1, max_size=12).filter(any),
)
def test_shares_add_up_exactly(amount, weights):
    parts = share_out(amount, weights)

    assert sum(parts) == amount
    assert all((part * amount >= 0) for part in parts)


def test_nothing_has_weight():
    with pytest.raises(ValueError, match="above zero"):
        share_out(D("1.00"), [D(0)])


@pytest.mark.django_db
class TestTable:
    def test_a_fresh_database_knows_all_member_states(self):
        rates = queries.rates_on(date(2026, 11, 21))

        assert len({country for country, _ in rates.by_key}) == 27
        assert rates.of("DE", "standard") == D("0.19")
        assert rates.of("DE", "ebook") == D("0.07")
        assert rates.of("FI", "standard") == D("0.255")

    def test_a_class_that_nobody_confirmed_is_taxed_at_the_standard_rate(self):
        assert queries.rates_on(date(2026, 11, 21)).of("AT", "ebook") == D("0.20")

    @pytest.mark.parametrize(("day", "rate"), [(date(2025, 6, 30), "0.22"), (date(2025, 7, 1), "0.24")])
    def test_the_rate_of_the_day_of_supply_counts(self, day, rate):
        assert queries.rates_on(day).of("EE", "standard") == D(rate)

    def test_an_unknown_country_is_named(self):
        with pytest.raises(NoRate, match="No VAT rate is known for US on 2026-11-21"):
            queries.rates_on(date(2026, 11, 21)).of("US", "standard")

    def test_loading_again_changes_nothing(self):
        VatRate.objects.filter(country="DE", tax_class="standard").update(percent=D("16"))
        before = VatRate.objects.count()

        assert services.load_rates() == 0
        assert services.load_rates(force=True) == 0
        assert VatRate.objects.count() == before
        assert VatRate.objects.get(country="DE", tax_class="standard").percent == D("16.00")

    def test_a_new_rate_ends_the_one_before(self):
        services.set_rate(
            country="DE", tax_class="standard", percent=D("20"), valid_from=date(2027, 1, 1), source="BGBl."
        )

        assert queries.rates_on(date(2026, 12, 31)).of("DE", "standard") == D("0.19")
        assert queries.rates_on(date(2027, 1, 1)).of("DE", "standard") == D("0.20")
        assert queries.rates_on(date(2027, 1, 1)).of("AT", "standard") == D("0.20")

    def test_a_rate_entered_before_a_later_one_ends_where_that_begins(self):
        services.set_rate(country="SE", tax_class="ebook", percent=D("6"), valid_from=date(2027, 1, 1), source="a")
        first = services.set_rate(
            country="SE", tax_class="ebook", percent=D("7"), valid_from=date(2026, 1, 1), source="b"
        )

        assert first.valid_to == date(2026, 12, 31)

    def test_tax_classes_of_products(self, django_assert_num_queries):
        from oscar.test.factories import create_product

        book, pad = create_product(), create_product()
        services.set_tax_class(product_id=book.pk, tax_class="ebook")

        with django_assert_num_queries(1):
            assert queries.tax_classes([book.pk, pad.pk]) == {book.pk: "ebook", pad.pk: "standard"}
        with pytest.raises(ValueError, match="luxury"):
            services.set_tax_class(product_id=pad.pk, tax_class="luxury")
        assert ProductTax.objects.count() == 1
