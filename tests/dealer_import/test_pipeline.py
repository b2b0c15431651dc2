"""What must hold whatever is delivered: order, repetition, modes, profiles, a dry run, the numbers of a day."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

from dealer_import.models import ImportRun
from dealer_import.profiles import resolve_profile
from dealer_import.services import run_import
from shopflow.core.models import OutboxEvent
from shopflow.parts.models import PartFitment, PartRecord, PartReference, PartSuccession, PriceHistory
from shopflow.project.demo.catalogue import FILE

pytestmark = pytest.mark.django_db

Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")
Category, ProductCategory = get_model("catalogue", "Category"), get_model("catalogue", "ProductCategory")
TABLES = (Product, StockRecord, Category, ProductCategory, PartRecord, PartReference, PartFitment, PartSuccession)


def digest():
    """Every row of every table that an import writes."""
    return [list(model.objects.order_by("pk").values_list()) for model in (*TABLES, PriceHistory)]


def content():
    """What the tables say, whatever keys the rows have and whenever they were written."""
    products = Product.objects.order_by("code").values_list(
        "code", "title", "slug", "description", "upc", "is_public", "categories__slug"
    )
    stock = StockRecord.objects.order_by("partner_sku").values_list("partner_sku", "price", "num_in_stock")
    names = [
        field.name
        for field in PartRecord._meta.concrete_fields
        if field.name not in ("id", "product", "brand", "imported_category", "changed_by_run", "created_by_run")
    ]
    parts = PartRecord.objects.order_by("brand__code", "number_key")
    return [
        list(products),
        list(stock),
        [{**row, "attributes": str(row["attributes"])} for row in parts.values(*names)],
        sorted(PartReference.objects.values_list("part__product__code", "kind", "number_key")),
        sorted(PartFitment.objects.values_list("part__product__code", "hsn", "tsn", "model")),
        sorted(PartSuccession.objects.values_list("part__product__code", "successor__product__code", "kind")),
    ]


def with_mode(export, **changes):
    """A profile of the sample's source with other keys."""
    table = {"extends": "sample_csv", "source": "sample_csv", **changes}
    from dealer_import.profiles import shipped_profiles

    return resolve_profile("other", {**shipped_profiles(), "other": table})


def test_p03_a_dry_run_leaves_every_table_as_it_is(bring_in, export):
    bring_in(export.write(export.good))
    before = [*digest(), ImportRun.objects.count()]
    changed = [row.replace(b";27,65;", b";30,00;") for row in export.good[1:]]
    report = bring_in(export.write([*changed, export.good[0].replace(b"1N0 000 013 AC", b"9Z9")]), dry_run=True)
    assert (report.outcome, report.created, report.hidden) == ("applied", 1, 1)
    assert [*digest(), ImportRun.objects.count()] == before
    assert report.samples["created"][0]["number"] == "9Z9"
    assert [part["number"] for part in report.samples["hidden"]] == ["1N0 000 013 AC"]


def test_p04_a_rerun_writes_no_row_of_the_shop(bring_in, export):
    bring_in(export.write(export.good))
    before = digest()
    with CaptureQueriesContext(connection) as queries:
        report = bring_in(export.write(export.good, stamp="22.11.2026 05:30"))
    assert (report.unchanged, report.changed, report.created) == (len(export.good), 0, 0)
    assert digest() == before
    shop = ("catalogue_", "partner_stockrecord")
    writing = [
        query["sql"]
        for query in queries
        if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE") and any(name in query["sql"][:60] for name in shop)
    ]
    assert writing == []
    assert OutboxEvent.objects.filter(code="catalogue_changed").count() == 1


def test_p06_the_order_of_the_rows_makes_no_difference(bring_in, tmp_path):
    lines = FILE.read_bytes().split(b"\r\n")
    good = [line for line in lines[4:120] if line.count(b";") >= 33 and b"@" not in line][:60]
    results = []
    for seed in (None, 1, 2):
        rows = list({line.split(b";")[0]: line for line in good}.values())
        if seed is not None:
            random.Random(seed).shuffle(rows)
        path = tmp_path / f"{seed}.csv"
        path.write_bytes(b"\r\n".join([*lines[:4], *rows, f"*** Ende;;{len(rows)};;".encode(), b""]))
        bring_in(path)
        results.append(content())
        for model in (PartRecord, Product):
            model.objects.all().delete()
        Category.objects.all().delete()
        ImportRun.objects.all().delete()
    assert results[0] == results[1] == results[2]
    assert len(results[0][0]) > 40


def test_a_changed_row_before_its_unchanged_twin_wins_and_after_it_loses(bring_in, export):
    first, *rest = export.good
    bring_in(export.write([first, *rest]))
    other = first.replace(b";27,65;", b";29,65;")
    report = bring_in(export.write([*rest, other, first], stamp="22.11.2026 05:30"))
    assert (report.accepted, report.rejected, report.changed) == (len(export.good), 1, 1)
    assert PriceHistory.objects.get().new_net_cents == 2965
    report = bring_in(export.write([*rest, other, first], stamp="23.11.2026 05:30"))
    assert (report.rejected, report.changed, report.unchanged) == (1, 0, len(export.good))


def test_a_refused_row_does_not_hide_its_part(bring_in, export):
    first, *rest = export.good
    bring_in(export.write([first, *rest]))
    broken = first.replace(b";27,65;", b";auf Anfrage;")
    report = bring_in(export.write([broken, *rest], stamp="22.11.2026 05:30"))
    assert (report.rejected, report.hidden) == (1, 0)
    assert Product.objects.get(part_record__number_key="1N0000013AC").is_public is True


def test_p10_the_category_tree_stays_sound_when_it_grows(bring_in, export):
    from oscar.test.factories import create_product

    hidden = Category.add_root(name="Verschleiß", is_public=False)
    hidden.add_child(name="Sonstiges")
    create_product()
    bring_in(export.write(export.good))
    more = (
        export.good[0]
        .replace(b"1N0 000 013 AC", b"1N0 777")
        .replace("Verschleiß > Bremsen > Bremsbeläge".encode("cp1252"), b"verschleiss > Neu > Ganz > Tief")
    )
    more = more.replace(b";2000000000008;", b";;")
    report = bring_in(export.write([*export.good, more], stamp="22.11.2026 05:30"))
    assert report.created == 1
    assert Category.find_problems() == ([], [], [], [], [])
    assert not Category.objects.filter(slug="").exists()
    for node in Category.objects.filter(depth__gt=1):
        parent = node.get_parent()
        assert node.ancestors_are_public is (parent.is_public and parent.ancestors_are_public)
    assert Category.objects.get(name="Bremsen").ancestors_are_public is False
    assert Category.objects.get(name="Tief").get_depth() == 4


def test_p18_another_profile_reads_every_row_again_though_the_bytes_are_equal(bring_in, export):
    path = export.write(export.good)
    bring_in(path)
    assert bring_in(path).outcome == "noop"
    report = run_import(path=path, profile=with_mode(export, price_rule={"factor": "0.9"}))
    assert (report.outcome, report.unchanged, report.changed) == ("applied", 0, len(export.good))
    record = StockRecord.objects.get(product__part_record__number_key="1N0000013AC")
    assert record.price * 10000 == 2765 * 90 + 50
    assert report.profile_version != ImportRun.objects.order_by("pk").first().profile_version


def test_p22_a_day_counts_exactly_what_differs(bring_in, export):
    rows = export.good
    bring_in(export.write(rows))
    price = rows[1].replace(b";165,87;", b";166,00;")
    stock = rows[2].replace(b";0,00;0,00;0,00;5;", b";3,00;0,00;1,00;5;")
    title = rows[3].replace(b"Innenraumfilter vorne rechts;", b"Innenraumfilter;", 1)
    new = rows[0].replace(b"1N0 000 013 AC", b"1N0 999").replace(b";2000000000008;", b";;")
    day = [price, stock, title, *rows[4:-1], new]
    report = bring_in(export.write(day, stamp="22.11.2026 05:30"))
    assert (report.created, report.changed, report.hidden, report.unchanged) == (1, 3, 2, len(rows) - 5)
    assert (report.accepted, report.rejected, report.skipped) == (len(day), 0, 0)


@pytest.mark.parametrize("mode", ["delta", "prices", "stock"])
def test_only_a_full_delivery_hides(bring_in, export, mode):
    bring_in(export.write(export.good))
    report = run_import(
        path=export.write([export.good[0].replace(b";27,65;", b";28,00;")], stamp="22.11.2026 05:30"),
        profile=with_mode(export, mode=mode),
    )
    assert (report.outcome, report.hidden, report.changed) == ("applied", 0, 0 if mode == "stock" else 1)
    assert not Product.objects.filter(is_public=False).exists()


def test_price_and_stock_lists_touch_nothing_else_and_add_nothing(bring_in, export):
    first, *rest = export.good
    bring_in(export.write([first, *rest]))
    other = first.replace(b";27,65;", b";28,00;").replace(b";0,00;0,00;0,00;21;", b";7,00;0,00;0,00;21;")
    other = other.replace(b"Bremsbelagsatz innen;", b"Anderer Titel;", 1)
    unknown = rest[0].replace(b"0000007932", b"0000007999").replace(b";2000000000015;", b";;")
    path = export.write([other, unknown], stamp="22.11.2026 05:30")
    record = StockRecord.objects.get(product__part_record__number_key="1N0000013AC")
    title = record.product.title

    prices = run_import(path=path, profile=with_mode(export, mode="prices"))
    record.refresh_from_db()
    assert (prices.changed, prices.created, prices.skipped, prices.warnings["part_unknown"]) == (1, 0, 1, 1)
    (told,) = [finding for finding in prices.findings if finding.code == "part_unknown"]
    assert (told.column, told.line) == ("Teile-Nr", 6)
    assert (record.price * 100, record.num_in_stock) == (2800, 0)

    stock = run_import(path=path, profile=with_mode(export, mode="stock"))
    record.refresh_from_db()
    assert (stock.changed, record.num_in_stock) == (1, 7)
    assert Product.objects.get(pk=record.product_id).title == title
    assert not PartRecord.objects.filter(number_key="0000007999").exists()

    whole = bring_in(export.write([first, *rest], stamp="23.11.2026 05:30"))
    record.refresh_from_db()
    assert (whole.outcome, record.price * 100, record.num_in_stock) == ("applied", 2765, 0)


def test_a_part_is_hidden_only_after_as_many_deliveries_as_the_profile_says(export):
    profile = with_mode(export, missing_after=2)
    rows, day = export.good, iter(range(10, 29))

    def deliver(some):
        return run_import(path=export.write(some, stamp=f"{next(day)}.11.2026 05:30"), profile=profile)

    deliver(rows)
    assert deliver(rows[1:]).hidden == 0
    assert deliver(rows).hidden == 0
    assert deliver(rows[1:]).hidden == 0
    assert deliver(rows[1:]).hidden == 1
    assert Product.objects.get(part_record__number_key="1N0000013AC").is_public is False


def test_missing_parts_can_stay_visible_as_sold_out(export):
    profile = with_mode(export, missing="unavailable")
    stocked = export.good[0].replace(b";0,00;0,00;0,00;21;", b";7,00;0,00;0,00;21;")
    run_import(path=export.write([stocked, *export.good[1:]]), profile=profile)
    run_import(path=export.write(export.good[1:], stamp="22.11.2026 05:30"), profile=profile)
    record = StockRecord.objects.get(product__part_record__number_key="1N0000013AC")
    assert (record.product.is_public, record.num_in_stock) == (True, 0)
    run_import(path=export.write([stocked, *export.good[1:]], stamp="23.11.2026 05:30"), profile=profile)
    record.refresh_from_db()
    assert record.num_in_stock == 7


@pytest.mark.postgres
def test_p24_links_to_categories_refresh_the_view_once(bring_in, export, settings):
    settings.OSCAR_CATALOGUE_USE_POSTGRES_MATERIALISED_VIEWS = True
    with connection.cursor() as cursor:
        cursor.execute("DROP MATERIALIZED VIEW IF EXISTS catalogue_product_category_hierarchy")
        cursor.execute("CREATE MATERIALIZED VIEW catalogue_product_category_hierarchy AS SELECT 1 AS one")
    with CaptureQueriesContext(connection) as queries:
        report = bring_in(export.write(export.good))
    assert report.created == len(export.good)
    assert len([query for query in queries if "REFRESH MATERIALIZED VIEW" in query["sql"]]) == 1
    links = [query for query in queries if query["sql"].startswith("INSERT INTO catalogue_productcategory")]
    assert len(links) == 1
