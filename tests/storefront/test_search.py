"""The search: numbers in any spelling, words with endings, compounds, umlauts and typing errors."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.parts.models import Brand, PartRecord, PartReference, PartSuccession
from shopflow.parts.services import resolve_successions
from shopflow.storefront.queries import matching
from shopflow.storefront.queries.matching import Place, read_place
from shopflow.storefront.queries.search import search
from shopflow.storefront.queries.words import fold, stem, words_of
from shopflow.storefront.services import refresh_all
from shopflow.tax.services import load_rates

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts():
    load_rates()
    brand = Brand.objects.create(code="ATE", name="ATE")
    titles = {
        "disc": ("Bremsscheibe vorn", "06A 115-561 B"),
        "filter": ("Ölfilter Einsatz", "HU 719/7x"),
        "damper": ("Stoßdämpfer hinten", "315.087"),
        "book": ("Schrauben leicht gemacht", "EB-1"),
    }
    made = {}
    for name, (title, number) in titles.items():
        product = create_product(title=title, price="10.00", num_in_stock=3, upc=f"SKU-{name}")
        made[name] = PartRecord.objects.create(
            product=product,
            brand=brand,
            number_display=number,
            number_key="".join(sign for sign in number.upper() if sign.isalnum()),
            list_price_cents=1000,
        )
    PartReference.objects.create(
        part=made["disc"], kind="oe", brand_code="VW", number_display="1K0 615 301 AA", number_key="1K0615301AA"
    )
    old = create_product(title="Bremsscheibe alt", price="9.00", num_in_stock=0, upc="OLD-77")
    gone = PartRecord.objects.create(
        product=old, brand=brand, number_display="OLD 77", number_key="OLD77", list_price_cents=900
    )
    PartReference.objects.create(part=gone, kind="oe", number_display="8E0 999 111", number_key="8E0999111")
    PartReference.objects.create(part=gone, kind="oe", number_display="1K0 615 301 AA", number_key="1K0615301AA")
    PartSuccession.objects.create(part=gone, successor=made["disc"])
    resolve_successions()
    get_model("catalogue", "Product").objects.filter(pk=old.pk).update(is_public=False)
    refresh_all()
    return {name: part.product_id for name, part in made.items()}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("06A115561B", "disc"),
        ("06a 115 561 b", "disc"),
        ("06A-115.561/B", "disc"),
        ("1K0 615 301 aa", "disc"),
        ("1k0615301AA", "disc"),
        ("1K0 615", "disc"),
        ("old 77", "disc"),
        ("8e0 999 111", "disc"),
        ("SKU-filter", "filter"),
        ("hu7197X", "filter"),
        ("bremsscheibe", "disc"),
        ("Bremsscheiben", "disc"),
        ("bremsscheibe VORN", "disc"),
        ("scheibe", "disc"),
        ("filter", "filter"),
        ("ölfilter", "filter"),
        ("oelfilter", "filter"),
        ("Olfilter", "filter"),
        ("stossdämpfer", "damper"),
        ("stoßdaempfer", "damper"),
        ("bremsschiebe", "disc"),
        ("Stosdämpfer hinten", "damper"),
        ("ein Filter für die", "filter"),
    ],
)
def test_what_is_typed_finds_the_part(parts, typed, found):
    assert search(typed).product_ids == (parts[found],)


@pytest.mark.parametrize("typed", ["", "   ", "xyzxyzxyz", "bremsscheibe hinten", "99887766", "%", "_", "\x00", "*"])
def test_what_is_not_there_is_not_found(parts, typed):
    assert search(typed).product_ids == ()


@pytest.mark.parametrize(
    "typed",
    ["' OR 1=1 --", '" OR title:*', "brems* NEAR(x", "a & !b | (", "{title} : x", "'; DROP TABLE x", "AND OR NOT"],
)
def test_operators_are_words_and_nothing_more(parts, typed):
    assert len(search(typed).product_ids) <= 1


def test_a_corrected_word_is_named(parts):
    hits = search("bremsschiebe")
    assert hits.corrected == {"bremsschiebe": "bremsscheibe"}
    assert search("bremsscheibe").corrected == {}


def test_how_a_number_was_found_is_named(parts):
    assert search("1K0615301AA").reasons == {parts["disc"]: "oe"}
    assert search("OLD77").reasons == {parts["disc"]: "former"}
    assert search("8E0999111").reasons == {parts["disc"]: "former"}


def test_the_page_shows_the_results_and_helps_without_any(client, parts):
    response = client.get("/suche/", {"q": "ölfilter"})
    assert [card.title for card in response.context["cards"]] == ["Ölfilter Einsatz"]
    empty = client.get("/suche/", {"q": "gibtesnicht"})
    assert empty.status_code == 200
    assert "gibtesnicht" in empty.content.decode()
    script = client.get("/suche/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in script


def test_a_letter_typed_for_a_digit_is_hinted_at(client, parts):
    found, missed = (client.get("/suche/", {"q": typed}) for typed in ("1K0 615 301 AA", "1KO 615 301 AA"))
    assert [len(page.context["cards"]) for page in (found, missed)] == [1, 0]
    hint = "Die Ziffer 0 und der Buchstabe O zählen als verschieden"
    assert [hint in page.content.decode() for page in (found, missed)] == [False, True]


def test_suggestions_hold_products_and_categories(client, parts):
    get_model("catalogue", "Category").add_root(name="Bremsen")
    text = client.get("/suche/vorschlag/", {"q": "brems"}).content.decode()
    assert "Bremsscheibe vorn" in text
    assert ">Bremsen<" in text
    assert "<html" not in text
    assert client.get("/suche/vorschlag/", {"q": "b"}).content.decode().strip() == ""


def test_oscars_search_address_leads_here(client, parts):
    response = client.get("/search/?q=filter&page=2")
    assert (response.status_code, response["Location"]) == (302, "/suche/?q=filter&page=2")


def test_results_are_paged_without_loss(parts):
    ids = [create_product(title=f"Radlager {n}", price="5.00", num_in_stock=1).pk for n in range(11)]
    refresh_all()
    seen, cursor = [], ""
    while True:
        hits = search("radlager", cursor=cursor, size=4)
        seen += hits.product_ids
        if not hits.next_cursor:
            break
        cursor = hits.next_cursor
    assert seen == sorted(ids, reverse=True)


def walk(text, size):
    seen, cursor, hits = [], "", None
    while hits is None or cursor:
        hits = search(text, cursor=cursor, size=size)
        seen += hits.product_ids
        cursor = hits.next_cursor
    return seen


def test_few_hits_show_those_first_whose_title_begins_with_what_was_typed(db):
    load_rates()
    titles = ["Radlager vorn", "Satz Radlager", "Radlager hinten", "Dichtung Radlager", "Radlager vorn links"]
    ids = [create_product(title=title, price="5.00", num_in_stock=1).pk for title in titles]
    refresh_all()
    first = [ids[4], ids[2], ids[0]]
    assert walk("radlager", 2) == [*first, ids[3], ids[1]]
    assert walk("Radlager vorn", 1) == [ids[4], ids[0]]


@pytest.mark.postgres
def test_many_hits_are_walked_and_a_list_that_began_so_ends_by_the_index(db, monkeypatch):
    load_rates()
    titles = [f"{'Satz ' if n % 3 else ''}Radlager {'vorn' if n % 2 else 'hinten'}" for n in range(30)]
    ids = [create_product(title=title, price="5.00", num_in_stock=1).pk for title in titles]
    refresh_all()
    monkeypatch.setattr(matching, "document_count", lambda: 30)
    monkeypatch.setattr(matching, "MANY", 10)
    monkeypatch.setattr(matching, "WINDOW", 8)
    walked = []
    monkeypatch.setattr(matching, "_walk", lambda *a, real=matching._walk, **k: walked.append(k) or real(*a, **k))
    assert search("radlager", size=4).total.is_capped
    assert walk("radlager", 4) == ids[::-1]
    assert walk("radlager vorn", 3) == ids[1::2][::-1]
    assert len(walked) > 4


@pytest.mark.parametrize(
    ("cursor", "place"),
    [
        ("17", Place(17)),
        ("1-17", Place(17, 1)),
        ("0-17", Place(17, 0)),
        ("2-17", None),
        ("-17", None),
        ("", None),
        ("1-", None),
        ("x", None),
        ("9" * 30, None),
        ("²", None),
    ],
)
def test_a_place_in_the_list_is_read_as_it_was_written(cursor, place):
    assert read_place(cursor) == place
    assert place is None or str(place) == cursor


def test_the_number_of_queries_does_not_grow_with_the_catalogue(client, parts):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get("/suche/", {"q": "bremsscheibe"})
        return len(queries)

    client.get("/suche/", {"q": "bremsscheibe"})
    few = cost()
    for n in range(40):
        create_product(title=f"Bremsscheibe {n}", price="5.00", num_in_stock=1)
    refresh_all()
    client.get("/suche/", {"q": "bremsscheibe"})
    assert cost() == few
    assert few <= 10


def test_folding_and_stemming():
    assert fold("Stoßdämpfer-Satz (VA)") == "stossdampfer satz va"
    assert stem("bremsscheiben") == "bremsscheib"
    assert stem("filter") == "filt"
    assert stem("5w30xx") == "5w30xx"
    assert words_of("Filter für den Golf") == ["filter", "golf"]
    assert words_of("für den") == ["fur", "den"]
