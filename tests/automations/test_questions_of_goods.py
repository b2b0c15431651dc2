"""Questions about the goods of an event, and about reviews."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from oscar.core.loading import get_class, get_model
from oscar.test.factories import create_product, create_stockrecord

from shopflow.contracts.automations import RunContext, conditions
from shopflow.core import clock
from shopflow.parts.models import Brand, PartRecord
from tests.audience.answers import answers
from tests.audience.people import contact, order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]

Review = get_model("reviews", "ProductReview")


def goods(upc: str, *, price: str | None = "100.00", stock: int = 3) -> Any:
    product = create_product(upc=upc, title=upc)
    product.stockrecords.all().delete()
    if price is not None:
        create_stockrecord(product, price=price, num_in_stock=stock)
    return product


def ask(code: str, settings: dict[str, Any] | None = None, **subject: Any) -> bool | None:
    context = RunContext(subject=subject, now=clock.now(), run_key="x", flow="x")
    verdict = conditions.get(code).evaluate(context, settings or {})
    assert str(verdict.reason)
    return verdict.holds


def test_stock_of_the_product_the_order_and_the_basket(django_assert_max_num_queries):
    there, gone = goods("A"), goods("B", stock=0)
    placed = order(product=there)
    line = placed.lines.get()
    line.pk, line.product = None, gone
    line.save()
    some, every = {"which": "any"}, {"which": "all"}

    assert ask("goods_in_stock", some, product_id=there.pk) is True
    assert ask("goods_in_stock", some, product_id=gone.pk) is False
    assert ask("goods_in_stock", some, order_id=placed.pk) is True
    assert ask("goods_in_stock", every, order_id=placed.pk) is False
    hidden = goods("H")
    hidden.is_public = False
    hidden.save()
    assert ask("goods_in_stock", some, product_id=hidden.pk) is False
    assert ask("goods_in_stock", some, product_id=0) is None
    assert ask("goods_in_stock", some, email="anna@example.org") is None
    basket = get_model("basket", "Basket").objects.create()
    assert ask("goods_in_stock", some, basket_id=basket.pk) is None
    for number in range(8):
        line.pk, line.product = None, goods(f"C{number}")
        line.save()
    with django_assert_max_num_queries(8):  # the same for ten goods as for one
        ask("goods_in_stock", some, order_id=placed.pk)


def test_prices_include_vat_and_may_be_unknown():
    cheap, dear, unpriced = goods("A", price="10.00"), goods("B", price="100.00"), goods("C", price=None)
    assert ask("goods_priced", {"at_least": "11.90", "at_most": "11.90"}, product_id=cheap.pk) is True
    assert ask("goods_priced", {"at_least": "11.91"}, product_id=cheap.pk) is False
    assert ask("goods_priced", {"at_most": "119"}, product_id=dear.pk) is True
    assert ask("goods_priced", {"at_most": "20"}, product_id=unpriced.pk) is None
    form = conditions.get("goods_priced").form_class
    assert not form({}).is_valid()
    assert not form({"at_least": "2", "at_most": "1"}).is_valid()
    assert form({"at_most": "1"}).is_valid()


def test_what_an_order_a_basket_and_a_product_are_worth():
    cheap, dear, unpriced = goods("A", price="10.00"), goods("B", price="100.00"), goods("C", price=None)
    placed = order(product=dear)
    placed.lines.update(line_price_incl_tax="77.00", quantity=2)
    basket = get_model("basket", "Basket").objects.create()
    basket.strategy = get_class("partner.strategy", "Selector")().strategy()
    basket.add_product(cheap, 3)
    basket.add_product(dear, 1)
    exactly = {"at_least": "154.70", "at_most": "154.70"}

    assert ask("goods_worth", exactly, basket_id=basket.pk) is True, "3 × 11.90 € and 119 €"
    assert ask("goods_worth", {"at_least": "154.71"}, basket_id=basket.pk) is False
    assert ask("goods_worth", {"at_most": "77"}, order_id=placed.pk, basket_id=basket.pk) is True, "as it was agreed"
    assert ask("goods_worth", {"at_least": "77.01"}, order_id=placed.pk) is False
    assert ask("goods_worth", {"at_most": "11.90"}, product_id=cheap.pk, order_id=placed.pk) is True
    assert ask("goods_worth", {"at_most": "20"}, product_id=unpriced.pk) is None
    basket.lines.filter(product=cheap).update(product=unpriced)
    assert ask("goods_worth", {"at_least": "1"}, basket_id=basket.pk) is None


def test_category_and_brand_of_the_goods():
    product, other = goods("A"), goods("B")
    root = get_model("catalogue", "Category").add_root(name="Bremsen")
    below = root.add_child(name="Scheiben")
    product.categories.set([below])
    other.categories.clear()
    brand = Brand.objects.create(name="Muster")
    PartRecord.objects.create(product=product, brand=brand, number_display="1", number_key="1", list_price_cents=1)
    for code, settings in (("goods_in_category", {"category": str(root.pk)}), ("goods_of_brand", {"brand": "MUSTER"})):
        assert ask(code, settings, product_id=product.pk) is True
        assert ask(code, settings, product_id=other.pk) is False
        assert ask(code, settings, order_id=order(product=product).pk) is True
        assert ask(code, settings) is None


def test_article_numbers_of_the_goods():
    parent = create_product(structure="parent", upc="P")
    child = create_product(structure="child", parent=parent, upc="P-1")
    record = create_stockrecord(child, price="1.00", partner_sku="SKU-1")
    record.partner_sku = "SKU-1"
    record.save()
    for numbers, said in (
        (["P-1"], True),
        (["X", "P"], True),
        (["SKU-1"], True),
        ("X, P-1", True),
        (["P-2", "1"], False),
    ):
        assert ask("goods_numbered", {"numbers": numbers}, product_id=child.pk) is said
    assert ask("goods_numbered", {"numbers": ["P"]}) is None


def test_country_and_payment_of_the_order():
    placed, bare = order(), order()
    austria = get_model("address", "Country").objects.create(iso_3166_1_a2="AT", printable_name="Österreich")
    placed.shipping_address = get_model("order", "ShippingAddress").objects.create(country=austria)
    placed.save()
    invoice = get_model("payment", "SourceType").objects.create(name="Rechnung", code="invoice")
    get_model("payment", "Source").objects.create(order=placed, source_type=invoice)

    assert ask("order_goes_to", {"countries": ["DE", "AT"]}, order_id=placed.pk) is True
    assert ask("order_goes_to", {"countries": ["DE"]}, order_id=placed.pk) is False
    assert ask("order_goes_to", {"countries": ["AT"]}, order_id=bare.pk) is None
    assert ask("order_paid_by", {"methods": ["invoice"]}, order_id=placed.pk) is True
    assert ask("order_paid_by", {"methods": ["prepayment"]}, order_id=placed.pk) is False
    assert ask("order_paid_by", {"methods": ["invoice"]}, order_id=bare.pk) is None
    assert str(conditions.get("order_goes_to").describe({"countries": ["AT"]})).endswith("Österreich")


def test_reviews_count_for_accounts_and_are_unknown_without_one():
    product, other = goods("A"), goods("B")
    users = {name: get_user_model().objects.create_user(f"{name}@example.org", "x") for name in ("anna", "ben")}
    for name, user in users.items():
        contact(f"{name}@example.org", user=user)
    contact("cleo@example.org")
    Review.objects.create(product=product, user=users["anna"], score=5, title="x", body="x", status=Review.APPROVED)
    Review.objects.create(product=product, user=users["ben"], score=1, title="x", body="x", status=Review.REJECTED)
    Review.objects.create(product=product, email="cleo@example.org", score=1, title="x", body="x")

    count = {"field": "reviews_count", "op": "at_least", "value": 1}
    assert answers(count) == {"anna": True, "ben": False, "cleo": None}
    last = {"field": "reviews_last", "op": "within_days", "value": 1}
    assert answers(last) == {"anna": True, "ben": None, "cleo": None}
    which = {"field": "reviewed_products", "op": "contains", "value": "A"}
    assert answers(which) == {"anna": True, "ben": False, "cleo": False}

    placed, elsewhere = order(product=product).pk, order(product=other).pk
    assert ask("goods_reviewed", order_id=placed, email="Anna@example.org") is True
    assert ask("goods_reviewed", order_id=elsewhere, user_id=users["anna"].pk) is False
    assert ask("goods_reviewed", order_id=placed, email="ben@example.org") is False
    assert ask("goods_reviewed", order_id=placed, email="cleo@example.org") is None
    assert ask("goods_reviewed", order_id=placed) is None


def test_a_review_of_the_parent_is_one_of_its_variant():
    parent = create_product(structure="parent", upc="P")
    child = create_product(structure="child", parent=parent, upc="P-1")
    user = get_user_model().objects.create_user("anna@example.org", "x")
    contact(user=user)
    Review.objects.create(product=parent, user=user, score=5, title="x", body="x")
    assert ask("goods_reviewed", product_id=child.pk, user_id=user.pk) is True
    assert answers({"field": "reviewed_products", "op": "in", "value": ["P-1"]}) == {"anna": True}
