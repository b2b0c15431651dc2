"""Category pages: complete paging, filters, and a number of queries that does not grow."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.parts.models import Brand, PartFitment, PartRecord
from shopflow.parts.vehicle_keys import Vehicle
from shopflow.storefront.models import ListingEntry
from shopflow.storefront.queries.listing import DEFAULT_SORTING, SORTINGS, CappedCount, Filters, Listing
from shopflow.storefront.services import refresh_all, refresh_products
from shopflow.tax.services import load_rates

pytestmark = pytest.mark.django_db

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")


@pytest.fixture(autouse=True)
def _rates():
    load_rates()


@pytest.fixture
def tree():
    root = Category.add_root(name="Bremsen")
    return root, root.add_child(name="Scheiben")


def make(count, category=None, **fields):
    """``count`` products with part data; all created at the same moment, so that only the id tells them apart."""
    made = []
    brands = [Brand.objects.get_or_create(code=code, defaults={"name": code})[0] for code in ("ATE", "BOSCH", "TRW")]
    for n in range(count):
        number = Product.objects.count() + 1
        values = {"title": f"Teil {n % 5}", "price": Decimal(10 + n % 3), "num_in_stock": n % 4} | fields
        product = create_product(upc=f"T{number}", **values)
        PartRecord.objects.create(
            product=product,
            brand=brands[n % 3],
            number_display=f"T {number}",
            number_key=f"T{number}",
            list_price_cents=1000,
        )
        if category:
            product.categories.add(category)
        made.append(product)
    Product.objects.update(date_created=datetime(2026, 1, 1, tzinfo=UTC))
    refresh_all()
    return made


def walk(listing, size=3):
    seen, cursor = [], ""
    while True:
        page = listing.page(cursor, size=size)
        seen += page.product_ids
        if not page.next_cursor:
            return seen
        cursor = page.next_cursor


@pytest.mark.parametrize("code", list(SORTINGS))
def test_walking_all_pages_shows_every_product_once_even_when_all_sort_keys_are_equal(tree, code):
    products = make(20, tree[1])
    seen = walk(Listing(shelf=tree[0].pk, sorting=SORTINGS[code]))
    assert sorted(seen) == sorted(product.pk for product in products)


def test_prices_sort_upwards_and_downwards(tree):
    cheap, dear = make(1, price=Decimal("1.00"))[0], make(1, price=Decimal("99.00"))[0]
    assert walk(Listing(sorting=SORTINGS["preis"])) == [cheap.pk, dear.pk]
    assert walk(Listing(sorting=SORTINGS["preis-ab"])) == [dear.pk, cheap.pk]


def test_a_product_stands_once_on_every_shelf_above_it(tree):
    product = make(1, tree[1])[0]
    product.categories.add(tree[0])
    refresh_products([product.pk])
    shelves = ListingEntry.objects.filter(product=product).order_by("shelf").values_list("shelf", flat=True)
    assert list(shelves) == [0, tree[0].pk, tree[1].pk]


def test_hidden_products_and_hidden_categories_are_left_out(tree):
    shown, hidden = make(2, tree[1])
    Product.objects.filter(pk=hidden.pk).update(is_public=False)
    tree[1].is_public = False
    tree[1].save()
    refresh_all()
    assert walk(Listing()) == [shown.pk]
    assert walk(Listing(shelf=tree[0].pk)) == []


def writes():
    """What tells whether rows were written: SQLite counts them, PostgreSQL marks each with its transaction."""
    tables = ("shopflow_storefront_listingentry", "shopflow_storefront_searchdocument")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT total_changes()")
            return cursor.fetchall()
        return [cursor.execute(f"SELECT ctid::text, xmin::text, xmax::text FROM {t}").fetchall() for t in tables]


def test_a_refresh_leaves_rows_alone_that_are_right(tree):
    product = make(5, tree[1])[0]
    before = writes()
    refresh_all()
    refresh_products([product.pk])
    assert writes() == before
    Product.objects.filter(pk=product.pk).update(title="Anders")
    refresh_products([product.pk])
    assert writes() != before
    assert set(ListingEntry.objects.filter(product=product).values_list("title_key", flat=True)) == {"anders"}


def test_filters_narrow_by_brand_stock_price_and_vehicle(tree):
    products = make(12, tree[1])
    fitting = products[4]
    PartFitment.objects.create(part=fitting.part_record, hsn="0603", tsn="BPH")
    ids = [p.pk for p in products]

    def found(**filters):
        return sorted(walk(Listing(shelf=tree[0].pk, filters=Filters(**filters))))

    assert found(brands=("ATE",)) == ids[0::3]
    assert found(brands=("ATE", "TRW")) == sorted(ids[0::3] + ids[2::3])
    assert found(available=True) == [pk for n, pk in enumerate(ids) if n % 4]
    assert found(price_from=1191, price_to=1309) == ids[1::3]
    assert found(vehicle=Vehicle("0603", "BPH")) == [fitting.pk]
    assert found(vehicle=Vehicle("0603", "XXX")) == []
    assert found(brands=("'; DROP TABLE x; --",)) == []


def test_brand_counts_follow_the_other_filters_and_not_the_brand_itself(tree):
    make(12, tree[1])
    every = [(b.brand, str(b.count)) for b in Listing(shelf=tree[0].pk, filters=Filters(brands=("ATE",))).brands()]
    assert every == [("ATE", "4"), ("BOSCH", "4"), ("TRW", "4")]
    cheap = Listing(shelf=tree[0].pk, filters=Filters(price_to=1190)).brands()
    assert [(b.brand, str(b.count)) for b in cheap] == [("ATE", "4")]


def test_counts_are_capped(tree, monkeypatch):
    make(7, tree[1])
    assert (str(Listing().count()), Listing().count().is_capped) == ("7", False)
    assert str(CappedCount(1001)) == "1000+"
    monkeypatch.setattr("shopflow.storefront.queries.listing.COUNT_CAP", 5)
    assert Listing(filters=Filters(price_from=1)).count().value == 6


@pytest.mark.parametrize(
    "cursor", ["x", "bm9uc2Vuc2U", "W10", "WyJhIiwgMV0", "💥", "WzEsIDk5OTk5OTk5OTk5OTk5OTk5OTk5OTld"]
)
def test_a_damaged_cursor_shows_the_first_page(tree, cursor):
    make(3)
    assert Listing(sorting=DEFAULT_SORTING).page(cursor).product_ids == Listing().page().product_ids


def queries_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_a_page_takes_as_many_queries_with_200_products_as_with_10_and_deep_down_as_on_top(client, tree):
    url = f"/catalogue/category/{tree[0].slug}_{tree[0].pk}/"
    make(10, tree[1])
    client.get(url)
    few = queries_of(client, url)
    make(190, tree[1])
    client.get(url)
    many = queries_of(client, url)
    deep = Listing(shelf=tree[0].pk).page(Listing(shelf=tree[0].pk).page(size=90).next_cursor, size=90).next_cursor
    assert few == many == queries_of(client, f"{url}?nach={deep}") == 7


def test_a_page_takes_seven_queries_and_some_more_with_a_cold_cache(client, tree):
    make(10, tree[1])
    url = f"/catalogue/category/{tree[0].slug}_{tree[0].pk}/"
    client.get(url)
    assert queries_of(client, url) == 7
    cache.clear()
    assert queries_of(client, url) == 7 + 3


def test_an_outdated_path_leads_to_the_current_one(client, tree):
    response = client.get(f"/catalogue/category/frueher_{tree[1].pk}/?sort=preis")
    assert response.status_code == 301
    assert response["Location"] == f"/catalogue/category/bremsen/scheiben_{tree[1].pk}/?sort=preis"
    assert client.get("/catalogue/category/bremsen_99999999/").status_code == 404


def test_bad_filters_are_named_and_left_out(client, tree):
    make(3, tree[1], num_in_stock=5)
    response = client.get("/catalogue/?preis_von=abc&hsn=12345&tsn=BPH&sort=quatsch")
    assert response.status_code == 200
    assert len(response.context["cards"]) == 3
    assert set(response.context["form"].errors) == {"preis_von", "hsn", "sort"}


def test_htmx_gets_the_results_alone(client, tree):
    make(30, tree[1])
    response = client.get("/catalogue/", headers={"HX-Request": "true", "HX-Target": "results"})
    text = response.content.decode()
    assert "<html" not in text
    assert 'id="results"' in text
    more = response.context["more_url"]
    rest = client.get(more, headers={"HX-Request": "true", "HX-Target": "more"}).content.decode()
    assert rest.count('<li class="product-card"') == 6
    assert 'id="results"' not in rest
    assert "HX-Request" in response["Vary"]


def test_every_chip_leads_back_to_the_list_without_it(client, tree):
    make(6, tree[1])
    response = client.get("/catalogue/?marke=ATE&marke=TRW&lieferbar=1&preis_bis=50")
    chips = {chip.label: chip.url for chip in response.context["chips"]}
    assert chips["ATE"] == "/catalogue/?marke=TRW&lieferbar=1&preis_bis=50"
    assert len(chips) == 4


def test_the_label_of_a_tyre_stands_in_words_beside_its_price_and_costs_no_query(client, tree):
    leaf = tree[1]
    tyre, _disc = make(2, leaf)
    url = leaf.get_absolute_url()
    client.get(url)
    before = queries_of(client, url)
    label = {"fuel": "D", "wet": "B", "noise_db": 72, "noise_class": "B", "snow": True, "ice": False}
    PartRecord.objects.filter(product=tyre).update(attributes={"tyre": label})
    assert queries_of(client, url) == before
    page = client.get(url).content.decode()
    assert page.count("EU-Reifenlabel: Kraftstoff D, Nasshaftung B, Geräusch 72 dB B, Schnee") == 1
    assert page.count("Reifenlabel") == 1
