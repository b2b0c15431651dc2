"""Fields that few rows have, from a file to the shop: taken, changed, kept for staff, undone."""

from __future__ import annotations

import pytest
from oscar.core.loading import get_model

from dealer_import.models import FieldOwner
from dealer_import.profiles.building import build_profile
from dealer_import.services import rollback_run
from shopflow.parts.models import (
    Manufacturer,
    PartFile,
    PartModelPattern,
    PartPriceTier,
    PartRecord,
    PartVinPattern,
)
from shopflow.tax.models import ProductTax
from tests.dealer_import.extra_rows import FULL, part, profile_of, state, warnings

pytestmark = pytest.mark.django_db

Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")


@pytest.mark.parametrize(
    ("how", "tiers"),
    [
        ({"prices": "gross"}, [900, 800]),
        ({"columns": {"list_price": {"from": "list_price", "prices": "gross"}}}, [900, 800]),
        ({"prices": "gross", "columns": {"price_tiers": {"from": "price_tiers", "prices": "net"}}}, [1071, 952]),
        ({"prices": "gross", "columns": {"price_tiers": {"const": "10=10,71|50=9,52"}}}, [900, 800]),
        ({}, [1071, 952]),
    ],
)
def test_prices_from_a_quantity_on_are_without_vat_as_the_list_price_is(deliver, how, tiers):
    rows = [{"number": number, "list_price": "11,90", "price_tiers": "10=10,71|50=9,52"} for number in "12"]
    deliver(*rows, {"number": "3", "images": "../"}, profile=profile_of(**how))
    found = PartPriceTier.objects.filter(part__number_key__in="12").values_list("net_cents", flat=True)
    assert list(found.order_by("part_id", "quantity")) == tiers * 2


def test_every_field_reaches_the_shop(deliver):
    report = deliver(FULL, {"number": "2"})
    assert (report.outcome, report.accepted, warnings(report)) == ("applied", 2, {})
    found = part()
    assert {
        name: getattr(found, name)
        for name in (
            "content_milli", "content_unit", "features", "safety_text", "hazard_class", "packing_group",
            "limited_quantity", "approval_kind", "approval_number", "approval_note", "core_taxed", "order_multiple",
            "goods_class", "sale_restriction", "pickup_only", "season_from", "season_to",
        )
    } == {
        "content_milli": 5000, "content_unit": "LTR", "features": [["Material", "Stahl"], ["Höhe", "12,5 mm"]],
        "safety_text": "Augenschutz tragen.", "hazard_class": "3", "packing_group": "II", "limited_quantity": True,
        "approval_kind": "abe", "approval_number": "KBA 12345", "approval_note": "Nur bis 17 Zoll", "core_taxed": True,
        "order_multiple": 2, "goods_class": "fluid", "sale_restriction": "business", "pickup_only": True,
        "season_from": 10, "season_to": 3,
    }  # fmt: skip
    assert found.price_valid_to.isoformat() == "2026-12-31"
    assert list(PartFile.objects.values_list("part__number_key", "kind", "name", "position")) == [
        ("1", "document", "abe.pdf", 1),
        ("1", "picture", "a.jpg", 1),
        ("1", "picture", "b.png", 2),
    ]
    assert list(PartPriceTier.objects.values_list("part__number_key", "quantity", "net_cents")) == [
        ("1", 10, 900),
        ("1", 50, 800),
    ]
    assert sorted(PartVinPattern.objects.values_list("pattern", "prefix", "model", "year_from", "year_to")) == [
        ("WVWZZZ1K", "WVWZZZ1K", "Golf", 2004, 2008),
        ("WVW_Z", "WVW", "", 0, 0),
    ]
    assert list(PartModelPattern.objects.values_list("pattern", "year_from", "year_to")) == [("GOLF", 2004, 2008)]
    maker = Manufacturer.objects.get()
    assert (maker.name, maker.postal_address, maker.electronic_address, maker.is_in_eu) == (
        "Brehmer GmbH", "Werkstr. 1, 12345 Musterstadt", "post@brehmer.example", True,
    )  # fmt: skip
    assert found.manufacturer == maker
    plain = part("2")
    assert (plain.imported_extras, plain.features, plain.manufacturer, plain.order_multiple) == ({}, [], None, 1)


def test_a_changed_field_changes_and_an_absent_one_is_taken_back(deliver):
    deliver(FULL)
    less = {"number": "1", "features": "Material=Alu", "price_tiers": "10=8,50", "images": "b.png"}
    report = deliver(less)
    assert (report.changed, warnings(report)) == (1, {})
    found = part()
    assert (found.features, found.content_milli, found.content_unit) == ([["Material", "Alu"]], None, "")
    assert (found.hazard_class, found.limited_quantity, found.price_valid_to) == ("", False, None)
    assert (found.manufacturer, found.order_multiple, found.season_from) == (None, 1, None)
    assert list(PartFile.objects.values_list("kind", "name")) == [("picture", "b.png")]
    assert list(PartPriceTier.objects.values_list("quantity", "net_cents")) == [(10, 850)]
    assert not PartVinPattern.objects.exists()
    assert not PartModelPattern.objects.exists()
    assert Manufacturer.objects.count() == 1
    assert deliver(less).outcome == "noop"


def test_what_staff_have_edited_stays_and_is_told(deliver):
    deliver(FULL)
    PartRecord.objects.update(content_milli=4000, hazard_class="8")
    report = deliver({**FULL, "content": "6", "hazard_class": "3", "approval_number": "KBA 9"})
    assert warnings(report) == {"field_locked": 1}
    found = part()
    assert (found.content_milli, found.hazard_class, found.approval_number) == (4000, "8", "KBA 9")
    assert list(FieldOwner.objects.values_list("field", "owner")) == [("content", "shop")]


def test_a_locked_field_stays(deliver):
    deliver(FULL)
    FieldOwner.objects.create(part=part(), field="price_tiers", owner="locked", set_at="2026-11-01T00:00:00Z")
    FieldOwner.objects.create(part=part(), field="features", owner="locked", set_at="2026-11-01T00:00:00Z")
    deliver({**FULL, "price_tiers": "10=1,00", "features": "Material=Blech", "images": ""})
    assert list(PartPriceTier.objects.values_list("quantity", "net_cents")) == [(10, 900), (50, 800)]
    assert part().features[0] == ["Material", "Stahl"]
    assert list(PartFile.objects.values_list("name", flat=True)) == ["abe.pdf"]


def test_a_delivery_without_these_fields_leaves_them_alone(deliver):
    deliver(FULL)
    plain = profile_of(mode="delta", source="extras")
    table = {key: value for key, value in plain.options["columns"].items() if key in ("number", "brand", "title")}
    table["list_price"] = {"from": "list_price"}
    report = deliver({"number": "1", "list_price": "12,00"}, profile=build_profile(
        "prices", {**plain.options, "columns": table}))  # fmt: skip
    assert (report.outcome, report.changed) == ("applied", 1)
    found = part()
    assert (found.list_price_cents, found.content_milli, len(found.features)) == (1200, 5000, 2)
    assert PartPriceTier.objects.count() == 2


def test_a_run_is_taken_back_with_all_its_fields(deliver):
    deliver(FULL, {"number": "2"})
    before = state()
    report = deliver(
        {"number": "1", "features": "Material=Alu", "kit": "2*4", "images": "c.jpg", "manufacturer": "Andere AG"},
        {"number": "2", "vin_patterns": "WDB"},
    )
    assert report.changed == 2
    changed = state()
    assert changed != before
    assert changed["relations"] == [("1", "2", "contains", 4)]
    rollback_run(run_id=report.run, actor=None)
    assert state() == before


def test_an_exchange_part_is_taxed_as_one_until_the_run_is_taken_back(deliver):
    def classes():
        return dict(ProductTax.objects.values_list("product__part_record__number_key", "tax_class"))

    deliver({"number": "1"}, {"number": "2", "core_taxed": "ja"})
    assert classes() == {"2": "exchange"}
    second = deliver({"number": "1", "core_taxed": "ja"}, {"number": "2"})
    assert classes() == {"1": "exchange", "2": "standard"}
    rollback_run(run_id=second.run, actor=None)
    assert classes() == {"1": "standard", "2": "exchange"}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("content", "viel"),
        ("content", "5 Dosen"),
        ("features", "Stahl"),
        ("price_tiers", "10:9,00"),
        ("price_tiers", "10=9.00"),
        ("vin_patterns", "%1K"),
        ("vin_patterns", "_"),
        ("model_patterns", "%"),
        ("approval_kind", "irgendwas"),
        ("limited_quantity", "vielleicht"),
        ("order_multiple", "0"),
        ("season", "13-2"),
        ("packing_group", "IV"),
    ],
)
def test_a_value_that_cannot_be_read_is_left_out_and_the_part_is_taken(deliver, field, text):
    report = deliver({"number": "1", field: text})
    assert (report.accepted, warnings(report)) == (1, {"value": 1})
    (finding,) = report.findings
    assert (finding.code, finding.line, finding.column, finding.raw) == ("value", 2, field, text)
    assert part().imported_extras == {}


@pytest.mark.parametrize(
    ("texts", "milli", "unit"),
    [
        ({"content": "500 ml"}, 500, "LTR"),
        ({"content": "0,75", "content_unit": "KG"}, 750, "KGM"),
        ({"content": "2,5 m"}, 2500, "MTR"),
        ({"content": "1.000", "content_unit": "ML"}, 1000, "LTR"),
        ({"content": "3", "content_unit": "Stk"}, None, ""),
        ({"content": "3"}, None, ""),
        ({"content_unit": "l"}, None, ""),
        ({"content": "0 l"}, None, ""),
    ],
)
def test_content(deliver, texts, milli, unit):
    deliver({"number": "1", **texts})
    assert (part().content_milli, part().content_unit) == (milli, unit)
