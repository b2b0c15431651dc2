"""Fields that few rows have, from a file to the shop and back: taken, changed, kept for staff, undone, exported."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from oscar.core.loading import get_model

from dealer_import.exports import catalogue
from dealer_import.exports.escaping import escape
from dealer_import.exports.profile import export_profiles
from dealer_import.exports.tables import csv_file
from dealer_import.models import FieldOwner, ImportRun, UndoEntry
from dealer_import.profiles import resolve_profile
from dealer_import.profiles.building import build_profile
from dealer_import.services import lock_field, rollback_run, run_import, unlock_field
from shopflow.parts.models import (
    Brand,
    Manufacturer,
    PartFile,
    PartModelPattern,
    PartPriceTier,
    PartRecord,
    PartRelation,
    PartVinPattern,
    PriceHistory,
)
from shopflow.parts.services import set_demand
from shopflow.tax.models import ProductTax

pytestmark = pytest.mark.django_db

Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")
TEXTS = (
    "images", "documents", "content", "content_unit", "features", "manufacturer", "manufacturer_address",
    "manufacturer_contact", "responsible", "responsible_address", "responsible_contact", "safety_text", "hazard_class",
    "packing_group", "limited_quantity", "price_tiers", "kit", "alternatives", "needed", "accessories", "vin_patterns",
    "model_patterns", "approval_kind", "approval_number", "approval_note", "core_taxed", "order_multiple",
    "goods_class", "sale_restriction", "pickup_only", "season", "image", "document", "price_kind", "un_number",
)  # fmt: skip
NAMES = ("number", "list_price", *TEXTS, "valid_to")


def profile_of(**changes):
    columns = {name: {"from": name} for name in TEXTS} | changes.pop("columns", {})
    table = {
        "format": "csv", "delimiter": ";", "encoding": "utf-8", "mode": "full", "brands": {"Brehmer": "BREH"},
        "columns": {
            "number": {"from": "number"}, "brand": {"const": "Brehmer"}, "title": {"const": "Teil"},
            "list_price": {"from": "list_price"}, "stock": {"const": "0"},
            "valid_to": {"from": "valid_to", "type": "date"}, **columns,
        },
        **changes,
    }  # fmt: skip
    table["columns"].pop("stock")
    return build_profile("extras", table)


@pytest.fixture
def deliver(tmp_path):
    """Import rows given as dicts of texts; every file has all columns."""
    made = iter(range(1000))

    def run(*rows, profile=None, **options):
        path = tmp_path / f"{next(made)}.csv"
        full = [{"list_price": "10,00", **row} for row in rows]
        lines = [";".join(NAMES), *(";".join(row.get(name, "") for name in NAMES) for row in full)]
        path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
        return run_import(path=path, profile=profile or profile_of(), **options)

    return run


def part(number: str = "1") -> PartRecord:
    return PartRecord.objects.select_related("product").get(number_key=number)


def warnings(report) -> dict[str, int]:
    return dict(report.warnings)


FULL = {
    "number": "1",
    "images": "a.jpg, ordner/b.png",
    "documents": "abe.pdf",
    "content": "5",
    "content_unit": "l",
    "features": "Material=Stahl|Höhe=12,5 mm",
    "manufacturer": "Brehmer GmbH",
    "manufacturer_address": "Werkstr. 1, 12345 Musterstadt",
    "manufacturer_contact": "post@brehmer.example",
    "safety_text": "Augenschutz tragen.",
    "hazard_class": "3",
    "packing_group": "II",
    "limited_quantity": "ja",
    "price_tiers": "10=9,00|50=8,00",
    "vin_patterns": "WVWZZZ1K% Golf (2004-2008)|WVW_Z",
    "model_patterns": "Golf% (2004-2008)",
    "approval_kind": "ABE",
    "approval_number": "KBA 12345",
    "approval_note": "Nur bis 17 Zoll",
    "valid_to": "31.12.2026",
    "core_taxed": "A",
    "order_multiple": "2",
    "goods_class": "fluid",
    "sale_restriction": "business",
    "pickup_only": "1",
    "season": "10-3",
}


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


def state():
    names = ("number_key", "content_milli", "features", "hazard_class", "manufacturer__name", "imported_extras",
             "price_valid_to", "list_price_cents")  # fmt: skip
    return {
        "parts": list(PartRecord.objects.order_by("number_key").values_list(*names)),
        "files": list(PartFile.objects.order_by("kind", "name").values_list("part__number_key", "kind", "name")),
        "tiers": list(PartPriceTier.objects.values_list("part__number_key", "quantity", "net_cents")),
        "vins": sorted(PartVinPattern.objects.values_list("part__number_key", "pattern", "year_from")),
        "models": sorted(PartModelPattern.objects.values_list("part__number_key", "pattern", "year_from")),
        "relations": sorted(
            PartRelation.objects.values_list("part__number_key", "related__number_key", "kind", "quantity")
        ),
        "prices": list(StockRecord.objects.order_by("partner_sku").values_list("partner_sku", "price")),
    }


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


# -- price on request --------------------------------------------------------------------------------------------


def test_a_part_on_request_is_shown_without_a_price(deliver):
    report = deliver({"number": "1", "list_price": "", "price_kind": "auf Anfrage"}, {"number": "2"})
    assert (report.accepted, report.rejected) == (2, 0)
    found = part()
    assert (found.is_on_request, found.product.is_public, found.hidden_by_gate) == (True, True, False)
    assert list(StockRecord.objects.order_by("partner_sku").values_list("partner_sku", "price")) == [
        ("BREH:1", None),
        ("BREH:2", Decimal("10.00")),
    ]


def test_a_price_comes_and_goes(deliver):
    deliver({"number": "1"})
    gone = deliver({"number": "1", "list_price": "99,00", "price_kind": "9"})
    assert StockRecord.objects.get().price is None
    assert part().list_price_cents == 0
    assert not PriceHistory.objects.exists()
    assert deliver({"number": "1", "list_price": "12,00"}).changed == 1
    assert StockRecord.objects.get().price == Decimal("12.00")
    assert not PriceHistory.objects.exists()
    rollback_run(run_id=ImportRun.objects.order_by("-pk").first().pk, actor=None)
    assert (StockRecord.objects.get().price, part().list_price_cents) == (None, 0)
    rollback_run(run_id=gone.run, actor=None)
    assert (StockRecord.objects.get().price, part().list_price_cents) == (Decimal("10.00"), 1000)


def test_a_row_without_a_price_that_does_not_say_on_request_is_refused(deliver):
    report = deliver({"number": "1", "list_price": ""}, {"number": "2", "list_price": "auf Anfrage"}, {"number": "3"})
    assert (report.accepted, report.rejected) == (1, 2)
    profile = profile_of(columns={"list_price": {"from": "list_price", "map": {"auf Anfrage": "on_request"}}})
    report = deliver({"number": "2", "list_price": "auf Anfrage"}, {"number": "3"}, profile=profile)
    assert (report.accepted, part("2").is_on_request) == (2, True)


def test_many_prices_that_go_at_once_hold_the_run(deliver):
    rows = [{"number": str(number)} for number in range(1, 31)]
    deliver(*rows)
    report = deliver(*({**row, "list_price": "", "price_kind": "on_request"} for row in rows))
    assert (report.outcome, report.reason) == ("held", "brake_price")


# -- parts that belong together ----------------------------------------------------------------------------------


def test_kits_and_alternatives_find_parts_whenever_they_come(deliver):
    delta = profile_of(mode="delta")
    deliver({"number": "K", "kit": "1*4+2", "alternatives": "3, K"}, {"number": "1"}, profile=delta)
    relations = PartRelation.objects.values_list("related__number_key", "kind", "quantity", "position")
    assert list(relations.all()) == [("1", "contains", 4, 1)]
    deliver({"number": "2"}, {"number": "3"}, profile=delta)
    assert list(relations.all()) == [("1", "contains", 4, 1), ("2", "contains", 1, 2), ("3", "other", 1, 1)]
    deliver({"number": "K", "kit": "2*3"}, profile=delta)
    assert list(relations.all()) == [("2", "contains", 3, 1)]


def test_an_alternative_may_be_of_another_brand(deliver):
    Brand.objects.create(code="FLTX", name="Filtrax")
    both = {"brands": {"Brehmer": "BREH", "Filtrax": "FLTX"}, "mode": "delta"}
    deliver({"number": "7"}, profile=profile_of(**both, columns={"brand": {"const": "Filtrax"}}))
    deliver({"number": "1", "alternatives": "Filtrax:7"}, profile=profile_of(**both))
    relation = PartRelation.objects.get()
    assert (relation.part.number_key, relation.related.brand.code, relation.related.number_key) == ("1", "FLTX", "7")


def test_tiers_follow_pack_and_price_rule(deliver):
    columns = {"price_per": {"const": "100"}, "pack_qty": {"const": "50"}}
    deliver(
        {"number": "1", "price_tiers": "40=9,00|200=8,00|1000=7,99"},
        profile=profile_of(columns=columns, price_rule={"factor": "0.9"}),
    )
    assert list(PartPriceTier.objects.values_list("quantity", "net_cents")) == [(4, 360), (20, 360)]
    assert StockRecord.objects.get().price == Decimal("4.50")


def test_a_tier_beyond_all_prices_is_left_out(deliver):
    columns = {"price_per": {"const": "10"}, "pack_qty": {"const": "1000000"}}
    deliver({"number": "1", "list_price": "0,01", "price_tiers": "2000000=20.000.000,00|3000000=0,01"},
            profile=profile_of(columns=columns))  # fmt: skip
    assert list(PartPriceTier.objects.values_list("quantity", "net_cents")) == []
    deliver({"number": "2", "price_tiers": "1000000=20.000.000,00"})
    assert list(PartPriceTier.objects.values_list("quantity", "net_cents")) == [(1_000_000, 2_000_000_000)]


def test_words_of_the_profile_stand_for_codes(deliver):
    columns = {"approval_kind": {"from": "approval_kind", "map": {"Gutachten nach § 19": "Teilegutachten", "?": "zz"}}}
    report = deliver({"number": "1", "approval_kind": "Gutachten nach § 19"}, {"number": "2", "approval_kind": "?"},
                     profile=profile_of(columns=columns))  # fmt: skip
    assert (part().approval_kind, part("2").approval_kind, warnings(report)) == ("report", "", {"value": 1})


def test_a_delivery_without_extras_asks_nothing_about_them(deliver, django_assert_max_num_queries):
    deliver({"number": "1"})
    assert not UndoEntry.objects.filter(field="imported_extras").exists()
    assert part().imported_extras == {}


# -- there and back ----------------------------------------------------------------------------------------------


def test_an_export_brings_everything_back(deliver, tmp_path):
    delta = profile_of(mode="delta")
    Brand.objects.create(code="FLTX", name="Filtrax")
    kit = {"kit": "2*4", "alternatives": "3", "images": "x.jpg", "image": "first.jpg"}
    deliver({**FULL, **kit}, {"number": "2", "list_price": "", "price_kind": "9"}, {"number": "3"}, profile=delta)
    PartRecord.objects.filter(number_key="3").update(
        content_milli=250, content_unit="LTR", approval_note="Zeile 1\nZeile 2", features=[["a", "b=c"]]
    )
    before, records = state(), values()
    parts = catalogue.exported_parts("extras")
    places = catalogue.locations(parts)
    path = tmp_path / "export.csv"
    path.write_bytes(b"".join(csv_file(catalogue.header(places), catalogue.rows(parts, places), clean=escape)))
    report = run_import(path=path, profile=resolve_profile("extras_export", export_profiles()))
    assert (report.outcome, report.accepted, report.rejected, report.created) == ("applied", 3, 0, 0)
    assert warnings(report) == {}
    assert values() == records
    assert {**state(), "parts": None} == {**before, "parts": None}


def values():
    unseen = ("raw_hash", "row_hash", "relations_hash", "changed_by_run", "imported_extras", "imported_title",
              "imported_description", "stock_by_location")  # fmt: skip
    names = [field.attname for field in PartRecord._meta.concrete_fields if field.name not in unseen]
    return list(PartRecord.objects.order_by("pk").values(*names))


def test_an_unlocked_field_takes_the_next_delivery(deliver, admin_user):
    deliver(FULL)
    for field in ("content", "features", "price_tiers"):
        lock_field(product_id=part().product_id, field=field, actor=admin_user)
    PartRecord.objects.update(content_milli=4000)
    other = {**FULL, "content": "6", "features": "a=b", "price_tiers": "3=7,00"}
    deliver(other)
    assert (part().content_milli, len(part().features), PartPriceTier.objects.count()) == (4000, 2, 2)
    for field in ("content", "features", "price_tiers"):
        unlock_field(product_id=part().product_id, field=field, actor=admin_user)
    report = deliver({**other, "approval_number": "KBA 2"})
    assert (report.changed, warnings(report)) == (1, {})
    assert (part().content_milli, part().features) == (6000, [["a", "b"]])
    assert list(PartPriceTier.objects.values_list("quantity", "net_cents")) == [(3, 700)]


def test_the_staff_page_shows_what_came_and_takes_edits(deliver, client, admin_user):
    deliver({**FULL, "kit": "2*4"}, {"number": "2"})
    client.force_login(admin_user)
    address = reverse("shopflow-staff:parts-part", kwargs={"product_id": part().product_id})
    page = client.get(address)
    text = page.content.decode()
    for shown in ("10 × 9.00 €", "31.12.2026", "b.png", "4 × 2", "WVWZZZ1K (2004–2008)", "GOLF"):
        assert shown in text, shown
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    client.post(address, {**data, "features": "Material: Alu\nLänge: 5: 6", "packing_group": "III"})
    assert part().features == [["Material", "Alu"], ["Länge", "5: 6"]]
    deliver({**FULL, "features": "Material=Blech", "packing_group": "I"}, {"number": "2"})
    assert (part().features[0], part().packing_group) == (["Material", "Alu"], "III")


def test_a_price_that_has_run_out_is_listed_where_the_dealer_wants_it(deliver, admin_user):
    deliver({"number": "1", "valid_to": "31.12.2020"}, {"number": "2", "valid_to": "31.12.2999"}, {"number": "3"})
    assert Product.objects.filter(is_public=True).count() == 3
    set_demand(code="price_valid", is_on=True, starts_on=None, actor=admin_user)
    assert sorted(PartRecord.objects.filter(product__is_public=False).values_list("number_key", flat=True)) == ["1"]
