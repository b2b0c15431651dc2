from __future__ import annotations

from decimal import Decimal as D
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from oscar.core.loading import get_class, get_model
from oscar.test.factories import CountryFactory, create_basket, create_product

from oscar_ext.partner.strategy import Strategy, tax_for_destination
from oscar_ext.shipping.models import ShippingRate
from oscar_ext.shipping.queries import served_countries
from oscar_ext.shipping.services import load_first_rate, remove_rate, save_rate
from shopflow.tax.models import TaxSettings
from shopflow.tax.services import set_tax_class

pytestmark = pytest.mark.django_db


def to(country):
    return SimpleNamespace(country_id=country)


def rate(code="parcel-eu", countries="AT BE", price="14.90", **options):
    return save_rate(code=code, name="EU", countries=countries, price=D(price), days_from=3, days_to=6, **options)


def basket_of(*goods, requires_shipping=True):
    basket = create_basket(empty=True)
    basket.strategy = Strategy()
    for net, quantity, tax_class in goods:
        product = create_product(price=D(net), num_in_stock=100)
        product.product_class.requires_shipping = requires_shipping
        product.product_class.save()
        set_tax_class(product_id=product.pk, tax_class=tax_class)
        basket.add_product(product, quantity)
    return basket


def methods(basket, country="DE"):
    return get_class("shipping.repository", "Repository")().get_shipping_methods(basket, shipping_addr=to(country))


def test_a_fresh_shop_sends_parcels_within_germany_and_offers_pickup():
    parcel, pickup = methods(basket_of(("100.00", 1, "standard")))
    price = parcel.calculate(basket_of(("100.00", 1, "standard")))

    assert (parcel.code, pickup.code) == ("parcel-de", "pickup")
    assert (price.incl_tax, price.excl_tax, price.tax_code) == (D("5.95"), D("5.0000"), "domestic:DE:19.00")


@pytest.mark.parametrize(("net", "charge"), [("126.04", "5.95"), ("126.05", "0.00"), ("126.06", "0.00")])
def test_a_parcel_is_free_from_150_euros(net, charge):
    basket = basket_of((net, 1, "standard"))

    assert methods(basket)[0].calculate(basket).incl_tax == D(charge)


def test_pickup_is_free():
    basket = basket_of(("10.00", 1, "standard"))

    assert methods(basket)[-1].calculate(basket).incl_tax == D("0.00")


def test_only_served_countries_get_parcels():
    basket = basket_of(("10.00", 1, "standard"))
    rate()

    assert [m.code for m in methods(basket, "AT")] == ["parcel-eu", "pickup"]
    assert [m.code for m in methods(basket, "FR")] == ["pickup"]
    assert served_countries() == ["AT", "BE", "DE"]


def test_several_rates_of_a_country_are_a_choice_cheapest_first():
    basket = basket_of(("10.00", 1, "standard"))
    rate("express", "DE", "19.90")
    rate("slow", "DE", "3.95")

    assert [m.code for m in methods(basket)] == ["slow", "parcel-de", "express", "pickup"]


def test_a_rate_that_is_switched_off_is_not_offered():
    basket = basket_of(("10.00", 1, "standard"))
    rate("parcel-de", "DE", "5.95", is_active=False)

    assert [m.code for m in methods(basket)] == ["pickup"]


def test_downloads_need_no_shipping():
    basket = basket_of(("10.00", 1, "ebook"), requires_shipping=False)

    assert [m.code for m in methods(basket)] == ["no-shipping-required"]


@pytest.mark.parametrize(
    ("goods", "code", "net"),
    [
        ([("100.00", 1, "standard"), ("100.00", 1, "reduced")], "domestic:DE:19.00", "5.0000"),
        ([("10.00", 1, "standard"), ("100.00", 1, "reduced")], "domestic:DE:7.00", "5.5607"),
        ([("60.00", 2, "margin"), ("10.00", 1, "standard")], "margin:DE:0.00", "5.9500"),
    ],
)
def test_shipping_is_taxed_like_most_of_the_goods(goods, code, net):
    save_rate(code="parcel-de", name="Paket", countries="DE", price=D("5.95"), days_from=2, days_to=3)
    basket = basket_of(*goods)

    price = methods(basket)[0].calculate(basket)

    assert (price.tax_code, price.excl_tax, price.incl_tax) == (code, D(net), D("5.95"))


def test_shipping_abroad_is_taxed_abroad():
    TaxSettings.objects.create(pk=1, destination_rates=True)
    rate()
    basket = basket_of(("10.00", 1, "standard"))
    tax_for_destination(basket, destination="AT")

    price = methods(basket, "AT")[0].calculate(basket)

    assert (price.incl_tax, price.tax_code) == (D("14.90"), "distance:AT:20.00")


def test_oscars_countries_follow_the_rates():
    Country = get_model("address", "Country")
    for code in ("DE", "AT", "CH"):
        CountryFactory(iso_3166_1_a2=code, iso_3166_1_a3=code + "X", is_shipping_country=True)

    rate(countries="at, be")
    assert set(Country.objects.filter(is_shipping_country=True).values_list("pk", flat=True)) == {"DE", "AT"}

    remove_rate(code="parcel-eu")
    assert set(Country.objects.filter(is_shipping_country=True).values_list("pk", flat=True)) == {"DE"}


def test_wrong_rates_are_refused_with_a_sentence():
    with pytest.raises(ValidationError) as refused:
        rate(countries="Austria")
    assert refused.value.error_dict.keys() == {"countries"}
    with pytest.raises(ValidationError):
        rate(price="-1.00")
    with pytest.raises(ValidationError):
        save_rate(code="x", name="x", countries="DE", price=D(1), days_from=4, days_to=2)

    assert ShippingRate.objects.count() == 1


def test_the_first_rate_is_loaded_once():
    ShippingRate.objects.update(price=D("4.95"))
    load_first_rate()

    assert ShippingRate.objects.get().price == D("4.95")


def test_delivery_time_reads_well(settings):
    parcel = methods(basket_of(("10.00", 1, "standard")))[0]

    from django.utils import translation

    with translation.override("en"):
        assert parcel.description == "2–3 working days"
