"""Staff's pages of the parts: who may open them, what they list, and that what is entered arrives."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.core.models import AuditEntry
from shopflow.parts import services
from shopflow.parts.models import (
    Brand,
    CurrentPart,
    Manufacturer,
    PartDocument,
    PartRecord,
    PublishingDemand,
    VehicleMaker,
    VehicleType,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGES = ["parts-missing", "parts-missing-csv", "parts-demands", "parts-goods", "parts-brands"]


def url(name, **kwargs):
    return reverse(f"shopflow-staff:{name}", kwargs=kwargs)


def member(*codenames):
    user = get_user_model().objects.create_user("staff@example.org", "x")
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


@pytest.fixture
def staff(client):
    client.force_login(member("view_partrecord", "change_partrecord"))
    return client


@pytest.fixture
def make():
    brand = Brand.objects.create(code="PNEU", name="=Pneura")

    def part(number, **fields):
        product = create_product(title=f"Reifen {number}", price="100.00", num_in_stock=1, upc=f"U{number}")
        return PartRecord.objects.create(
            product=product, brand=brand, number_display=number, number_key=number, list_price_cents=100, **fields
        )

    return part


def filled(client, part, **changes):
    """The form as the page shows it, with ``changes``."""
    form = client.get(url("parts-part", product_id=part.product_id)).context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in (data | changes).items() if value not in (None, False)}


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_for_those_who_may_see_parts(client, name):
    assert client.get(url(name)).status_code == 302
    client.force_login(member())
    assert client.get(url(name)).status_code == 403


def test_looking_is_not_changing(client, make):
    part = make("A")
    client.force_login(member("view_partrecord"))
    for name in PAGES:
        assert client.get(url(name)).status_code == 200
    assert client.post(url("parts-part", product_id=part.product_id), {}).status_code == 403
    assert client.post(url("parts-demand", code="picture"), {}).status_code == 403
    assert client.post(url("parts-goods-save"), {}).status_code == 403
    assert client.post(url("parts-makers"), {}).status_code == 403
    assert client.get(url("parts-brand", pk=part.brand_id)).status_code == 403
    assert PublishingDemand.objects.count() == 0


def test_the_list_narrows_and_says_why(staff, make):
    tyre, fluid = make("T1", goods_class="tyre"), make("F1", goods_class="fluid")
    make("X1")
    services.review_publishing()
    page = staff.get(url("parts-missing"))
    assert [part.number_display for part, _items in page.context["rows"]] == ["F1", "T1"]

    def numbers(query):
        return [part.number_display for part, _items in staff.get(f"{url('parts-missing')}?{query}").context["rows"]]

    assert numbers("fehlt=tyre_label") == ["T1"]
    assert numbers("q=f-1") == ["F1"]
    assert numbers("marke=PNEU&gesperrt=1") == ["F1", "T1"]
    assert staff.get(f"{url('parts-missing')}?marke=%00&fehlt=nix").status_code == 400
    assert numbers("fehlt=nix") == []
    assert {tyre.product_id, fluid.product_id} == set(
        get_model("catalogue", "Product").objects.filter(is_public=False).values_list("pk", flat=True)
    )


def test_the_list_takes_a_fixed_number_of_queries(staff, make):
    def count():
        services.review_publishing()
        staff.get(url("parts-missing"))
        with CaptureQueriesContext(connection) as seen:
            staff.get(url("parts-missing"))
        return len(seen)

    make("T0", goods_class="tyre")
    few = count()
    for number in range(1, 15):
        make(f"T{number}", goods_class="tyre", un_number="UN9999")
    assert count() == few


def test_the_file_holds_the_same_rows_and_runs_nothing(staff, make):
    make("T1", goods_class="tyre")
    services.review_publishing()
    response = staff.get(url("parts-missing-csv"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [len(rows), rows[1][:3]] == [2, ["'=Pneura", "T1", "Reifen T1"]]
    assert response["Content-Disposition"].endswith('.csv"')


def test_staff_switch_a_demand(staff, make):
    part = make("A")
    staff.post(url("parts-demand", code="picture"), {"picture-is_on": "on", "picture-starts_on": ""})
    part.refresh_from_db()
    assert part.hidden_by_gate is True
    staff.post(url("parts-demand", code="picture"), {"picture-is_on": "", "picture-starts_on": ""})
    part.refresh_from_db()
    assert part.hidden_by_gate is False
    staff.post(url("parts-demand", code="price"), {})
    staff.post(url("parts-demand", code="picture"), {"picture-is_on": "on", "picture-starts_on": "gestern"})
    assert list(PublishingDemand.objects.values_list("code", "is_on")) == [("picture", False)]
    assert staff.post(url("parts-demand", code="nix"), {}).status_code == 404
    assert AuditEntry.objects.filter(action="parts.demand").count() == 2


def test_staff_say_what_a_product_group_holds(staff, make):
    shelf = get_model("catalogue", "Category").add_root(name="Sonstiges")
    part = make("A")
    part.product.categories.add(shelf)
    staff.post(url("parts-goods-save"), {f"kategorie-{shelf.pk}": "tyre", "kategorie-999": "tyre"})
    part.refresh_from_db()
    assert part.hidden_by_gate is True
    staff.post(url("parts-goods-save"), {f"kategorie-{shelf.pk}": "quatsch"})
    staff.post(url("parts-goods-save"), {f"kategorie-{shelf.pk}": ""})
    part.refresh_from_db()
    assert part.hidden_by_gate is False


def test_entering_the_label_publishes_the_tyre(staff, make):
    part = make("T1", goods_class="tyre")
    services.review_publishing()
    label = {"tyre_fuel": "C", "tyre_wet": "A", "tyre_noise_db": "71", "tyre_noise_class": "B", "tyre_eprel": "900013"}
    response = staff.post(url("parts-part", product_id=part.product_id), filled(staff, part, **label, tyre_snow="on"))
    assert response.status_code == 302
    part = PartRecord.objects.select_related("product").get(pk=part.pk)
    assert part.attributes["tyre"] == {
        "fuel": "C", "wet": "A", "noise_db": 71, "noise_class": "B", "snow": True, "eprel": 900013,
    }  # fmt: skip
    assert (part.hidden_by_gate, part.product.is_public) == (False, True)
    assert AuditEntry.objects.get(action="parts.part").data["new"].keys() == {"attributes"}


def test_saving_what_is_there_changes_nothing(staff, make):
    part = make("A", content_milli=5000, content_unit="LTR", core_deposit_cents=1250, un_number="UN1263", season_from=4,
                season_to=9, attributes={"tyre": {"fuel": "A", "snow": False}, "other": 1})  # fmt: skip
    services.set_fitments(part=part, rows=[("0603", "BPH", "Golf (V)", 2008, 0), ("0005", "ABC", "", 0, 0)], actor=None)
    before = PartRecord.objects.filter(pk=part.pk).values().get()
    rows = set(part.fitments.values_list("pk", flat=True))
    assert staff.post(url("parts-part", product_id=part.product_id), filled(staff, part)).status_code == 302
    assert PartRecord.objects.filter(pk=part.pk).values().get() == before
    assert set(part.fitments.values_list("pk", flat=True)) == rows


def test_vehicles_and_successors_are_entered_as_text(staff, make):
    part, new, newest = make("A1"), make("B2"), make("C3")
    data = filled(
        staff,
        part,
        fitments="603/bph Golf 1.4 (2008-2012)\n0005/ABC\n\n",
        successors="b-2 + C 3",
        succession_kind="kit",
    )
    assert staff.post(url("parts-part", product_id=part.product_id), data).status_code == 302
    assert sorted(part.fitments.values_list("hsn", "tsn", "model", "year_from", "year_to")) == [
        ("0005", "ABC", "", 0, 0), ("0603", "BPH", "Golf 1.4", 2008, 2012),
    ]  # fmt: skip
    assert VehicleType.objects.count() == 2
    assert set(CurrentPart.objects.filter(part=part).values_list("current", "kind")) == {
        (new.pk, "kit"), (newest.pk, "kit"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"fitments": "quatsch"}, "fitments"),
        ({"successors": "GIBTSNICHT"}, "successors"),
        ({"successors": "A1"}, "successors"),
        ({"content": "5"}, "content_unit"),
        ({"season_from": "4"}, "season_to"),
        ({"un_number": "2794"}, "un_number"),
        ({"order_multiple": "0"}, "order_multiple"),
        ({"tyre_noise_db": "700"}, "tyre_noise_db"),
        ({"goods_class": "quatsch"}, "goods_class"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_saved(staff, make, changes, field):
    part = make("A1")
    before = PartRecord.objects.filter(pk=part.pk).values().get()
    response = staff.post(url("parts-part", product_id=part.product_id), filled(staff, part, **changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert PartRecord.objects.filter(pk=part.pk).values().get() == before
    assert AuditEntry.objects.count() == 0


def test_only_pdfs_become_documents(staff, make, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    part, other = make("A"), make("B", document_name="abe_a.pdf")
    add = url("parts-document-add", product_id=part.product_id)
    wrong = SimpleUploadedFile("abe.pdf", b"<html>")
    assert staff.post(add, {"file": wrong, "kind": "abe"}).status_code == 422
    assert PartDocument.objects.count() == 0
    right = SimpleUploadedFile("abe a.pdf", b"%PDF-1.7 ...")
    assert staff.post(add, {"file": right, "kind": "abe", "title": "ABE 47110"}).status_code == 302
    document = PartDocument.objects.get()
    assert (document.name, document.kind, list(document.parts.all())) == ("abe_a.pdf", "abe", [part])
    for shown in (part, other):
        assert "ABE 47110" in staff.get(shown.product.get_absolute_url()).content.decode()
    staff.post(url("parts-document-remove", product_id=part.product_id, pk=document.pk))
    assert "ABE 47110" not in staff.get(part.product.get_absolute_url()).content.decode()


def test_brands_manufacturers_and_makers(staff, make):
    part = make("A")
    data = {"name": "Pneura SE", "postal_address": "Weg 1", "electronic_address": "info@example.org", "is_in_eu": "on"}
    staff.post(url("parts-manufacturer-new"), data)
    maker = Manufacturer.objects.get()
    staff.post(
        url("parts-brand", pk=part.brand_id),
        {"name": "Pneura", "number_rule": "print_and_sort_number", "manufacturer": maker.pk, "safety_text": "Vorsicht"},
    )
    brand = Brand.objects.get()
    assert (brand.name, brand.number_rule, brand.manufacturer) == ("Pneura", "print_and_sort_number", maker)
    page = staff.get(part.product.get_absolute_url()).content.decode()
    assert all(text in page for text in ("Pneura SE", "Weg 1", "info@example.org", "Vorsicht"))
    staff.post(url("parts-makers"), {"hsn-0603": "Volkswagen", "neu": "5", "neu-name": "BMW"})
    assert dict(VehicleMaker.objects.values_list("hsn", "name")) == {"0603": "Volkswagen", "0005": "BMW"}
    staff.post(url("parts-makers"), {"hsn-0603": "", "neu": "zwölf", "neu-name": "X"})
    assert VehicleMaker.objects.count() == 2
    assert staff.post(url("parts-brand", pk=brand.pk), {"name": "", "number_rule": "quatsch"}).status_code == 422


def test_oscars_product_page_shows_what_is_missing(client, make):
    part = make("T1", goods_class="tyre")
    services.review_publishing()
    client.force_login(get_user_model().objects.create_superuser("chef@example.org", "x"))
    page = client.get(reverse("dashboard:catalogue-product", args=[part.product_id])).content.decode()
    assert url("parts-part", product_id=part.product_id) in page
