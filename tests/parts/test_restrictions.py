"""What may not be sold to everybody, always, in any number or by any carrier."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils import timezone
from oscar.core.loading import get_class, get_model
from oscar.test.factories import create_basket, create_product

from oscar_ext.shipping.services import save_rate
from shopflow.contracts.charges import ChargedLine
from shopflow.contracts.checkout import Checkout, CheckoutLine, checkout_gates
from shopflow.contracts.shipping import ShippingRule, ShippingWay, shipping_rules
from shopflow.parts import services
from shopflow.parts.models import Brand, PartRecord
from shopflow.parts.restrictions import is_in_season

pytestmark = pytest.mark.django_db


@pytest.fixture
def make():
    brand = Brand.objects.create(code="NW", name="Nordwagen")

    def part(number, **fields):
        product = create_product(title=number, price="10.00", num_in_stock=9, upc=f"U{number}")
        return PartRecord.objects.create(
            product=product, brand=brand, number_display=number, number_key=number, list_price_cents=100, **fields
        )

    return part


def refusals(*parts, quantity=1, user=None):
    lines = [
        CheckoutLine(
            line_id=part.pk, product_id=part.product_id, title=part.number_display, quantity=quantity,
            requires_shipping=True, unit_price_cents=1000,
        )
        for part in parts
    ]  # fmt: skip
    checkout = Checkout(
        basket_id=1, user_id=user.pk if user else None, email="a@example.org", country="DE", language="de",
        payment_method="", lines=lines,
    )  # fmt: skip
    gate = checkout_gates.get("part_restrictions")
    return list(gate.refusals(checkout)), list(gate.declarations(checkout))


def customer(*codenames):
    user = get_user_model().objects.create_user("kunde@example.org", "x")
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def test_what_is_not_restricted_is_sold_with_one_query(make, django_assert_num_queries):
    part = make("A")
    assert refusals(part) == ([], [])
    with django_assert_num_queries(2):
        assert refusals(part) == ([], [])


@pytest.mark.parametrize("restriction", ["not_for_sale", "business", "trained"])
def test_a_visitor_cannot_buy_restricted_parts(make, restriction):
    [sentence], declarations = refusals(make("A"), make("B", sale_restriction=restriction))
    assert "“B”" in sentence or "„B“" in sentence
    assert declarations == []


@pytest.mark.parametrize(
    ("right", "restriction"), [("buy_business_goods", "business"), ("buy_trained_goods", "trained")]
)
def test_a_checked_business_may(make, right, restriction):
    part = make("B", sale_restriction=restriction)
    assert len(refusals(part, user=customer("view_partrecord"))[0]) == 1
    get_user_model().objects.all().delete()
    assert refusals(part, user=customer(right))[0] == []


def test_the_product_page_says_so_before_the_basket_does(make, client):
    for part, count in ((make("A"), 0), (make("B", un_number="UN3268"), 1)):
        assert len(client.get(part.product.get_absolute_url()).context["sale_notes"]) == count
    client.force_login(customer("buy_trained_goods"))
    assert client.get(part.product.get_absolute_url()).context["sale_notes"] == []


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({"un_number": "UN3268"}, 1),
        ({"goods_class": "airbag"}, 1),
        ({"un_number": "UN2796"}, 1),
        ({"un_number": "UN2794"}, 0),
        ({"un_number": "UN1950"}, 0),
    ],
)
def test_what_the_law_says_of_airbags_and_acid_needs_no_entry(make, fields, count):
    assert len(refusals(make("A", **fields))[0]) == count


@pytest.mark.parametrize(("own", "count"), [("", 1), ("none", 0), ("lighting", 0)])
def test_what_a_category_says_of_airbags_holds_for_its_parts(make, client, django_assert_num_queries, own, count):
    part, other = make("A", goods_class=own), make("B")
    category = get_model("catalogue", "Category")
    shelf, elsewhere = category.add_root(name="Airbags"), category.add_root(name="Innenraum")
    part.product.categories.add(elsewhere, shelf)
    other.product.categories.add(elsewhere)
    services.review_publishing()
    assert len(client.get(part.product.get_absolute_url()).context["sale_notes"]) == count
    assert len(refusals(other, part)[0]) == count
    with django_assert_num_queries(4):
        assert len(refusals(part, other)[0]) == count


def test_goods_for_adults_ask_for_a_declaration(make):
    sentences, [declaration] = refusals(make("A", sale_restriction="age_18"))
    assert sentences == []
    assert (declaration.key, declaration.checkbox, declaration.required) == ("adult", True, True)
    assert "Die Ware wird mir" in declaration.html  # they may be fetched as well as sent


def test_a_number_that_is_no_multiple_is_refused(make):
    part = make("A", order_multiple=4)
    assert len(refusals(part, quantity=6)[0]) == 1
    assert refusals(part, quantity=8)[0] == []


@pytest.mark.parametrize(
    ("season", "month", "sold"),
    [
        ((10, 3), 12, True),
        ((10, 3), 3, True),
        ((10, 3), 4, False),
        ((4, 9), 4, True),
        ((4, 9), 10, False),
        (None, 1, True),
    ],
)
def test_a_season_may_pass_the_turn_of_the_year(season, month, sold):
    with time_machine.travel(datetime(2027, month, 15, 12, tzinfo=timezone.get_current_timezone()), tick=False):
        assert is_in_season(season) is sold


def way(code="parcel-de", **fields):
    return ShippingWay(code=code, country="DE", is_pickup=code == "pickup", **fields)


@pytest.mark.parametrize(
    ("fields", "open_to"),
    [
        ({}, ["none", "limited", "all"]),
        ({"un_number": "UN2794"}, ["limited", "all"]),
        ({"un_number": "UN1950"}, ["limited", "all"]),
        ({"un_number": "UN1263"}, ["all"]),
        ({"un_number": "UN1263", "limited_quantity": True}, ["limited", "all"]),
        ({"un_number": "UN3268"}, ["all"]),
    ],
)
def test_dangerous_goods_go_with_carriers_that_take_them(make, fields, open_to):
    part = make("A", **fields)
    rule = shipping_rules.get("dangerous_goods")
    lines = [ChargedLine(product_id=part.product_id, quantity=1)]
    ways = {takes: rule.refusal(lines, way(dangerous_goods=takes)) for takes in ("none", "limited", "all")}
    assert [takes for takes, reason in ways.items() if reason is None] == open_to
    assert rule.refusal(lines, way("pickup", dangerous_goods="none")) is None


def methods(*parts):
    basket = create_basket(empty=True)
    basket.strategy = get_class("partner.strategy", "Selector")().strategy()
    for part in parts:
        basket.add_product(part.product)
    found = get_class("shipping.repository", "Repository")().get_available_shipping_methods(basket)
    return [method.code for method in found]


def test_the_checkout_offers_only_ways_that_are_open(make):
    get_model("shipping", "ShippingRate").objects.all().delete()
    for code, takes in (("plain", "none"), ("parcel", "limited"), ("special", "all")):
        save_rate(code=code, name=code, countries="DE", price=Decimal(5), days_from=1, days_to=2, dangerous_goods=takes)
    plain, battery, airbag, bulky = make("A"), make("B", un_number="UN2794"), make("C", un_number="UN3268"), make("D")
    PartRecord.objects.filter(pk=bulky.pk).update(pickup_only=True)

    assert sorted(methods(plain)) == ["parcel", "pickup", "plain", "special"]
    assert sorted(methods(plain, battery)) == ["parcel", "pickup", "special"]
    assert sorted(methods(airbag)) == ["pickup", "special"]
    assert methods(plain, bulky) == ["pickup"]


def test_a_rule_that_fails_closes_the_way(make):
    class Broken(ShippingRule):
        code = "broken"
        label = "broken"

        def refusal(self, lines, way):
            raise RuntimeError

    with shipping_rules.registered(Broken):
        assert methods(make("A")) == []
    assert "pickup" in methods(make("B"))


def test_the_basket_names_the_only_way_out_of_the_shop(make, client):
    parts = [make("A"), make("B", pickup_only=True), make("C", un_number="UN3480")]
    for part in parts:
        client.post(f"/basket/add/{part.product_id}/", {"quantity": 1}, headers={"Origin": "http://testserver"})
    text = client.get("/basket/").content.decode()
    assert text.count("Nur zur Abholung: Diesen Artikel versenden wir nicht.") == 1
    assert text.count("Nur zur Abholung oder mit einem Gefahrgut-Spediteur.") == 1


def test_out_of_season_says_when_to_come_back(make):
    with time_machine.travel(datetime(2026, 6, 15, tzinfo=timezone.get_default_timezone()), tick=False):
        [sentence], _ = refusals(make("A", season_from=10, season_to=3))
    assert "Oktober bis März" in sentence
