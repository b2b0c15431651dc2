"""The number that customers know a part by."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import translation
from oscar.core.loading import get_model

from shopflow.parts.models import Brand, PartRecord
from shopflow.parts.templatetags.shopflow_parts import number_of, part_numbers

Product = get_model("catalogue", "Product")
ProductClass = get_model("catalogue", "ProductClass")


@pytest.fixture
def lines(db):
    kind = ProductClass.objects.create(name="Teil")
    part, plain = (Product.objects.create(title=name, upc=f"400{name}", product_class=kind) for name in ("a", "b"))
    brand = Brand.objects.create(code="VOLT", name="Voltano")
    PartRecord.objects.create(
        product=part, brand=brand, number_display="VB 0911 694", number_key="VB0911694", list_price_cents=100
    )
    return [SimpleNamespace(product_id=product.pk, product=product) for product in (part, plain)]


def test_a_part_goes_by_its_part_number_and_other_goods_by_their_own(lines, django_assert_num_queries):
    with django_assert_num_queries(1):
        numbers = part_numbers(lines)
        assert [number_of(numbers, line) for line in lines] == ["VB 0911 694", "400b"]


def test_behind_the_number_of_a_tyre_stands_its_label(lines, django_assert_num_queries):
    tyre = {"fuel": "D", "wet": "B", "noise_db": 72, "noise_class": "B", "snow": True, "ice": False}
    PartRecord.objects.update(attributes={"tyre": tyre})
    with translation.override("en"), django_assert_num_queries(1):
        told = number_of(part_numbers(lines), lines[0])
    assert told == "VB 0911 694 · EU tyre label: fuel D, wet grip B, noise 72 dB B, Snow"
    PartRecord.objects.update(attributes={"tyre": tyre | {"wet": ""}})
    assert number_of(part_numbers(lines), lines[0]) == "VB 0911 694"


def test_behind_the_number_stands_how_many_pieces_the_price_is_for(lines, django_assert_num_queries):
    PartRecord.objects.update(sales_qty=100, price_per=100)
    with translation.override("de"), django_assert_num_queries(1):
        assert number_of(part_numbers(lines), lines[0]) == "VB 0911 694 · Packung: 100 × Stück"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"unit": "LTR"}, " · Preis je Liter"),
        ({"unit": "PR"}, " · Preis je Paar"),
        ({"unit": "C62"}, ""),
        ({"unit": "XYZ"}, ""),
        ({"unit": "LTR", "content_milli": 5000, "content_unit": "LTR"}, ""),
    ],
)
def test_behind_the_number_stands_the_unit_that_the_price_is_for(lines, fields, words):
    PartRecord.objects.update(**fields)
    with translation.override("de"):
        assert number_of(part_numbers(lines), lines[0]) == f"VB 0911 694{words}"


def test_the_forms_of_lines_will_do_and_a_deleted_product_has_the_number_kept_with_the_order(lines):
    gone = SimpleNamespace(product_id=None, product=None, upc="4009")
    numbers = part_numbers([SimpleNamespace(instance=lines[0]), gone])

    assert numbers == {lines[0].product_id: "VB 0911 694"}
    assert number_of(numbers, gone) == "4009"
    assert number_of(numbers, SimpleNamespace(product_id=None, product=None, upc=None)) == ""
