"""What leaves the shop: the catalogue there and back, the feed for portals, orders to suppliers."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from oscar.core.loading import get_model

from dealer_import import queries, services
from dealer_import.exports import catalogue
from dealer_import.exports.escaping import escape, harmless, is_harmless, unescape
from dealer_import.exports.merchant import MerchantFeed
from dealer_import.exports.profile import export_profiles
from dealer_import.exports.reorder import proposal
from dealer_import.exports.tables import csv_file, xlsx_file
from dealer_import.models import FeedSettings, FieldOwner, ImportRun, ScheduledPrice, Supplier, SupplierOrder
from dealer_import.profiles import resolve_profile
from dealer_import.services import run_import
from shopflow.mailing.models import Message
from shopflow.parts.models import (
    Brand,
    PartFitment,
    PartRecord,
    PartReference,
    PartRelation,
    PartSuccession,
    PriceHistory,
)
from shopflow.project.demo.catalogue import FILE
from tests.dealer_import.extra_rows import profile_of

pytestmark = pytest.mark.django_db

Product = get_model("catalogue", "Product")
StockRecord = get_model("partner", "StockRecord")
SHOP = "alphabet", "=+-@|%'\t\r\n \u00a0aä1,;\""


# -- escaping ----------------------------------------------------------------------------------------------------


@given(st.text(alphabet=SHOP[1], max_size=30))
def test_an_escaped_cell_is_never_run_and_comes_back_exactly(text):
    assert unescape(escape(text)) == text
    assert is_harmless(escape(text))
    assert is_harmless(harmless(text))


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+49 40", "-3", "\t=1", " =1", "\u00a0@x", "a\n=1", "|cmd", "%x"])
def test_a_formula_gets_a_mark(text):
    marked = escape(text)
    assert marked != text
    assert unescape(marked) == text


def test_workbooks_hold_text_only():
    data = b"".join(xlsx_file(["Nr"], [["0012"], ["=1+1"], [None], ["x\x00y"]]))
    sheet = load_workbook(io.BytesIO(data)).active
    cells = [row[0] for row in sheet.iter_rows()]
    assert [cell.value for cell in cells] == ["Nr", "0012", "'=1+1", None, "xy"]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}


# -- the catalogue there and back --------------------------------------------------------------------------------


@pytest.fixture
def filled(bring_in):
    """The demo's thousand parts, some of them with what makes an export go wrong."""
    assert bring_in(FILE).outcome == "applied"
    parts = PartRecord.objects.order_by("pk")
    titles = ["=HYPERLINK(1)", "-10 % Aktion", "'schon da", 'Bolzen 3/4" @ M8']
    for part, title in zip(parts[:4], titles, strict=True):
        Product.objects.filter(pk=part.product_id).update(title=title)
    texts = ["Zeile 1<br>=Zeile 2", "a &amp; b", "1 &lt;b&gt; 2", "<p>fett</p>\n<ul><li>x</li></ul>"]
    for part, text in zip(parts[4:8], texts, strict=True):
        Product.objects.filter(pk=part.product_id).update(description=text)
    return "sample_csv"


def digest() -> dict[str, list[tuple]]:
    """Everything that customers or the dealer could notice."""
    about = [
        "number_display", "number_key", "brand__code", "unit", "pack_qty", "price_per", "list_price_cents",
        "cost_cents",
        "discount_group", "tax_code", "core_deposit_cents", "battery_deposit_gross_cents", "un_number", "weight_g",
        "length_mm", "width_mm", "height_mm", "customs_no", "origin", "status", "lead_days", "valid_from", "image_name",
        "document_name", "attributes", "stock_by_location", "source", "missing",
    ]  # fmt: skip
    return {
        "parts": [(*row[:-3], str(row[-3:])) for row in PartRecord.objects.order_by("pk").values_list(*about)],
        "products": list(
            Product.objects.order_by("pk").values_list("title", "description", "upc", "is_public", "date_updated")
        ),
        "stock": list(
            StockRecord.objects.order_by("pk").values_list("price", "num_in_stock", "num_allocated", "date_updated")
        ),
        "categories": list(Product.categories.through.objects.order_by("pk").values_list("product_id", "category_id")),
        "references": sorted(PartReference.objects.values_list("part", "kind", "brand_code", "number_key")),
        "fitments": sorted(PartFitment.objects.values_list("part", "hsn", "tsn", "model", "year_from", "year_to")),
        "successions": sorted(PartSuccession.objects.values_list("part", "successor", "position", "kind")),
        "prices": list(PriceHistory.objects.order_by("pk").values_list("part", "old_net_cents", "new_net_cents")),
    }


def exported(tmp_path, source: str):
    parts = catalogue.exported_parts(source)
    places = catalogue.locations(parts)
    path = tmp_path / "export.csv"
    pieces = csv_file(catalogue.header(places), catalogue.rows(parts, places), clean=escape)
    path.write_bytes(b"".join(pieces))
    return path


def test_an_export_comes_back_without_a_change(filled, tmp_path):
    path = exported(tmp_path, filled)
    before = digest()
    profile = resolve_profile(f"{filled}_export", export_profiles())
    report = run_import(path=path, profile=profile)
    assert (report.outcome, report.accepted, report.rejected) == ("applied", 1028, 0)
    assert (report.created, report.hidden) == (0, 0)
    assert [f for f in report.findings if f.severity == "error"] == []
    assert digest() == before
    written = queries.restorable(ImportRun.objects.get(pk=report.run))
    assert sorted(row["field"] for row in written) == ["imported_description", "imported_title"]
    # What staff had edited is still the shop's, although a delivery has now said the same.
    owned = FieldOwner.objects.filter(owner="shop").order_by("part", "field").values_list("part", "field")
    first = PartRecord.objects.order_by("pk").values_list("pk", flat=True)[:8]
    assert list(owned) == [(pk, "title" if index < 4 else "description") for index, pk in enumerate(first)]
    again = exported(tmp_path, filled)
    assert run_import(path=again, profile=profile).outcome == "noop"


@pytest.mark.once
def test_the_workbook_comes_back_without_a_change_too(filled, tmp_path):
    parts = catalogue.exported_parts(filled)
    places = catalogue.locations(parts)
    path = tmp_path / "export.xlsx"
    path.write_bytes(b"".join(xlsx_file(catalogue.header(places), catalogue.rows(parts, places), clean=escape)))
    before = digest()
    report = run_import(path=path, profile=resolve_profile(f"{filled}_export_xlsx", export_profiles()))
    assert (report.outcome, report.accepted, report.rejected) == ("applied", 1028, 0)
    assert digest() == before


def test_a_price_that_waits_for_its_day_outlives_the_way_there_and_back(bring_in, export, tmp_path):
    with time_machine.travel(datetime(2026, 11, 22, 8, tzinfo=UTC), tick=False):
        bring_in(export.write(export.good, stamp="21.11.2026 05:30"))
        cells = export.good[0].replace(b";27,65;", b";31,00;").split(b";")
        cells[-2] = b"24.11.2026"
        bring_in(export.write([b";".join(cells), *export.good[1:]], stamp="22.11.2026 05:30"))
        before = digest()
        waiting = ScheduledPrice.objects.filter(switched_at=None).values_list("pk", "list_price_cents")
        assert [cents for _pk, cents in waiting] == [3100]
        known = list(waiting)
        report = run_import(
            path=exported(tmp_path, "sample_csv"), profile=resolve_profile("sample_csv_export", export_profiles())
        )
    assert (report.outcome, report.changed) == ("applied", 0)
    assert list(waiting) == known
    assert digest() == before


def test_the_price_rule_of_the_last_delivery_outlives_the_way_there_and_back(profile, export, tmp_path):
    dearer = {**profile.options, "price_rule": {"factor": "1.1"}}
    run_import(path=export.write(export.good), profile=resolve_profile("sample_csv", {"sample_csv": dearer}))
    prices = StockRecord.objects.order_by("pk").values_list("price", flat=True)
    before = list(prices)
    assert before[0] == Decimal("30.42")
    report = run_import(
        path=exported(tmp_path, "sample_csv"), profile=resolve_profile("sample_csv_export", export_profiles())
    )
    assert (report.outcome, report.changed) == ("applied", 0)
    assert list(prices) == before


@pytest.mark.parametrize(
    ("begins", "ends", "paid", "told"),
    [
        ("20.11.2026", "30.11.2026", "20.00", ["20,00", "", "30.11.2026"]),
        ("", "", "20.00", ["20,00", "", ""]),
        ("24.12.2026", "26.12.2026", "27.65", ["20,00", "24.12.2026", "26.12.2026"]),
        ("24.12.2026", "", "27.65", ["20,00", "24.12.2026", ""]),
        ("", "20.11.2026", "27.65", ["", "", ""]),
    ],
)
def test_a_special_offer_outlives_the_way_there_and_back(tmp_path, begins, ends, paid, told):
    names = {"number": "Nr", "brand": "Marke", "title": "Name", "list_price": "Preis", "offer_price": "Aktion"}
    days = {"type": "date", "formats": ["%d.%m.%Y"]}
    columns = {field: {"from": name} for field, name in names.items()}
    columns["list_price"]["type"] = columns["offer_price"]["type"] = "money"
    columns |= {"offer_from": {"from": "ab", **days}, "offer_until": {"from": "bis", **days}}
    table = {"format": "csv", "encoding": "utf-8", "delimiter": ";", "decimal": ",", "mode": "full", "columns": columns}
    path = tmp_path / "angebot.csv"
    path.write_text(f"Nr;Marke;Name;Preis;Aktion;ab;bis\n1;X;Schraube;27,65;20,00;{begins};{ends}\n", "utf-8")
    with time_machine.travel(datetime(2026, 11, 22, 8, tzinfo=UTC), tick=False):
        assert run_import(path=path, profile=resolve_profile("angebote", {"angebote": table})).outcome == "applied"
        assert StockRecord.objects.get().price == Decimal(paid)
        waiting = ScheduledPrice.objects.order_by("valid_from").values_list("pk", "valid_from", "sale_cents")
        before, known = digest(), list(waiting)
        back = exported(tmp_path, "angebote")
        header, row = csv.reader(io.StringIO(back.read_text("utf-8-sig")), delimiter=";")
        about = dict(zip(header, row, strict=True))
        assert [about[name] for name in ("Aktionspreis netto", "Aktion ab", "Aktion bis")] == told
        report = run_import(path=back, profile=resolve_profile("angebote_export", export_profiles()))
    assert (report.outcome, report.changed, report.rejected) == ("applied", 0, 0)
    assert (list(waiting), digest()) == (known, before)


@pytest.mark.once
def test_what_is_changed_in_the_spreadsheet_arrives(filled, tmp_path):
    path = exported(tmp_path, filled)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";"))
    price, number = rows[0].index("UPE netto"), rows[0].index("Teile-Nr")
    rows[1][price] = "1.234,50"
    target = io.StringIO()
    csv.writer(target, delimiter=";").writerows(rows)
    path.write_text(target.getvalue(), "utf-8-sig")
    before = digest()
    report = run_import(path=path, profile=resolve_profile(f"{filled}_export", export_profiles()))
    assert report.outcome == "applied"
    part = PartRecord.objects.get(number_display=rows[1][number], source=filled)
    assert part.list_price_cents == 123450
    after = digest()
    assert sum(a != b for a, b in zip(before["parts"], after["parts"], strict=True)) == 1
    assert after["products"] == before["products"]


def test_pieces_of_goods_sold_by_the_pack_stay_pieces(tmp_path):
    names = {"number": "Nr", "list_price": "Preis", "price_per": "PE", "pack_qty": "VE", "reserved": "Res"}
    columns = {field: {"from": name} for field, name in names.items()}
    columns |= {"brand": {"const": "X"}, "title": {"const": "Schraube"}, "stock": {"from": ["Nord", "Süd"]}}
    table = {"format": "csv", "encoding": "utf-8", "mode": "full", "stock_counts": "pieces", "columns": columns}
    table["price_rule"] = {"factor": "0.8"}
    prices = {**table, "mode": "prices", "source": "haus", "stock_counts": "sellable"}
    stock = {**table, "mode": "stock", "source": "haus"}
    del stock["price_rule"]
    known = {"haus": table, "preise": prices, "bestand": stock}
    for name, rest in (("haus", "500;20;30"), ("preise", "500;20;30"), ("bestand", "510;20;30")):
        path = tmp_path / f"{name}.csv"
        path.write_text(f"Nr;Preis;PE;VE;Nord;Süd;Res\n1;5,00;100;50;{rest}\n", "utf-8")
        assert run_import(path=path, profile=resolve_profile(name, known)).outcome == "applied"
    assert (StockRecord.objects.get().num_in_stock, StockRecord.objects.get().price) == (10, Decimal("2.00"))
    path = exported(tmp_path, "haus")
    header, row = csv.reader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";")
    about = dict(zip(header, row, strict=True))
    assert [about[name] for name in ("Nord", "Süd", "Reserviert", "Aktionspreis netto")] == ["510", "20", "30", ""]
    row[header.index("Nord")] = "610"
    path.write_text(";".join(header) + "\n" + ";".join(row) + "\n", "utf-8-sig")
    run_import(path=path, profile=resolve_profile("haus_export", export_profiles()))
    assert (StockRecord.objects.get().num_in_stock, StockRecord.objects.get().price) == (12, Decimal("2.00"))


def test_links_to_parts_that_are_still_to_come_are_kept(deliver, tmp_path):
    profile = profile_of(mode="delta", brands={"Brehmer": "BREH", "Filtrax": "FLTX"})
    deliver({"number": "K", "kit": "9*4+1+Filtrax:7*2", "accessories": "8, 1"}, {"number": "1"}, profile=profile)
    part = PartRecord.objects.get(number_key="K")
    before = part.imported_extras
    assert before["kit"] == [["BREH", "9", 4], ["BREH", "1", 1], ["FLTX", "7", 2]]
    path = exported(tmp_path, "extras")
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";")
    told = {row["Teile-Nr"]: (row["Satzinhalt"], row["Zubehör"]) for row in rows}
    assert told == {"K": ("9*4|1|FLTX:7*2", "8|1"), "1": ("", "")}
    assert run_import(path=path, profile=resolve_profile("extras_export", export_profiles())).outcome == "applied"
    part.refresh_from_db()
    assert (part.imported_extras["kit"], part.imported_extras["accessories"]) == (before["kit"], before["accessories"])
    deliver({"number": "9"}, {"number": "8"}, profile=profile)
    linked = PartRelation.objects.order_by("kind", "position").values_list("kind", "related__number_key", "quantity")
    assert list(linked) == [("contains", "9", 4), ("contains", "1", 1), ("extra", "8", 1), ("extra", "1", 1)]


def test_a_link_that_staff_have_removed_does_not_come_back_by_an_export(deliver, tmp_path):
    deliver({"number": "K", "kit": "9*4+1"}, {"number": "1"}, profile=profile_of(mode="delta"))
    PartRelation.objects.all().delete()
    rows = csv.DictReader(io.StringIO(exported(tmp_path, "extras").read_text("utf-8-sig")), delimiter=";")
    assert [row["Satzinhalt"] for row in rows] == ["9*4", ""]


def test_the_export_takes_the_same_queries_for_every_batch(filled, django_assert_max_num_queries):
    parts = catalogue.exported_parts(filled)
    places = catalogue.locations(parts)
    with django_assert_max_num_queries(4 + 3 * 12):
        assert len(list(catalogue.rows(parts, places))) == 1028


@pytest.fixture
def chef(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("chef@example.org", "x"))
    return client


def test_staff_download_and_the_profile_stands_ready(chef, filled):
    page = chef.get(reverse("shopflow-staff:import-exports")).content.decode()
    assert "sample_csv_export" in page
    answer = chef.get(reverse("shopflow-staff:import-catalogue-file", args=["csv"]), {"source": filled})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="katalog-sample_csv.csv"'
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Teile-Nr;Fabrikat;Bezeichnung;")
    assert chef.get(reverse("shopflow-staff:import-catalogue-file", args=["exe"])).status_code == 404
    upload = chef.get(reverse("shopflow-staff:import-runs")).context["form"]
    assert ("sample_csv_export", "sample_csv_export") in upload.fields["profile"].choices


# -- feed --------------------------------------------------------------------------------------------------------

G = "{http://base.google.com/ns/1.0}"


def feed(**options) -> tuple[dict[str, ET.Element], MerchantFeed]:
    made = MerchantFeed(**options)
    root = ET.fromstring(b"".join(made.pieces()))
    return {item.findtext(f"{G}id"): item for item in root.iter("item")}, made


@pytest.mark.once
def test_the_feed_tells_price_with_vat_and_without_deposit(bring_in, export, seller):
    bring_in(FILE)
    items, made = feed(without_pictures=True)
    assert made.items == len(items) > 900
    part = PartRecord.objects.filter(core_deposit_cents__gt=0, price_per=1, product__is_public=True).first()
    item = items[part.product.code]
    net = StockRecord.objects.get(product=part.product).price
    assert item.findtext(f"{G}price") == f"{(net * Decimal('1.19')).quantize(Decimal('0.01'))} EUR"
    assert item.findtext(f"{G}condition") == "refurbished"
    assert item.findtext(f"{G}mpn") == part.number_display
    assert item.findtext(f"{G}brand") == part.brand.name
    assert item.findtext(f"{G}link").startswith("http://testserver/")
    gone = PartRecord.objects.filter(product__stockrecords__num_in_stock=0, product__is_public=True).first()
    assert items[gone.product.code].findtext(f"{G}availability") == "out_of_stock"
    tyre = PartRecord.objects.filter(attributes__tyre__eprel__isnull=False, product__is_public=True).first()
    if tyre is not None:
        code = items[tyre.product.code].findtext(f"{G}certification/{G}certification_code")
        assert code == str(tyre.attributes["tyre"]["eprel"])


def test_what_the_law_or_the_season_keeps_from_customers_is_left_out(bring_in, export):
    bring_in(export.write(export.good))
    PartRecord.objects.update(un_number="")
    airbag, winter, own, real = PartRecord.objects.order_by("pk")[:4]
    PartRecord.objects.filter(pk=airbag.pk).update(un_number="UN3268")
    PartRecord.objects.filter(pk=winter.pk).update(season_from=10, season_to=3)
    Product.objects.filter(pk=real.product_id).update(upc="4006381333931")
    with time_machine.travel(datetime(2026, 7, 1, 12, tzinfo=UTC), tick=False):
        items, made = feed(without_pictures=True)
    assert dict(made.left_out) == {"restricted": 2}
    gtins = [items[f"{part.brand.code}:{part.number_key}"].findtext(f"{G}gtin") for part in (own, real)]
    assert gtins == [None, "4006381333931"]


def test_parts_without_a_picture_or_hidden_are_left_out(bring_in, export):
    bring_in(export.write(export.good))
    PartRecord.objects.update(un_number="")
    items, made = feed()
    assert (items, made.left_out) == ({}, {"no_picture": PartRecord.objects.filter(product__is_public=True).count()})
    Product.objects.update(is_public=False)
    items, made = feed(without_pictures=True)
    assert (items, dict(made.left_out)) == ({}, {})


def test_the_price_per_litre_and_hostile_texts(bring_in, export):
    bring_in(export.write(export.good[:1]))
    part = PartRecord.objects.get()
    PartRecord.objects.update(content_milli=5500, content_unit="LTR")
    Product.objects.update(title="<b>&\x0b\x01Öl</b>", description="<script>x</script><p>a &amp; b</p>", is_public=True)
    items, _made = feed(without_pictures=True)
    item = items[part.product.code]
    assert item.findtext(f"{G}unit_pricing_measure") == "5.5 l"
    assert item.findtext(f"{G}title") == "<b>&Öl</b>"
    assert item.findtext(f"{G}description") == "a & b"
    PartRecord.objects.update(content_milli=None, content_unit="", unit="MTR", price_per=100, pack_qty=50, sales_qty=50)
    items, _made = feed(without_pictures=True)
    measures = [items[part.product.code].findtext(f"{G}unit_pricing_{name}") for name in ("measure", "base_measure")]
    assert measures == ["50 m", "1 m"]


def let_go(response) -> None:
    """Close the file, but not the test's database, as ``response.close()`` would."""
    for close in response._resource_closers:
        close()


def test_the_feed_is_made_by_a_job_and_found_at_its_address_only(chef, client, bring_in, export):
    bring_in(export.write(export.good))
    Product.objects.update(is_public=True)
    PartRecord.objects.update(un_number="")
    assert services.build_feed() == 0
    url = reverse("shopflow-staff:import-exports")
    chef.post(url, {"access": "signed", "without_pictures": "on"})
    assert services.build_feed() == len(export.good)
    settings = FeedSettings.objects.get()
    secret = reverse("product-feed-signed", args=[settings.token])
    found = client.get(secret)
    assert found.headers["Content-Type"] == "application/xml"
    assert b"".join(found.streaming_content).count(b"<item>") == len(export.good)
    let_go(found)
    assert client.get(reverse("product-feed")).status_code == 404
    assert client.get(reverse("product-feed-signed", args=["falsch"])).status_code == 404
    former = settings.stored_file
    chef.post(url, {"access": "public", "without_pictures": "on", "new_address": "on"})
    services.build_feed()
    assert client.get(secret).status_code == 404
    public = client.get(reverse("product-feed"))
    assert public.status_code == 200
    let_go(public)
    assert not storages["private"].exists(former)


# -- suppliers ---------------------------------------------------------------------------------------------------


@pytest.fixture
def supplier(bring_in, export, seller):
    bring_in(export.write(export.good))
    made = Supplier.objects.create(name="Großhandel", email="bestellung@example.com", threshold=3, target=10)
    made.brands.set(Brand.objects.all())
    StockRecord.objects.update(num_in_stock=50, num_allocated=0)
    return made


def test_what_runs_low_is_proposed_in_whole_packs(supplier):
    assert proposal(supplier).lines == []
    low, promised, own, other = StockRecord.objects.order_by("pk")[:4]
    StockRecord.objects.filter(pk=low.pk).update(num_in_stock=1)
    StockRecord.objects.filter(pk=promised.pk).update(num_in_stock=9, num_allocated=8)
    StockRecord.objects.filter(pk=own.pk).update(num_in_stock=15, low_stock_threshold=20)
    StockRecord.objects.filter(pk=other.pk).update(num_in_stock=0)
    PartRecord.objects.filter(product=other.product_id).update(status="gone")
    PartRecord.objects.filter(product=low.product_id).update(pack_qty=4, cost_cents=1000, price_per=1)
    PartRecord.objects.filter(product=promised.product_id).update(pack_qty=1, cost_cents=None)
    PartRecord.objects.filter(product=own.product_id).update(pack_qty=1, cost_cents=250, price_per=1)
    Supplier.objects.update(min_order_cents=20_000)
    supplier.refresh_from_db()
    found = proposal(supplier)
    by_part = {line.part_id: line for line in found.lines}
    lines = [by_part[PartRecord.objects.get(product=record.product_id).pk] for record in (low, promised, own)]
    assert [(line.available, line.quantity, line.sum_cents) for line in lines] == [
        (1, 12, 12_000),
        (1, 9, 0),
        (15, 5, 1_250),
    ]
    assert (found.total_cents, found.lacking_cents, found.unpriced) == (13_250, 6_750, 1)


def test_goods_with_a_cost_per_hundred_are_reordered_at_what_they_cost(supplier, chef):
    record = StockRecord.objects.order_by("pk").first()
    StockRecord.objects.filter(pk=record.pk).update(num_in_stock=0)
    part = PartRecord.objects.filter(product=record.product_id)
    part.update(pack_qty=50, sales_qty=50, price_per=100, cost_cents=345)
    (line,) = proposal(supplier).lines
    assert (line.quantity, line.piece_cost, line.sum_cents) == (500, "0,0345", 1725)
    listed = chef.get(reverse("shopflow-staff:import-supplier-csv", args=[supplier.pk]))
    row = b"".join(listed.streaming_content).decode("utf-8-sig").splitlines()[1]
    assert row.split(";")[-4:] == ["500", "50", "0,0345", "17,25"]
    part.update(price_per=1, cost_cents=None)
    assert [(line.piece_cost, line.sum_cents) for line in proposal(supplier).lines] == [("", 0)]


def test_a_confirmed_list_goes_to_the_supplier_once_through_the_gate(chef, supplier, bring_in):
    low = StockRecord.objects.order_by("pk").first()
    StockRecord.objects.filter(pk=low.pk).update(num_in_stock=0)
    part = PartRecord.objects.get(product=low.product_id)
    Product.objects.filter(pk=low.product_id).update(title="=BÖSE()")
    url = reverse("shopflow-staff:import-supplier", args=[supplier.pk])
    assert chef.post(url, {f"q{part.pk}": "0"}).status_code == 422
    assert Message.objects.count() == 0
    with translation.override("de"):
        assert chef.post(url, {f"q{part.pk}": "7", "seen": "0"}).status_code == 302
        # Pressed twice, or by two at once: the second is told of the first, and may send once more all the same.
        again = chef.post(url, {f"q{part.pk}": "7", "seen": "0"})
    assert (again.status_code, SupplierOrder.objects.count()) == (422, 1)
    assert f'name="seen" value="{SupplierOrder.objects.get().pk}"' in again.content.decode()
    order, message = SupplierOrder.objects.get(), Message.objects.get()
    assert (message.to_email, order.sent_to, len(order.lines)) == (
        "bestellung@example.com",
        "bestellung@example.com",
        1,
    )
    body = storages["private"].open(order.stored_file).read().decode("utf-8-sig").splitlines()
    assert body[1].split(";")[:4] == [part.brand.name, part.number_display, "'=BÖSE()", "7"]
    listed = chef.get(reverse("shopflow-staff:import-supplier-csv", args=[supplier.pk]))
    assert b"'=B" in b"".join(listed.streaming_content)


def test_a_supplier_is_kept_with_its_terms(chef):
    url = reverse("shopflow-staff:import-supplier-new")
    terms = {"name": "Nord", "email": "x@example.com", "threshold": "5", "target": "3", "min_order": "150,00"}
    assert chef.post(url, terms).status_code == 422
    assert chef.post(url, {**terms, "target": "9", "min_order": "viel"}).status_code == 422
    assert chef.post(url, {**terms, "target": "9"}).status_code == 302
    assert Supplier.objects.get().min_order_cents == 15_000
