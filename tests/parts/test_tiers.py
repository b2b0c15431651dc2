"""Price tiers in the basket and on the page; base prices wherever a price of fluids stands (§ 4 PAngV)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse
from oscar.core.loading import get_model
from oscar.test.factories import create_product, create_stockrecord

from shopflow.parts.models import Brand, PartPriceTier, PartRecord
from shopflow.parts.templatetags.shopflow_parts import base_prices
from shopflow.parts.tiers import PartTiers

pytestmark = pytest.mark.django_db

Line = get_model("basket", "Line")


@pytest.fixture
def oil():
    cache.clear()
    product = create_product(title="Motoröl 5W-30", num_in_stock=None)
    create_stockrecord(product=product, price="10.00", num_in_stock=500, partner_sku="O:1")
    brand = Brand.objects.create(code="O", name="Ölwerk")
    part = PartRecord.objects.create(
        product=product, brand=brand, number_display="1", number_key="1", list_price_cents=1000, content_milli=5000,
        content_unit="LTR", features=[["Viskosität", "5W-30"], ["Freigabe", "<VW> 504"]],
    )  # fmt: skip
    PartPriceTier.objects.create(part=part, quantity=10, net_cents=900)
    PartPriceTier.objects.create(part=part, quantity=50, net_cents=800)
    return product


@pytest.mark.parametrize(("quantity", "unit"), [(1, "11.90"), (9, "11.90"), (10, "10.71"), (49, "10.71"), (50, "9.52")])
def test_the_basket_takes_the_price_of_the_quantity(client, oil, quantity, unit):
    client.post(reverse("basket:add", kwargs={"pk": oil.pk}), {"quantity": quantity})
    page = client.get(reverse("basket:summary"))
    (line,) = page.context["basket"].all_lines()
    assert (line.unit_price_incl_tax, line.line_price_incl_tax) == (Decimal(unit), Decimal(unit) * quantity)
    assert page.context["basket"].total_incl_tax == Decimal(unit) * quantity
    assert base_prices([line])[oil.pk][0] == (Decimal(unit) / 5).quantize(Decimal("0.01"))


def test_a_tier_above_the_price_on_the_shelf_does_not_count(client, oil):
    get_model("partner", "StockRecord").objects.update(price="7.00")
    client.post(reverse("basket:add", kwargs={"pk": oil.pk}), {"quantity": 10})
    (line,) = client.get(reverse("basket:summary")).context["basket"].all_lines()
    assert line.unit_price_incl_tax == Decimal("8.33")


def test_a_shop_without_tiers_asks_once(oil, django_assert_num_queries):
    PartPriceTier.objects.all().delete()
    assert PartTiers().tiers([oil.pk]) == {}
    with django_assert_num_queries(0):
        assert PartTiers().tiers([oil.pk]) == {}


def test_the_page_tells_tiers_with_their_base_price_and_features(client, oil):
    page = client.get(oil.get_absolute_url()).content.decode()
    for text in ("10,71", "9,52", "2,14", "1,90", "Viskosität", "5W-30", "&lt;VW&gt; 504"):
        assert text in page, text
    assert "<VW>" not in page


def test_mails_tell_the_base_price_of_ordered_goods(client, oil):
    from oscar.test.factories import create_basket, create_order

    basket = create_basket(empty=True)
    basket.add_product(oil, quantity=2)
    order = create_order(basket=basket)
    context = {"order": order, "lines": order.lines.all(), "status_url": "https://shop.example.org/x"}
    text = render_to_string("mail/order_status_parts/order.html", context)
    bases = base_prices(order.lines.all())
    assert set(bases) == {oil.pk}
    assert bases[oil.pk][0] == (order.lines.get().unit_price_incl_tax / 5).quantize(Decimal("0.01"))
    assert f"{bases[oil.pk][0]}".replace(".", ",") in text
