"""Fields that few rows have: prices on request, tiers, parts that belong together, and the way out and back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from oscar.core.loading import get_model

from dealer_import.exports import catalogue
from dealer_import.exports.escaping import escape
from dealer_import.exports.profile import export_profiles
from dealer_import.exports.tables import csv_file
from dealer_import.models import ImportRun, PartUndo
from dealer_import.profiles import resolve_profile
from dealer_import.services import lock_field, rollback_run, run_import, unlock_field
from shopflow.parts.models import (
    Brand,
    PartPriceTier,
    PartRecord,
    PartRelation,
    PriceHistory,
)
from shopflow.parts.services import set_demand
from tests.dealer_import.extra_rows import FULL, part, profile_of, state, warnings

pytestmark = pytest.mark.django_db

Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")


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
    assert not PartUndo.objects.filter(changes__contains="imported_extras").exists()
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
    unseen = ("raw_hash", "row_hash", "relations_hash", "rest_text_hash", "rest_hash", "changed_by_run",
              "imported_extras", "imported_title", "imported_description", "stock_by_location")  # fmt: skip
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
