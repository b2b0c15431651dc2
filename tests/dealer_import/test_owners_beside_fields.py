"""Whose a field is stands beside it in Oscar's product form, as part of what screen readers tell of it."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from oscar.core.loading import get_model

from dealer_import import services
from shopflow.parts.models import PartRecord

pytestmark = pytest.mark.django_db
Category, Product, ProductCategory, StockRecord = (
    get_model(app, name)
    for app, name in (
        ("catalogue", "Category"),
        ("catalogue", "Product"),
        ("catalogue", "ProductCategory"),
        ("partner", "StockRecord"),
    )
)
FIELDS = ("title", "upc", "description", "stockrecords-0-price", "stockrecords-0-num_in_stock")
LISTS = ("productcategory_set-0-category", "images-0-original")


@pytest.fixture
def part(bring_in, export):
    bring_in(export.write(export.good))
    return PartRecord.objects.select_related("product").get(number_display="1N0 000 013 AC")


@pytest.fixture
def chef(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("chef@example.org", "x"))
    return client


def described(chef, part) -> dict[str, str]:
    """By field what it is described by."""
    page = BeautifulSoup(
        chef.get(reverse("dashboard:catalogue-product", args=[part.product_id])).content, "html.parser"
    )
    told = {}
    for control in page.select("#create_update_product_form [aria-describedby]"):
        notes = [note for each in str(control["aria-describedby"]).split() if (note := page.find(id=each))]
        told[str(control["name"])] = " ".join(" ".join(note.get_text() for note in notes).split())
        links = [link for note in notes for link in note.select("a")]
        assert all(page.select(f"tr{link['href']}") for link in links)
    return told


def test_each_field_that_an_import_may_write_is_described_by_its_owner(chef, part):
    told = described(chef, part)
    assert [name for name in (*FIELDS, *LISTS) if not told[name].endswith("Gehört: Händlersystem")] == []
    assert "UPC" in told["upc"]
    assert "Gehört" not in told.get("slug", "") + told.get("stockrecords-1-price", "")


def test_what_was_delivered_stands_beside_what_the_shop_has_instead(chef, part):
    Product.objects.filter(pk=part.product_id).update(title="Unser <b>Name</b>", description="Unser Text")
    PartRecord.objects.filter(pk=part.pk).update(imported_description="<p>Vorn &amp; <b>hinten</b></p>")
    StockRecord.objects.filter(product=part.product_id).update(price="30.00")
    other = Category.add_root(name="Unsere Kategorie")
    ProductCategory.objects.filter(product=part.product_id).update(category=other)
    services.lock_field(product_id=part.product_id, field="stock", actor=None)
    told = described(chef, part)
    assert told["title"].endswith(f"Gehört: im Shop bearbeitet Geliefert: „{part.imported_title}“")
    assert told["description"].endswith("Geliefert: „Vorn & hinten“")
    assert told["stockrecords-0-price"].endswith("Gehört: Händlersystem Geliefert: „27,65 €“")
    assert told["stockrecords-0-num_in_stock"].endswith("Gehört: von Hand gesperrt")
    assert told[LISTS[0]] == f"Gehört: im Shop bearbeitet Geliefert: „{part.imported_category.name}“"


def test_the_owners_cost_the_same_queries_however_many_fields_differ(chef, part):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            chef.get(reverse("dashboard:catalogue-product", args=[part.product_id]))
        return len(queries)

    asked()
    plain = asked()
    for field in ("title", "description", "gtin", "list_price", "stock", "category"):
        services.lock_field(product_id=part.product_id, field=field, actor=None)
    Product.objects.filter(pk=part.product_id).update(title="Anders")
    StockRecord.objects.filter(product=part.product_id).update(price="30.00")
    assert asked() == plain
    PartRecord.objects.update(source="")
    assert asked() == plain - 4


def test_a_product_that_no_import_keeps_says_nothing_of_owners(chef, part):
    PartRecord.objects.update(source="")
    page = chef.get(reverse("dashboard:catalogue-product", args=[part.product_id])).content.decode()
    assert "Gehört" not in strip_tags(page)
    assert not re.search(r'href="#owner-', page)


def test_fields_without_a_label_of_their_own_have_a_name(chef, part):
    answer = chef.get(reverse("dashboard:catalogue-product", args=[part.product_id]))
    page = BeautifulSoup(answer.content, "html.parser")
    named = {control["name"]: control.get("aria-label") for control in page.select("[name^=stockrecords-0-]")}
    fields = ("partner", "partner_sku", "price_currency", "price", "num_in_stock", "low_stock_threshold")
    assert [field for field in fields if not named[f"stockrecords-0-{field}"]] == []
    assert page.find(id="id_images-0-original")["aria-label"] == "Original"
