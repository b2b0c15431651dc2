"""Choosing a vehicle and what follows from it: badges, lists, the search, the product page, the basket, the garage."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.parts import queries, services
from shopflow.parts.models import Brand, GarageVehicle, PartFitment, PartRecord, PartVinPattern, VehicleType
from shopflow.parts.queries import Fit
from shopflow.parts.vehicle_keys import Vehicle
from shopflow.storefront.services import refresh_all
from shopflow.tax.services import load_rates

pytestmark = [pytest.mark.django_db, pytest.mark.once]
GOLF = Vehicle("0603", "BPH")
HERE = {"headers": {"Origin": "http://testserver"}}


@pytest.fixture
def shelf():
    load_rates()
    root = get_model("catalogue", "Category").add_root(name="Bremsen")
    brand = Brand.objects.create(code="BREH", name="Brehmer")

    def make(title, *keys, years=(0, 0), vin=""):
        product = create_product(title=title, price="10.00", num_in_stock=3, upc=f"U-{title}")
        product.categories.add(root)
        part = PartRecord.objects.create(
            product=product, brand=brand, number_display=title, number_key=title.upper(), list_price_cents=1000
        )
        for tsn in keys:
            PartFitment.objects.create(
                part=part, hsn="0603", tsn=tsn, model="Golf 1.4", year_from=years[0], year_to=years[1]
            )
        if vin:
            PartVinPattern.objects.create(part=part, pattern=vin, prefix=vin.partition("_")[0])
        return part

    made = {
        "fits": make("Scheibe fits", "BPH", years=(2008, 2012)),
        "other": make("Scheibe other", "XYZ"),
        "unknown": make("Scheibe unknown"),
        "vin": make("Scheibe vin", vin="WVWZZZ1K_6"),
    }
    services.rebuild_vehicle_types()
    refresh_all()
    return made


def choose(client, hsn="603", tsn="bph000123", **fields):
    data = {"weg": "schluessel", "hsn": hsn, "tsn": tsn, "next": "/catalogue/"} | fields
    return client.post(reverse("parts-vehicle-choose"), data, **HERE)


def shown(response):
    return {card.title.split()[-1] for card in response.context["cards"]}


def fits(response):
    names = {card.product.pk: card.title.split()[-1] for card in response.context["cards"]}
    return {names[pk]: str(fit) for pk, fit in response.context["fits"].items()}


def test_looking_at_the_choice_leaves_no_cookie(client, shelf):
    for url in ("/fahrzeug/", "/fahrzeug/?hersteller=Volkswagen&modell=Golf+1.4"):
        response = client.get(url)
        assert (response.status_code, list(response.cookies)) == (200, [])


def test_the_chosen_vehicle_is_kept_for_the_visit_and_can_be_removed(client, shelf):
    response = choose(client)
    assert response.url == "/catalogue/?passend=1"
    assert set(response.cookies) == {"sessionid"}
    assert client.session["shopflow_vehicle"] == {
        "hsn": "0603",
        "tsn": "BPH",
        "model": "Golf 1.4",
        "year": 0,
        "vin": "",
    }
    page = client.get("/catalogue/").content.decode()
    assert "Golf 1.4" in page
    back = client.post(reverse("parts-vehicle-forget"), {"next": "/catalogue/?passend=1&sort=name"}, **HERE)
    assert back.url == "/catalogue/?sort=name"
    assert "shopflow_vehicle" not in client.session
    assert Client().get("/catalogue/").context["fits"] == {}


def test_a_list_marks_and_narrows(client, shelf):
    choose(client)
    page = client.get("/catalogue/")
    assert fits(page) == {"fits": "fits", "other": "not", "unknown": "unknown", "vin": "unknown"}
    narrowed = client.get("/catalogue/?passend=1")
    assert shown(narrowed) == {"fits"}
    assert shown(client.get("/catalogue/?hsn=0603&tsn=XYZ")) == {"other"}
    assert shown(Client().get("/catalogue/?passend=1")) == {"fits", "other", "unknown", "vin"}


def test_the_search_marks_and_narrows_words_but_never_numbers(client, shelf):
    choose(client)
    assert len(shown(client.get("/suche/?q=scheibe"))) == 4
    assert shown(client.get("/suche/?q=scheibe&passend=1")) == {"fits"}
    PartRecord.objects.filter(pk=shelf["other"].pk).update(number_key="BB4711", number_display="BB 4711")
    refresh_all()
    response = client.get("/suche/?q=bb4711&passend=1")
    assert fits(response) == {"other": "not"}


@pytest.mark.parametrize(("hsn", "tsn"), [("0900", "ABC"), ("800", "bph"), ("0603", "000")])
def test_keys_that_name_no_type_claim_nothing(client, shelf, hsn, tsn):
    PartFitment.objects.create(part=shelf["other"], hsn="0900", tsn="ABC")
    assert choose(client, hsn=hsn, tsn=tsn).url == "/catalogue/"
    assert set(fits(client.get("/catalogue/")).values()) == {"unknown"}
    assert "Fahrzeugtyp" in client.get(shelf["other"].product.get_absolute_url()).content.decode()
    for narrowed in ("/catalogue/?passend=1", "/suche/?q=scheibe&passend=1"):
        assert shown(client.get(narrowed)) == set()


def test_keys_that_name_no_type_leave_the_vin_to_decide(shelf):
    vehicle = Vehicle(hsn="0900", tsn="000", vin="WVWZZZ1KZ6W123456")
    ids = {name: part.product_id for name, part in shelf.items()}
    found = queries.verdicts(ids.values(), vehicle)
    assert {name: found[pk] for name, pk in ids.items()} == {
        "fits": Fit.UNKNOWN, "other": Fit.UNKNOWN, "unknown": Fit.UNKNOWN, "vin": Fit.FITS
    }  # fmt: skip


def test_a_year_outside_the_parts_years_does_not_fit(client, shelf):
    choose(client, year="2015")
    assert fits(client.get("/catalogue/"))["fits"] == "not"
    page = client.get(shelf["fits"].product.get_absolute_url()).content.decode()
    assert "2008–2012" in page
    assert "2015" in page
    choose(client, year="2010")
    assert fits(client.get("/catalogue/"))["fits"] == "fits"


def test_where_the_years_decide_and_none_was_named_the_page_names_them(client, shelf):
    url = shelf["fits"].product.get_absolute_url()
    choose(client)
    assert "2008–2012" in client.get(url).content.decode().partition('id="buy"')[2].partition("price-block")[0]
    choose(client, year="2010")
    assert "2008–2012" not in client.get(url).content.decode().partition('id="buy"')[2].partition("price-block")[0]
    PartFitment.objects.filter(part=shelf["fits"]).update(year_from=0, year_to=0)
    choose(client)
    assert "2008–2012" not in client.get(url).content.decode()
    assert queries.verdict(shelf["vin"].product_id, Vehicle(vin="WVWZZZ1KZ6W123456")).fit == Fit.FITS


def test_a_vin_finds_patterns_with_any_character(client, shelf):
    choose(client, weg="fin", vin="wvw zzz 1kz 6w 123456")
    assert fits(client.get("/catalogue/")) == {
        "fits": "unknown",
        "other": "unknown",
        "unknown": "unknown",
        "vin": "fits",
    }
    assert shown(client.get("/catalogue/?passend=1")) == {"vin"}
    assert shown(client.get("/suche/?q=scheibe&passend=1")) == {"vin"}
    both = Vehicle("0603", "BPH", vin="WVWZZZ1KZ6W123456")
    assert set(queries.fitting_products(both).values_list("part__product_id", flat=True)) == {
        shelf["fits"].product_id,
        shelf["vin"].product_id,
    }
    assert queries.verdicts([shelf["vin"].product_id], Vehicle(vin="WVWZZZ1K69W123456")) == {
        shelf["vin"].product_id: Fit.NOT
    }


@pytest.mark.parametrize(("name", "kind"), [("fits", "positive"), ("other", "critical"), ("unknown", "info")])
def test_the_product_page_says_it_in_one_line(client, shelf, name, kind):
    choose(client)
    page = client.get(shelf[name].product.get_absolute_url()).content.decode()
    assert f"notice--{kind} fit-verdict" in page
    assert page.count("fit-verdict") == 1


def test_the_queries_of_a_list_do_not_grow_with_fitments(client, shelf):
    choose(client)

    def count():
        client.get("/catalogue/?passend=1")
        with CaptureQueriesContext(connection) as seen:
            client.get("/catalogue/?passend=1")
        return len(seen)

    few = count()
    PartFitment.objects.bulk_create(
        PartFitment(part=part, hsn="0603", tsn=f"{number:03d}") for part in shelf.values() for number in range(200)
    )
    assert count() == few


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"hsn": ""}, "hsn"),
        ({"hsn": "12345"}, "hsn"),
        ({"tsn": "B"}, "tsn"),
        ({"year": "14"}, "year"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(client, shelf, fields, field):
    response = choose(client, **fields)
    assert response.status_code == 422
    assert list(response.context["keys_form"].errors) == [field]
    assert "shopflow_vehicle" not in client.session


@pytest.mark.parametrize("typ", ["", "x", "0", "999999", "9" * 30, "-1", "²"])
def test_a_type_that_is_none_chooses_nothing(client, shelf, typ):
    assert choose(client, weg="typ", typ=typ).status_code == 404
    assert "shopflow_vehicle" not in client.session


def test_make_and_model_lead_to_a_type(client, shelf):
    page = client.get("/fahrzeug/?hersteller=Volkswagen&modell=Golf+1.4")
    assert page.context["makes"] == ["Volkswagen"]
    assert page.context["models"] == ["Golf 1.4"]
    assert [text for _pk, text in page.context["types"]] == ["0603/XYZ", "2008–2012 · 0603/BPH"]
    pk = VehicleType.objects.get(tsn="BPH").pk
    choose(client, weg="typ", typ=str(pk))
    assert Vehicle.from_dict(client.session["shopflow_vehicle"]) == Vehicle("0603", "BPH", "Golf 1.4")
    assert client.get("/fahrzeug/?hersteller=<b>&modell=x").context["models"] == []


@pytest.mark.parametrize(
    "target", ["https://example.com/", "//example.com", "javascript:alert(1)", "/catalogue/\r\nX: y"]
)
def test_the_way_back_stays_in_the_shop(client, shelf, target):
    assert choose(client, next=target).url.startswith("/catalogue/")


def test_a_forged_request_chooses_nothing(client, shelf):
    strict = Client(enforce_csrf_checks=True)
    data = {"hsn": "0603", "tsn": "BPH"}
    response = strict.post(reverse("parts-vehicle-choose"), data, headers={"Origin": "https://example.com"})
    assert response.status_code == 403


def test_the_basket_warns_of_what_does_not_fit(client, shelf):
    choose(client)
    for name in ("fits", "other"):
        client.post(f"/basket/add/{shelf[name].product_id}/", {"quantity": 1}, **HERE)
    page = client.get("/basket/")
    assert page.content.decode().count("notice--warning small") == 1
    assert page.context["fits"] == {shelf["fits"].product_id: Fit.FITS, shelf["other"].product_id: Fit.NOT}


def test_a_customer_keeps_vehicles_and_nobody_else_sees_them(client, shelf):
    one = get_user_model().objects.create_user("a@example.org", "x")
    two = get_user_model().objects.create_user("b@example.org", "x")
    assert client.get(reverse("parts-garage")).status_code == 302
    client.force_login(one)
    choose(client)
    client.post(reverse("parts-garage-keep"), {"name": "Mein Golf"}, **HERE)
    client.post(reverse("parts-garage-keep"), {}, **HERE)
    kept = GarageVehicle.objects.get()
    assert (kept.user, kept.name, kept.model, kept.hsn, kept.tsn) == (one, "Mein Golf", "Golf 1.4", "0603", "BPH")
    assert "Mein Golf" in client.get(reverse("parts-garage")).content.decode()

    other = Client()
    other.force_login(two)
    assert "Mein Golf" not in other.get(reverse("parts-garage")).content.decode()
    assert other.post(reverse("parts-garage-drop", args=[kept.pk]), **HERE).status_code == 404
    foreign = {"weg": "garage", "fahrzeug": kept.pk}
    assert other.post(reverse("parts-vehicle-choose"), foreign, **HERE).status_code == 404

    fresh = Client()
    fresh.force_login(one)
    fresh.post(reverse("parts-vehicle-choose"), foreign, **HERE)
    assert fresh.session["shopflow_vehicle"]["model"] == "Mein Golf"
    assert fresh.post(reverse("parts-garage-drop", args=[kept.pk]), **HERE).status_code == 302
    assert GarageVehicle.objects.count() == 0


def test_a_garage_has_an_end(shelf):
    user = get_user_model().objects.create_user("a@example.org", "x")
    for number in range(20):
        services.keep_vehicle(user=user, vehicle=Vehicle("0603", f"{number:03d}"))
    with pytest.raises(services.GarageFull):
        services.keep_vehicle(user=user, vehicle=Vehicle("0603", "ZZZ"))
    services.keep_vehicle(user=user, vehicle=Vehicle("0603", "001"), name="alt")
    assert GarageVehicle.objects.count() == 20


def test_goods_that_are_no_parts_are_not_asked_whether_they_fit(client, shelf):
    mug = create_product(title="Tasse", price="10.00", num_in_stock=3, upc="U-Tasse")
    asked = []
    for _ in range(2):
        pages = (client.get(product.get_absolute_url()) for product in (mug, shelf["other"].product))
        asked.append([page.content.decode().count("fit-verdict") for page in pages])
        choose(client)
    assert asked == [[0, 1], [0, 1]]


def test_digital_goods_have_no_verdict(client, shelf):
    product = create_product(title="Kurs", price="5.00", num_in_stock=1, upc="K", product_class="Digital")
    type(product.product_class).objects.filter(pk=product.product_class_id).update(requires_shipping=False)
    choose(client)
    page = client.get(product.get_absolute_url()).content.decode()
    assert "fit-verdict" not in page
    assert queries.verdicts([product.pk], GOLF) == {}
