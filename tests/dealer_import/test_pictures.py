"""Pictures and papers from the dealer's folder: found by name, several per part, kept apart from staff's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from oscar.core.loading import get_model
from oscar.test.factories import create_product
from PIL import Image

from dealer_import.media import files_in, is_picture, paper_kind
from dealer_import.models import FieldOwner
from dealer_import.services import attach_media
from shopflow.parts.models import Brand, PartDocument, PartFile, PartRecord
from shopflow.parts.queries import part_data

pytestmark = pytest.mark.django_db

ProductImage = get_model("catalogue", "ProductImage")
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.SHOPFLOW_IMPORT_PICTURES = str(tmp_path / "pictures")
    (tmp_path / "pictures").mkdir()
    return tmp_path / "pictures"


@pytest.fixture
def part():
    brand = Brand.objects.create(code="B", name="B")
    record = PartRecord.objects.create(
        product=create_product(), brand=brand, number_display="1", number_key="1", list_price_cents=100,
        image_name="A.jpg", document_name="ABE 1.pdf",
    )  # fmt: skip
    PartFile.objects.create(part=record, kind="picture", name="b.PNG", position=1)
    PartFile.objects.create(part=record, kind="document", name="gutachten.pdf", position=1)
    return record


def picture(path: Path, colour: str = "red") -> Path:
    Image.new("RGB", (8, 8), colour).save(path)
    return path


def shown(part):
    rows = ProductImage.objects.filter(product=part.product).order_by("display_order")
    return [((row.code or "").rpartition(":")[2], row.display_order) for row in rows]


def test_pictures_come_in_the_delivered_order_and_only_once(folder, part, django_assert_max_num_queries):
    picture(folder / "a.JPG")
    picture(folder / "B.png", "blue")
    picture(folder / "other.jpg")
    assert attach_media().pictures == 2
    assert shown(part) == [("a.jpg", 100), ("b.png", 101)]
    assert part.product.images.first().original.name.startswith("images/products/import/")
    with django_assert_max_num_queries(12):
        assert attach_media().pictures == 0


def test_a_picture_that_is_no_longer_named_goes_and_staffs_own_stays_first(folder, part):
    own = ProductImage(product=part.product, display_order=0)
    own.original.save("own.jpg", ContentFile(picture(folder / "a.jpg").read_bytes()))
    picture(folder / "b.png", "blue")
    attach_media()
    assert shown(part) == [("", 0), ("a.jpg", 100), ("b.png", 101)]
    PartRecord.objects.update(image_name="")
    done = attach_media()
    assert (done.removed, done.changed, shown(part)) == (1, 1, [("", 0), ("b.png", 100)])


def test_a_new_file_of_the_same_name_takes_its_place(folder, part):
    path = picture(folder / "a.jpg")
    attach_media()
    before = ProductImage.objects.get().original.name
    picture(path, "green")
    os.utime(path, (4_000_000_000, 4_000_000_000))
    assert attach_media().changed == 1
    assert ProductImage.objects.get().original.name != before


def test_the_same_picture_of_two_parts_is_kept_once(folder, part):
    picture(folder / "a.jpg")
    other = PartRecord.objects.create(
        product=create_product(), brand=part.brand, number_display="2", number_key="2", list_price_cents=1,
        image_name="a.jpg",
    )  # fmt: skip
    attach_media()
    names = set(ProductImage.objects.values_list("original", flat=True))
    assert len(names) == 1
    assert shown(other) == [("a.jpg", 100)]


def test_a_locked_part_keeps_its_pictures(folder, part):
    picture(folder / "a.jpg")
    FieldOwner.objects.create(part=part, field="image", owner="locked", set_at="2026-11-01T00:00:00Z")
    assert attach_media().pictures == 0


def numbered(brand, display, key):
    values = {"number_display": display, "number_key": key, "list_price_cents": 1}
    return PartRecord.objects.create(product=create_product(), brand=brand, **values)


def test_pictures_are_found_by_the_parts_number_where_no_delivery_names_any(folder, part):
    other = numbered(part.brand, "1K0 615-301 AA", "1K0615301AA")
    for name, colour in (("1k0-615.301 aa_2.JPG", "red"), ("1K0615301AA.png", "blue"), ("1.jpg", "green")):
        picture(folder / name, colour)
    picture(folder / "a.jpg")
    assert attach_media().added == 3
    assert shown(other) == [("1k0615301aa.png", 100), ("1k0-615.301 aa_2.jpg", 101)]
    assert shown(part) == [("a.jpg", 100)]
    assert attach_media().pictures == 0
    (folder / "1K0615301AA.png").unlink()
    assert (attach_media().removed, shown(other)) == (1, [("1k0-615.301 aa_2.jpg", 100)])
    PartRecord.objects.filter(pk=other.pk).update(image_name="a.jpg")
    attach_media()
    assert shown(other) == [("a.jpg", 100)]


def test_a_number_that_does_not_tell_the_part_finds_no_picture(folder, part):
    twice = [numbered(brand, "77", "77") for brand in (part.brand, Brand.objects.create(code="C", name="C"))]
    whole, shorter = numbered(part.brand, "9_2", "9_2"), numbered(part.brand, "9", "9")
    picture(folder / "77.jpg")
    picture(folder / "9_2.jpg", "blue")
    picture(folder / "9_3.jpg", "green")
    attach_media()
    assert [shown(one) for one in twice] == [[], []]
    assert (shown(whole), shown(shorter)) == ([("9_2.jpg", 100)], [("9_3.jpg", 100)])


def test_a_locked_part_gets_no_picture_by_its_number(folder, part):
    PartRecord.objects.update(image_name="")
    PartFile.objects.all().delete()
    FieldOwner.objects.create(part=part, field="image", owner="locked", set_at="2026-11-01T00:00:00Z")
    picture(folder / "1.jpg")
    assert (attach_media().pictures, shown(part)) == (0, [])
    FieldOwner.objects.all().delete()
    assert (attach_media().pictures, shown(part)) == (1, [("1.jpg", 100)])


def test_what_is_no_picture_is_not_shown(folder, part, tmp_path):
    (folder / "a.jpg").write_bytes(b"<script>")
    (folder / "b.png").symlink_to(picture(tmp_path / "secret.png"))
    assert attach_media().pictures == 0
    assert list(files_in(folder, frozenset([".png"]))) == []
    assert is_picture(folder / "a.jpg") is False


def test_papers_are_found_by_name_with_their_kind(folder, part):
    (folder / "abe 1.pdf").write_bytes(PDF)
    (folder / "Gutachten.pdf").write_bytes(PDF)
    (folder / "fremd.pdf").write_bytes(PDF)
    assert attach_media().papers == 2
    assert list(PartDocument.objects.order_by("name").values_list("name", "kind")) == [
        ("ABE 1.pdf", "abe"),
        ("gutachten.pdf", "report"),
    ]
    assert {document.name for document in part_data(part.product_id).documents} == {"ABE 1.pdf", "gutachten.pdf"}
    assert attach_media().papers == 0


def test_without_a_folder_nothing_is_done(part, settings):
    settings.SHOPFLOW_IMPORT_PICTURES = "/nowhere/at/all"
    assert attach_media().pictures == 0


def test_a_run_tells_of_pictures_that_are_not_there(folder, bring_in, export):
    names = [row.split(b";") for row in export.good]
    column = next(i for i, cell in enumerate(names[0]) if cell.endswith(b".jpg"))
    picture(folder / names[0][column].decode())
    report = bring_in(export.write(export.good[:2]))
    assert (report.outcome, dict(report.warnings)["image_missing"]) == ("applied", 1)
    (finding,) = [finding for finding in report.findings if finding.code == "image_missing"]
    assert (finding.column, finding.raw) == ("Bild", names[1][column].decode())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ABE_47111.pdf", "abe"),
        ("teilegutachten-12.pdf", "report"),
        ("SDB Bremsenreiniger.pdf", "sds"),
        ("Einbauanleitung.pdf", "manual"),
        ("label.pdf", "other"),
        ("fabelhaft.pdf", "other"),
    ],
)
def test_the_kind_of_a_paper(name, kind):
    assert paper_kind(name) == kind
