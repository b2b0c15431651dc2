"""A part whose price is told on request is seen and found, has a way to ask, and cannot be bought."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse
from oscar.core.loading import get_model
from oscar.test.factories import create_product, create_stockrecord

from dealer_import.exports.merchant import MerchantFeed
from shopflow.core.models import Seller
from shopflow.parts.models import Brand, PartRecord
from shopflow.parts.services import review_publishing
from shopflow.storefront.models import ListingEntry
from shopflow.storefront.services import refresh_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked_for():
    Seller.objects.update_or_create(
        pk=1, defaults={"name": "Teile Nord", "email": "teile@example.org", "phone": "0123"}
    )
    product = create_product(title="Motorblock", num_in_stock=None)
    stock = create_stockrecord(product=product, price=None, num_in_stock=3, partner_sku="M:1")
    get_model("partner", "StockRecord").objects.filter(pk=stock.pk).update(price=None)
    brand = Brand.objects.create(code="M", name="Motorenwerk")
    PartRecord.objects.create(product=product, brand=brand, number_display="1 & 2", number_key="12", list_price_cents=0)
    return product


def test_it_stays_public_though_it_has_no_price(asked_for):
    review_publishing()
    asked_for.refresh_from_db()
    assert asked_for.is_public is True
    PartRecord.objects.update(list_price_cents=100)
    review_publishing()
    asked_for.refresh_from_db()
    assert asked_for.is_public is False


def test_the_page_offers_a_question_instead_of_a_basket(client, asked_for):
    page = client.get(asked_for.get_absolute_url()).content.decode()
    assert "mailto:teile@example.org?subject=" in page
    assert "1%20%26%202%20Motorblock" in page
    assert 'id="add_to_basket_form"' not in page
    assert 'id="alert_form"' not in page
    data = [json.loads(text) for text in re.findall(r'ld\+json">(.*?)</script>', page)]
    assert [item for item in data if "offers" in item] == []


def test_it_cannot_be_put_into_a_basket(client, asked_for):
    client.post(reverse("basket:add", kwargs={"pk": asked_for.pk}), {"quantity": 1})
    assert get_model("basket", "Line").objects.count() == 0


def test_a_basket_that_held_it_before_its_price_went_still_opens(client, asked_for):
    stock = get_model("partner", "StockRecord").objects
    stock.update(price="10.00")
    client.post(reverse("basket:add", kwargs={"pk": asked_for.pk}), {"quantity": 1})
    assert get_model("basket", "Line").objects.count() == 1
    stock.update(price=None)
    assert client.get(reverse("basket:summary")).status_code == 200
    assert client.get(reverse("checkout:preview")).status_code == 302


def test_lists_call_it_not_available_and_portals_do_not_hear_of_it(asked_for):
    refresh_all()
    assert set(ListingEntry.objects.values_list("product_id", "is_available")) == {(asked_for.pk, False)}
    feed = MerchantFeed(without_pictures=True)
    text = b"".join(feed.pieces()).decode()
    assert (feed.items, dict(feed.left_out)) == (0, {"no_price": 1})
    assert "Motorblock" not in text
