from __future__ import annotations

from decimal import Decimal as D

import pytest
from oscar.core.loading import get_class, get_model
from oscar.test.factories import create_basket, create_product

from oscar_ext.partner.strategy import Strategy, tax_for_destination
from shopflow.core.models import Seller
from shopflow.tax.models import TaxSettings
from shopflow.tax.services import set_tax_class

pytestmark = pytest.mark.django_db


def product(price="100.00", stock=5, tax_class="standard", **options):
    made = create_product(price=D(price), num_in_stock=stock, **options)
    if tax_class != "standard":
        set_tax_class(product_id=made.pk, tax_class=tax_class)
    return made


def price(made, destination=""):
    return Strategy(destination=destination).fetch_for_product(made).price


def test_oscar_uses_our_strategy():
    assert isinstance(get_class("partner.strategy", "Selector")().strategy(), Strategy)


@pytest.mark.parametrize(
    ("net", "tax_class", "gross", "code"),
    [
        ("100.00", "standard", "119.00", "domestic:DE:19.00"),
        ("9.95", "standard", "11.84", "domestic:DE:19.00"),
        ("20.00", "ebook", "21.40", "domestic:DE:7.00"),
        ("150.00", "margin", "150.00", "margin:DE:0.00"),
    ],
)
def test_prices_include_german_vat(net, tax_class, gross, code):
    found = price(product(net, tax_class=tax_class))

    assert (found.incl_tax, found.tax_code) == (D(gross), code)
    assert found.excl_tax + found.tax == found.incl_tax
    assert found.effective_price == D(gross)


def test_a_small_business_adds_no_vat():
    Seller.objects.create(pk=1, name="Klein e.K.", is_small_business=True)

    found = price(product("100.00"))

    assert (found.incl_tax, found.tax, found.tax_code) == (D("100.00"), 0, "small_business:DE:0.00")


def test_abroad_the_price_stays_and_the_vat_share_changes():
    TaxSettings.objects.create(pk=1, destination_rates=True)
    pad = product("100.00")

    found = price(pad, destination="AT")

    assert (found.incl_tax, found.excl_tax, found.tax_code) == (D("119.00"), D("99.1667"), "distance:AT:20.00")


@pytest.mark.parametrize(
    ("stock", "allocated", "quantity", "permitted"),
    [(5, None, 5, True), (5, 3, 2, True), (5, 3, 3, False), (2, 3, 1, False), (None, None, 1, False)],
)
def test_availability_is_stock_minus_allocations(stock, allocated, quantity, permitted):
    pad = product()
    pad.stockrecords.update(num_in_stock=stock, num_allocated=allocated)

    availability = Strategy().fetch_for_product(pad).availability

    assert availability.is_purchase_permitted(quantity)[0] is permitted


def test_a_product_without_a_price_cannot_be_bought():
    pad = create_product()

    info = Strategy().fetch_for_product(pad)

    assert not info.price.exists
    assert not info.availability.is_available_to_buy


def test_a_parent_costs_what_its_cheapest_child_costs():
    parent = product(structure="parent", price="0.00")
    parent.stockrecords.all().delete()
    for net in ("30.00", "10.00", "20.00"):
        product(net, structure="child", parent=parent, stock=0 if net == "10.00" else 3)

    info = Strategy().fetch_for_product(parent)

    assert info.price.incl_tax == D("23.80")
    assert info.availability.is_available_to_buy


def test_a_list_needs_the_same_queries_for_any_length(django_assert_num_queries):
    for number in range(12):
        product(str(10 + number), tax_class="ebook" if number % 2 else "standard")
    Product = get_model("catalogue", "Product")

    for length in (2, 12):
        listed = list(Product.objects.order_by("pk")[:length])
        with django_assert_num_queries(6):
            infos = Strategy().fetch_for_products(listed)
        assert [infos[p.pk].price.incl_tax for p in listed[:2]] == [D("11.90"), D("11.77")]
        assert len(infos) == length


def test_a_basket_needs_the_same_queries_for_any_length(django_assert_max_num_queries):
    basket = create_basket(empty=True)
    basket.strategy = Strategy()
    for number in range(8):
        basket.add_product(product(str(10 + number)), 1)
    basket = get_model("basket", "Basket").objects.get(pk=basket.pk)
    basket.strategy = Strategy()

    with django_assert_max_num_queries(9):
        total = basket.total_incl_tax

    assert total == sum((D(n) * D("1.19")).quantize(D("0.01")) for n in range(10, 18))


def test_a_basket_is_taxed_for_its_destination_in_memory_only():
    TaxSettings.objects.create(pk=1, this_year_abroad=D("9990.00"))
    basket = create_basket(empty=True)
    basket.strategy = Strategy()
    basket.add_product(product("8.00"), 2)
    basket.add_product(product("150.00", tax_class="margin"), 1)

    tax_for_destination(basket, destination="AT")

    pads, used = basket.all_lines()
    assert (pads.tax_code, used.tax_code) == ("distance:AT:20.00", "margin:AT:0.00")
    assert basket.total_incl_tax == D("169.04")
    assert [line.tax_code for line in basket.lines.order_by("pk")] == ["domestic:DE:19.00", "margin:DE:0.00"]

    tax_for_destination(basket, destination="DE")
    assert next(iter(basket.all_lines())).tax_code == "domestic:DE:19.00"


def test_below_the_threshold_the_german_rate_applies_abroad():
    TaxSettings.objects.create(pk=1, this_year_abroad=D("9980.00"))
    basket = create_basket(empty=True)
    basket.strategy = Strategy()
    basket.add_product(product("8.00"), 2)

    tax_for_destination(basket, destination="AT")

    assert next(iter(basket.all_lines())).tax_code == "distance_home:AT:19.00"
