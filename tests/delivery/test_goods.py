"""Creators' side: uploads that are checked, editions that are kept, the staff pages."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from oscar.apps.catalogue.categories import create_from_breadcrumbs
from oscar.core.loading import get_model

from shopflow.core.models import AuditEntry
from shopflow.delivery.exceptions import UploadRefused
from shopflow.delivery.models import DigitalFile, DigitalGood, LicenceKey
from shopflow.delivery.services import publish_edition, save_pool
from shopflow.delivery.uploads import safe_filename
from tests.delivery.conftest import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def archive(*names):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as writing:
        for name in names:
            writing.writestr(name, "x")
    return packed.getvalue()


@pytest.fixture
def creator(client, make_staff):
    person = make_staff("manage_digital_goods")
    client.force_login(person)
    return person


@pytest.mark.parametrize(
    ("filename", "content", "sentence"),
    [
        ("x.pdf", b"", "empty"),
        ("x.pdf", b"PK\x03\x04 no pdf", "is no PDF"),
        ("x.zip", b"not a zip", "damaged"),
        ("x.epub", archive("mimetype"), "META-INF/container.xml is missing"),
        ("x.html", b"<p>", "cannot be sold here"),
        ("README", b"words", "cannot be sold here"),
    ],
)
def test_a_file_that_does_not_do_is_refused_and_leaves_nothing(good, filename, content, sentence):
    with pytest.raises(UploadRefused, match=sentence):
        publish_edition(
            good=good, label="Datei", version="2", filename=filename, content=io.BytesIO(content), size=len(content)
        )

    assert list(good.files.values_list("edition", "is_current")) == [(1, True)]


def test_a_file_that_is_too_large_is_refused(good, settings):
    settings.SHOPFLOW_DIGITAL_MAX_MB = 0

    with pytest.raises(UploadRefused, match="at most"):
        publish_edition(good=good, label="Datei", version="2", filename="x.pdf", content=io.BytesIO(PDF), size=len(PDF))


def test_the_same_file_is_no_new_edition(good):
    with pytest.raises(UploadRefused, match="same file as edition 1"):
        publish_edition(good=good, label="Datei", version="2", filename="x.pdf", content=io.BytesIO(PDF), size=len(PDF))


def test_an_old_edition_stays_in_the_storage(good):
    newer = PDF + b"2"
    publish_edition(good=good, label="Datei", version="2", filename="x.pdf", content=io.BytesIO(newer), size=len(newer))

    assert list(good.files.order_by("edition").values_list("edition", "is_current")) == [(1, False), (2, True)]
    for file in good.files.all():
        with storages["private"].open(file.storage_name) as kept:
            assert len(kept.read()) == file.size


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Daten\\buch.pdf", "buch.pdf"),
        ('ä"b\r\n.pdf', "ä-b-.pdf"),
        ("...", "datei"),
    ],
)
def test_file_names_are_tamed(given, kept):
    assert safe_filename(given) == kept


def test_only_the_right_opens_the_pages(client, good, buyer, make_staff):
    url = reverse("shopflow-staff:digital-goods")
    assert client.get(url).status_code == 302
    client.force_login(buyer)
    assert client.get(url).status_code == 403
    client.force_login(make_staff())
    assert client.get(url).status_code == 403
    upload = reverse("shopflow-staff:digital-good-upload", kwargs={"pk": good.pk})
    assert client.post(upload, {"label": "Datei"}).status_code == 403
    assert DigitalFile.objects.count() == 1


def test_a_creator_enters_a_good_and_uploads_it(client, creator):
    category = create_from_breadcrumbs("Digitale Güter")
    response = client.post(
        reverse("shopflow-staff:digital-good-create"),
        {
            "title": "Lackieren lernen",
            "description": "Ein Buch.",
            "net_price": "14.02",
            "tax_class": "ebook",
            "category": category.pk,
            "kind": "ebook",
            "contract_kind": "digital_content",
            "max_downloads": "3",
        },
    )
    good = DigitalGood.objects.get()
    assert response.url == reverse("shopflow-staff:digital-good", kwargs={"pk": good.pk})
    product = get_model("catalogue", "Product").objects.get()
    assert (product.title, product.get_product_class().requires_shipping) == ("Lackieren lernen", False)
    assert product.stockrecords.get().price == Decimal("14.02")
    assert product.shopflow_tax.tax_class == "ebook"
    assert list(product.categories.all()) == [category]

    upload = reverse("shopflow-staff:digital-good-upload", kwargs={"pk": good.pk})
    sent = SimpleUploadedFile("buch.pdf", PDF, "application/pdf")
    assert client.post(upload, {"label": "E-Book", "version": "1", "file": sent}).status_code == 302
    wrong = SimpleUploadedFile("buch.pdf", b"no pdf", "application/pdf")
    refused = client.post(upload, {"label": "E-Book", "version": "2", "file": wrong})

    assert refused.status_code == 422
    assert list(refused.context["edition_form"].errors) == ["file"]
    assert list(good.files.values_list("label", "edition", "size")) == [("E-Book", 1, len(PDF))]
    assert AuditEntry.objects.filter(actor=creator, action="digital_good.edition").count() == 1


def test_keys_are_added_by_hand(client, creator, make_good):
    good = make_good(kind="licence")
    save_pool(good=good, prefix="T", is_generated=False)
    client.post(
        reverse("shopflow-staff:digital-good-keys", kwargs={"pk": good.pk}), {"keys": "A-1\n\nA-2", "count": "1"}
    )

    assert LicenceKey.objects.count() == 3
    shown = client.get(reverse("shopflow-staff:digital-good", kwargs={"pk": good.pk}))
    assert shown.status_code == 200
    assert shown.context["free_keys"] == 3


def test_the_list_costs_the_same_for_one_and_for_many(client, creator, make_good, django_assert_max_num_queries):
    for number in range(5):
        make_good(title=f"Buch {number}")
    client.get(reverse("shopflow-staff:digital-goods"))

    with django_assert_max_num_queries(12):
        response = client.get(reverse("shopflow-staff:digital-goods"))
    assert response.context["page"].paginator.count == 5


@pytest.mark.parametrize("position", ["", "erste", "9" * 30])
def test_a_lesson_without_a_sensible_position_is_sent_back(client, creator, make_good, position):
    good = make_good(kind="course")
    address = reverse("shopflow-staff:digital-good-lesson", args=[good.pk])

    answer = client.post(address, {"position": position, "title": "Messen", "html": "<p>Weiter</p>"})

    assert answer.status_code == 422
    assert not good.lessons.exists()
