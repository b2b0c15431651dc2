"""The product page and what all pages promise: no cookie, hidden stays hidden, the price of the basket."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from oscar_ext.shipping.services import save_rate
from shopflow.core import clock
from shopflow.parts.models import Brand, PartRecord
from shopflow.parts.services import set_successors
from shopflow.storefront.models import ListingEntry
from shopflow.storefront.services import refresh_all
from shopflow.tax.services import load_rates, set_tax_class

pytestmark = pytest.mark.django_db

Product = get_model("catalogue", "Product")


@pytest.fixture
def product():
    load_rates()
    root = get_model("catalogue", "Category").add_root(name="Batterien")
    made = create_product(title="Starterbatterie 70 Ah", price="10.05", num_in_stock=4, upc="BAT-70")
    made.categories.add(root)
    for n in range(6):
        create_product(title=f"Batterie {n}", price="7.77", num_in_stock=1).categories.add(root)
    PartRecord.objects.create(
        product=made,
        brand=Brand.objects.create(code="VARTA", name="Varta"),
        number_display="BAT 70",
        number_key="BAT70",
        list_price_cents=1005,
        battery_deposit_gross_cents=750,
    )
    refresh_all()
    return made


def basket_of(client, product, quantity):
    address = reverse("basket:add", kwargs={"pk": product.pk})
    client.post(address, {"quantity": quantity}, headers={"Origin": "http://testserver"})


def pages(product):
    category = product.categories.get()
    return [
        "/catalogue/",
        "/catalogue/?preis_von=1&marke=Varta",
        category.get_absolute_url(),
        product.get_absolute_url(),
        "/suche/?q=batterie",
        "/suche/vorschlag/?q=batterie",
        "/robots.txt",
        "/sitemap.xml",
    ]


def test_looking_around_sets_no_cookie(product):
    visitor = Client()
    for url in pages(product):
        response = visitor.get(url)
        assert response.status_code == 200, url
        assert "Set-Cookie" not in response.headers, url
        assert list(response.cookies) == [], url


def test_looking_around_writes_nothing(client, product):
    for url in pages(product):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        assert [q["sql"] for q in queries if not q["sql"].lstrip(" (\n").upper().startswith(("SELECT", "WITH"))] == []


def test_the_page_takes_sixteen_queries_whatever_was_viewed_before(client, product):
    others = list(Product.objects.exclude(pk=product.pk))
    client.get(product.get_absolute_url())
    with CaptureQueriesContext(connection) as fresh:
        client.get(product.get_absolute_url())
    for other in others:
        client.get(other.get_absolute_url())
    with CaptureQueriesContext(connection) as later:
        client.get(product.get_absolute_url())
    assert len(fresh) == len(later)
    assert len(later) <= 16


def test_list_product_page_and_basket_name_one_price(client, product):
    shown = client.get("/catalogue/").context["cards"]
    card = next(card for card in shown if card.product.pk == product.pk)
    assert card.price == Decimal("11.96")
    assert client.get(product.get_absolute_url()).context["card"].price == Decimal("11.96")
    client.post(f"/basket/add/{product.pk}/", {"quantity": 1}, headers={"Origin": "http://testserver"})
    line = get_model("basket", "Line").objects.get()
    basket = client.get("/basket/").context["basket"]
    assert [found.unit_price_incl_tax for found in basket.all_lines() if found.pk == line.pk] == [Decimal("11.96")]
    assert set(ListingEntry.objects.filter(product=product).values_list("price_cents", flat=True)) == {1196}


@pytest.mark.parametrize("net", ["0.01", "0.99", "4.20", "10.05", "84.0336", "99999.99"])
@pytest.mark.parametrize("tax_class", ["standard", "reduced", "margin"])
def test_the_sorting_price_is_the_price_of_the_strategy(rf, net, tax_class):
    load_rates()
    product = create_product(title="Teil", price=Decimal(net).quantize(Decimal("0.01")), num_in_stock=1)
    set_tax_class(product_id=product.pk, tax_class=tax_class)
    refresh_all()
    cents = ListingEntry.objects.get(product=product, shelf=0).price_cents
    from oscar_ext.partner.strategy import Strategy

    assert Decimal(cents) / 100 == Strategy().fetch_for_product(Product.objects.get(pk=product.pk)).price.incl_tax


def test_every_price_carries_its_notes(client, product):
    for url in ("/catalogue/", product.get_absolute_url(), "/suche/?q=batterie"):
        text = client.get(url).content.decode()
        blocks = re.findall(r'<p class="price-block">.*?</p>', text, re.DOTALL)
        assert blocks, url
        for block in blocks:
            assert "MwSt." in block or "VAT" in block
            assert 'href="/versand-zahlung/"' in block
    assert "7,50" in client.get(product.get_absolute_url()).content.decode()


def test_a_hidden_product_is_shown_to_staff_only(client, product):
    Product.objects.filter(pk=product.pk).update(is_public=False)
    refresh_all()
    url = product.get_absolute_url()
    assert client.get(url).status_code == 404
    assert product.pk not in [card.product.pk for card in client.get("/catalogue/").context["cards"]]
    assert client.get("/suche/?q=BAT70").context["cards"] == []
    assert product.slug not in client.get("/sitemap-products.xml").content.decode()
    staff = get_user_model().objects.create_user("staff@example.org", "secret-word-7")
    staff.is_staff = True
    staff.save()
    client.force_login(staff)
    assert client.get(url).status_code == 200


def test_a_product_hidden_since_the_last_refresh_is_left_out_at_once(client, product):
    Product.objects.filter(pk=product.pk).update(is_public=False)
    assert product.pk not in [card.product.pk for card in client.get("/catalogue/").context["cards"]]


def test_structured_data_is_sound_and_cannot_break_out(client, product):
    Product.objects.filter(pk=product.pk).update(title="</script><b>Batterie & mehr")
    text = client.get(Product.objects.get(pk=product.pk).get_absolute_url()).content.decode()
    found = [
        json.loads(data) for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    ]
    assert [data["@type"] for data in found] == ["Product", "BreadcrumbList"]
    assert found[0]["name"] == "</script><b>Batterie & mehr"
    assert found[0]["offers"]["price"] == "11.96"
    assert found[0]["offers"]["availability"] == "https://schema.org/InStock"
    assert found[0]["brand"]["name"] == "Varta"


def test_a_foreign_page_cannot_fill_the_basket(product):
    browser = Client(enforce_csrf_checks=True)
    url = f"/basket/add/{product.pk}/"
    assert browser.post(url, {"quantity": 1}, headers={"Origin": "https://evil.example.com"}).status_code == 403
    assert browser.post(url, {"quantity": 1}).status_code == 403
    assert get_model("basket", "Line").objects.count() == 0
    assert browser.post(url, {"quantity": 1}, headers={"Origin": "http://testserver"}).status_code == 302
    assert get_model("basket", "Line").objects.get().quantity == 1


def test_an_unknown_product_is_not_found(client, product):
    assert client.get("/catalogue/x_99999/").status_code == 404
    assert client.get("/catalogue/x_99999999999999999999999/").status_code == 404
    assert client.get(f"/catalogue/falsch_{product.pk}/")["Location"] == product.get_absolute_url()


def test_edits_refresh_the_lists_after_the_commit(product, django_capture_on_commit_callbacks):
    connection.run_on_commit.clear()  # what creating the product has planned would be joined and never run
    with django_capture_on_commit_callbacks(execute=True):
        record = product.stockrecords.get()
        record.price = Decimal("20.00")
        record.save()
        product.title = "Umbenannt"
        product.save()
    entry = ListingEntry.objects.get(product=product, shelf=0)
    assert (entry.price_cents, entry.title_key) == (2380, "umbenannt")
    with django_capture_on_commit_callbacks(execute=True):
        product.delete()
    assert not ListingEntry.objects.filter(product_id=entry.product_id).exists()


def test_machines_find_the_pages(client, product):
    robots = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    index = client.get("/sitemap.xml").content.decode()
    assert "sitemap-products.xml" in index
    assert product.get_absolute_url() in client.get("/sitemap-products.xml").content.decode()


@pytest.fixture
def old_part(product):
    """Out of stock and replaced by the battery; more numbers give a kit."""

    def make(*more, is_public=False):
        old = create_product(title="Batterie 66 Ah", price="9.00", num_in_stock=0, upc="BAT-66")
        brand = Brand.objects.get()
        part = PartRecord.objects.create(
            product=old, brand=brand, number_display="BAT 66", number_key="BAT66", list_price_cents=900
        )
        new = [product.part_record]
        for number in more:
            made = create_product(title=number, price="5.00", num_in_stock=1, upc=number)
            new.append(
                PartRecord.objects.create(
                    product=made, brand=brand, number_display=number, number_key=number, list_price_cents=500
                )
            )
        set_successors(part=part, successors=new, kind="kit" if more else "same")
        Product.objects.filter(pk=old.pk).update(is_public=is_public)
        refresh_all()
        return old

    return make


def test_a_hidden_old_part_leads_to_what_is_sold_today(client, product, old_part):
    response = client.get(old_part().get_absolute_url())
    assert (response.status_code, response["Location"]) == (302, product.get_absolute_url())
    Product.objects.filter(pk=product.pk).update(is_public=False)
    assert client.get(response["Location"]).status_code == 404
    assert client.get(Product.objects.get(upc="BAT-66").get_absolute_url()).status_code == 404


def test_a_hidden_old_part_leads_to_all_parts_of_its_kit(client, product, old_part):
    response = client.get(old_part("POL1").get_absolute_url(), follow=True)
    assert response.redirect_chain == [("/suche/?q=BAT+66", 302)]
    text = response.content.decode()
    assert f'<a href="{product.get_absolute_url()}"><span class="number">BAT 70</span>' in text
    assert {card.number for card in response.context["cards"]} == {"BAT 70", "POL1"}


def test_a_sold_out_old_part_shows_what_replaces_it_where_it_would_be_bought(client, product, old_part):
    old = old_part(is_public=True)
    text = client.get(old.get_absolute_url()).content.decode()
    box = text[text.index('id="buy"') : text.index("</article>")]
    assert f'<a href="{product.get_absolute_url()}"><span class="number">BAT 70</span>' in box
    assert text.count('class="notice notice--info replaced"') == 1
    assert 'id="alert_form"' not in text
    Product.objects.filter(pk=product.pk).update(is_public=False)
    text = client.get(old.get_absolute_url()).content.decode()
    assert f'href="{product.get_absolute_url()}"' not in text
    assert '<span class="number">BAT 70</span> Starterbatterie 70 Ah' in text


def test_a_price_for_a_pack_says_so_wherever_it_stands(client, product):
    PartRecord.objects.update(sales_qty=100, price_per=100)
    for address in (product.get_absolute_url(), "/suche/?q=BAT+70", product.categories.get().get_absolute_url()):
        assert client.get(address).content.decode().count('<span class="price-note">Packung: 100 × Stück</span>') == 1


def test_a_price_for_a_litre_says_so_wherever_it_stands(client, product):
    PartRecord.objects.update(unit="LTR")
    for address in (product.get_absolute_url(), "/suche/?q=BAT+70", product.categories.get().get_absolute_url()):
        assert client.get(address).content.decode().count('<span class="price-note">Preis je Liter</span>') == 1
    basket_of(client, product, 3)
    text = client.get("/basket/").content.decode()
    assert "BAT 70 · Preis je Liter" in text
    assert "€ je Einheit" in text
    assert "pro Stück" not in text


def test_a_hidden_product_in_the_basket_says_what_to_do(client, product):
    basket_of(client, product, 1)
    Product.objects.filter(pk=product.pk).update(is_public=False)
    text = client.get("/checkout/", follow=True).content.decode()
    assert "Bitte nehmen Sie den Artikel aus dem Warenkorb, dann geht es weiter." in text
    assert "zurzeit nicht lieferbar" in text


def test_what_is_sold_in_multiples_goes_into_the_basket_as_it_may_be_bought(client, product):
    PartRecord.objects.update(order_multiple=2)
    page = client.get(product.get_absolute_url()).content.decode()
    assert "nur im Vielfachen von 2" in page
    field = re.search(r'<input[^>]*name="quantity"[^>]*>', page)[0]
    assert ['value="2"' in field, 'min="2"' in field, 'step="2"' in field] == [True] * 3
    found = client.get("/suche/?q=BAT+70").content.decode()
    assert '<input type="hidden" name="quantity" value="2">' in found


def test_what_is_only_for_pickup_promises_no_delivery(client, product):
    save_rate(code="parcel", name="Paket", countries="DE", price=Decimal("5.95"), days_from=2, days_to=3)
    found = {}
    for pickup_only in (False, True):
        PartRecord.objects.update(pickup_only=pickup_only)
        page = client.get(product.get_absolute_url()).content.decode().partition('class="product__more')[0]
        listed = client.get("/suche/?q=BAT+70").content.decode()
        words = ("zzgl. Versand", "nur zur Abholung", "Lieferzeit: 2–3")
        found[pickup_only] = [[word in page for word in words], [word in listed for word in words[:2]]]
    assert found == {False: [[True, False, True], [True, False]], True: [[False, True, False], [False, True]]}


@pytest.fixture
def offer(product):
    """Ten percent on everything, announced to everybody since two days."""
    everything = get_model("offer", "Range").objects.create(name="Alles", includes_all_products=True, is_public=True)
    return get_model("offer", "ConditionalOffer").objects.create(
        name="Herbst",
        offer_type="Site",
        condition=get_model("offer", "Condition").objects.create(range=everything, type="Count", value=1),
        benefit=get_model("offer", "Benefit").objects.create(range=everything, type="Percentage", value=10),
        start_datetime=clock.now() - timedelta(days=2),
    )


def test_an_announced_offer_names_the_lowest_price_of_the_thirty_days_before_it(client, product, offer):
    record = product.stockrecords.get()
    for days, price in ((20, "9.00"), (10, "10.00"), (0, "8.00")):
        with time_machine.travel(clock.now() - timedelta(days=days), tick=False):
            record.price = Decimal(price)
            record.save()
    detail = reverse("offer:detail", kwargs={"slug": offer.slug})
    [card] = [card for card in client.get(detail).context["cards"] if card.number == "BAT 70"]
    assert (card.price, card.lowest, card.deposit) == (Decimal("9.52"), Decimal("10.71"), Decimal("7.50"))
    for address in (reverse("offer:list"), detail):
        text = client.get(address).content.decode()
        assert "Niedrigster Preis der 30 Tage vor der Aktion: 10,71" in text
        assert "zzgl. 7,50" in text


def test_an_offer_page_asks_as_much_for_many_products_as_for_few(client, offer, django_assert_max_num_queries):
    address = reverse("offer:detail", kwargs={"slug": offer.slug})
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for n in range(6):
        create_product(title=f"Zündkerze {n}", price="3.00", num_in_stock=1)
    with django_assert_max_num_queries(len(few)):
        client.get(address)
