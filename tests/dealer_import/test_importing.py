"""The whole import: what reaches the shop, what does not, and that nothing else is touched."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from oscar.core.loading import get_model

from dealer_import import services
from dealer_import.exceptions import NotCorrectable, NotUndecided, Overtaken, SourceBusy
from dealer_import.locks import lock_key, source_lock
from dealer_import.management.commands.import_catalogue import Command
from dealer_import.models import ImportFinding, ImportRun
from shopflow.core.models import OutboxEvent
from shopflow.parts.models import Brand, PartFitment, PartRecord, PartReference, PartSuccession, PriceHistory
from shopflow.project.demo.catalogue import FILE
from tests.dealer_import.extra_rows import profile_of

pytestmark = pytest.mark.django_db

Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")
Category, ProductCategory = get_model("catalogue", "Category"), get_model("catalogue", "ProductCategory")
ProductClass = get_model("catalogue", "ProductClass")
TABLES = (Product, StockRecord, Category, ProductCategory, Brand, PartRecord, PartReference, PartFitment)
TABLES += (PartSuccession, PriceHistory)


def digest():
    """Every row of every table that an import writes."""
    return [list(model.objects.order_by("pk").values_list()) for model in TABLES]


def priced(row: bytes, old: bytes, new: bytes) -> bytes:
    assert row.count(old) == 1
    return row.replace(old, new)


def test_the_sample_reaches_the_shop_whole(bring_in):
    report = bring_in(FILE)
    assert (report.outcome, report.accepted, report.rejected, report.skipped) == ("applied", 1028, 32, 2)
    assert (report.created, report.changed, report.unchanged, report.hidden) == (1028, 0, 0, 0)
    expected = {"succession_self": 2, "succession_unknown": 2, "succession_loop": 4, "duplicate": 2}
    two = ("ean", "date", "html", "formula", "stock_negative", "stock_fraction", "mojibake", "fitment")
    assert report.warnings == {**expected, **dict.fromkeys(two, 2)}
    named = {finding.column for finding in report.findings if finding.code.startswith("succession_")}
    assert named == {"Ersetzt durch"}
    assert Product.objects.filter(is_public=True, product_class__slug="part", structure="standalone").count() == 1028
    assert PartSuccession.objects.exclude(kind="kit").count() == 35
    assert PartSuccession.objects.filter(kind="kit").values("part").distinct().count() == 6
    assert PartFitment.objects.values("part", "hsn", "tsn").distinct().count() == 2321
    assert PartReference.objects.count() == 468
    assert Category.objects.count() == 46
    assert Category.find_problems() == ([], [], [], [], [])
    assert not Category.objects.filter(slug="").exists()
    assert Category.objects.get(name="Räder & Reifen").slug == "raeder-reifen"
    assert ProductCategory.objects.count() == 1028
    stock = StockRecord.objects.get(partner_sku="BREH:BB0031689")
    assert (stock.price, stock.num_in_stock, stock.num_allocated) == (Decimal("212.95"), 27, None)
    assert not Product.objects.filter(description__contains="<script").exists()
    run = ImportRun.objects.get()
    assert (run.state, run.outcome, run.accepted, run.findings.count()) == ("done", "applied", 1028, 58)
    event = OutboxEvent.objects.get(code="catalogue_changed")
    assert event.payload == {"run_id": run.pk, "changed": 1028}


def test_the_same_file_again_does_nothing_and_a_new_one_without_changes_writes_nothing(bring_in, export):
    rows = export.good
    first = export.write(rows)
    bring_in(first)
    before = digest()
    assert bring_in(first).outcome == "noop"
    again = bring_in(export.write(rows, stamp="22.11.2026 05:30"))
    assert (again.outcome, again.unchanged, again.changed, again.created) == ("applied", len(rows), 0, 0)
    assert digest() == before
    assert OutboxEvent.objects.filter(code="catalogue_changed").count() == 1


def test_the_next_day_changes_hides_and_brings_back_exactly_what_differs(bring_in, export):
    first, second, *rest = export.good
    bring_in(export.write([first, second, *rest]))
    dearer = priced(first, b";27,65;", b";28,65;")
    report = bring_in(export.write([dearer, *rest], stamp="22.11.2026 05:30"))
    assert (report.created, report.changed, report.hidden, report.unchanged) == (0, 1, 1, len(rest))
    change = PriceHistory.objects.get()
    assert (change.old_net_cents, change.new_net_cents, change.run_id) == (2765, 2865, report.run)
    hidden = PartRecord.objects.select_related("product").get(number_key="0000007932")
    assert (hidden.missing, hidden.hidden_by_import, hidden.product.is_public) == (True, True, False)
    back = bring_in(export.write([dearer, second, *rest], stamp="23.11.2026 05:30"))
    assert (back.created, back.changed, back.hidden) == (0, 1, 0)
    hidden.product.refresh_from_db()
    assert hidden.product.is_public is True
    assert PriceHistory.objects.count() == 1


def test_what_staff_have_hidden_stays_hidden(bring_in, export):
    first, second, *rest = export.good
    bring_in(export.write([first, second, *rest]))
    Product.objects.filter(part_record__number_key="0000007932").update(is_public=False)
    bring_in(export.write([first, *rest], stamp="22.11.2026 05:30"))
    bring_in(export.write([first, second, *rest], stamp="23.11.2026 05:30"))
    assert Product.objects.get(part_record__number_key="0000007932").is_public is False


def test_a_text_that_staff_have_edited_is_never_overwritten(bring_in, export):
    first, *rest = export.good
    bring_in(export.write([first, *rest]))
    product = Product.objects.get(part_record__number_key="1N0000013AC")
    Product.objects.filter(pk=product.pk).update(title="Unser Bremsbelagsatz")
    renamed = first.replace(b";Bremsbelagsatz innen;", b";Belagsatz neu;").replace(b";27,65;", b";29,65;")
    report = bring_in(export.write([renamed, *rest], stamp="22.11.2026 05:30"))
    product.refresh_from_db()
    assert product.title == "Unser Bremsbelagsatz"
    assert report.warnings["field_locked"] == 1
    assert StockRecord.objects.get(product=product).price == Decimal("29.65")


def test_allocations_are_left_alone(bring_in, export):
    first, *rest = export.good
    bring_in(export.write([first, *rest]))
    StockRecord.objects.update(num_allocated=1)
    more = first.replace(b";0,00;0,00;0,00;21;", b";5,00;1,00;2,00;21;")
    bring_in(export.write([more, *rest], stamp="22.11.2026 05:30"))
    stock = StockRecord.objects.get(product__part_record__number_key="1N0000013AC")
    assert (stock.num_in_stock, stock.num_allocated) == (4, 1)


def test_a_refused_file_and_a_dry_run_write_nothing(bring_in, export):
    bring_in(export.write(export.good))
    before = [*digest(), ImportRun.objects.count()]
    dry = bring_in(export.write(export.good[1:], stamp="22.11.2026 05:30"), dry_run=True)
    assert (dry.outcome, dry.hidden, dry.run) == ("applied", 1, None)
    assert [*digest(), ImportRun.objects.count()] == before
    for path, reason in (
        (export.write(export.good[1:], footer=None), "incomplete_file"),
        (export.write(export.good[1:], footer=99), "control_total"),
        (export.write(export.good[1:], stamp="20.11.2026 05:30"), "older_than_last"),
    ):
        report = bring_in(path)
        assert (report.outcome, report.reason, report.exit_code) == ("refused", reason, 2)
    assert digest() == before[:-1]


def test_a_brake_holds_the_run_until_staff_release_it(bring_in, django_user_model, tmp_path):
    bring_in(FILE)
    before = digest()
    lines = FILE.read_bytes().split(b"\r\n")
    short = [*lines[:4], *lines[4:12], b"*** Ende;;8;;", b""]
    short[1] = b"Stand:;22.11.2026 05:30;;;"
    path = tmp_path / "short.csv"
    path.write_bytes(b"\r\n".join(short))
    report = bring_in(path)
    assert (report.outcome, report.reason, report.exit_code) == ("held", "brake_shrunk", 3)
    assert digest() == before
    staff = django_user_model.objects.create_user("staff@example.org", "x")
    run = services.release_run(run_id=report.run, actor=staff)
    with pytest.raises(NotUndecided):
        services.release_run(run_id=report.run, actor=staff)
    released = services.execute_run(run_id=run.pk)
    assert released.outcome == "applied"
    assert released.hidden == 1028 - released.accepted
    assert services.execute_run(run_id=run.pk) is None


def test_an_older_file_never_follows_a_later_one(bring_in, export, profile, django_user_model):
    staff = django_user_model.objects.create_user("staff@example.org", "x")
    plain = replace(profile, options={key: value for key, value in profile.options.items() if key != "stamp"})

    def upload(rows):
        with export.write(rows).open("rb") as stream:
            run = services.queue_upload(stream=stream, file_name="teile.csv", profile=plain, actor=staff)
        services.execute_run(run_id=run.pk)
        return ImportRun.objects.get(pk=run.pk)

    def apply(dry):
        real = services.queue_run(follows=dry, actor=staff)
        return services.execute_run(run_id=real.pk)

    broken = [re.sub(rb";STK;", b";STUECK?;", line) for line in export.good]
    monday, tuesday = upload(export.good), upload([*export.good[:5], *broken[5:]])
    assert apply(monday).outcome == "applied"
    wednesday = upload(export.good[1:])
    assert apply(tuesday).outcome == "applied"  # it came after the file that was applied before
    assert apply(wednesday).outcome == "applied"
    thursday = upload(export.good)
    last = apply(upload(export.good[2:]))
    with pytest.raises(Overtaken, match=rf"A later file of this source is in the shop already \(run {last.run}\)"):
        services.queue_run(follows=thursday, actor=staff)
    assert (last.outcome, ImportRun.objects.count()) == ("applied", 9)
    second = tuesday.followed_by
    line = second.findings.filter(severity="error").first().line
    with pytest.raises(NotCorrectable, match=f"Correct its rows at run {last.run}"):
        services.queue_correction(run_id=second.pk, rows={line: {"me": "STK"}}, actor=staff)


@contextmanager
def held_by_another_process(source):
    """The source's lock as another process holds it; one session of PostgreSQL may take its own lock twice."""
    if connection.vendor != "postgresql":
        with source_lock(source):
            yield
        return
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [lock_key(source)])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock_key(source)])
    finally:
        other.close()


def test_two_runs_of_one_source_do_not_meet(bring_in, export, profile):
    path = export.write(export.good)
    with held_by_another_process(profile.source), pytest.raises(SourceBusy, match="sample_csv"):
        bring_in(path)
    assert ImportRun.objects.count() == 0
    assert bring_in(path).outcome == "applied"


def test_the_command_says_by_its_status_that_a_run_is_under_way_and_leaves_no_former_report(
    export, profile, tmp_path, capsys
):
    report = tmp_path / "report.json"
    report.write_text('{"outcome": "applied"}')
    path = str(export.write(export.good))
    with held_by_another_process(profile.source), pytest.raises(SystemExit) as ended:
        call_command("import_catalogue", path, profile="sample_csv", report=report)
    assert (ended.value.code, report.exists(), ImportRun.objects.count()) == (4, False, 0)
    assert "sample_csv" in capsys.readouterr().err


def test_the_order_of_rows_does_not_matter(bring_in, export):
    bring_in(export.write(export.good))

    def shop():
        rows = PartRecord.objects.order_by("number_key").values_list("number_key", "product__title", "row_hash")
        return list(rows)

    first = shop()
    PartRecord.objects.all().delete()
    Product.objects.all().delete()
    ImportRun.objects.all().delete()
    bring_in(export.write(list(reversed(export.good))))
    assert shop() == first


def test_a_gtin_belongs_to_one_product(bring_in, export):
    first, second, *_rest = export.good
    twin = second.replace(b";2000000000015;", b";2000000000008;")
    report = bring_in(export.write([first, twin]))
    assert report.warnings == {"ean_duplicate": 1}
    assert [(finding.line, finding.column) for finding in report.findings] == [(6, "EAN")]
    assert list(Product.objects.order_by("pk").values_list("upc", flat=True)) == ["2000000000008", ""]


def test_a_gtin_of_a_product_that_staff_made_stays_with_it(bring_in, export):
    first, second, *_rest = export.good
    parts = ProductClass.objects.create(name="Zubehör")
    own = Product.objects.create(title="Eigenes", upc="2000000000008", product_class=parts)
    report = bring_in(export.write([first, second]))
    assert report.warnings == {"ean_duplicate": 1}
    assert list(Product.objects.order_by("pk").values_list("upc", flat=True)) == ["2000000000008", "", "2000000000015"]
    own.refresh_from_db()
    assert (own.title, PartRecord.objects.filter(product=own).count()) == ("Eigenes", 0)


def test_the_command_writes_the_report_and_says_what_to_do(export, tmp_path, capsys):
    target = tmp_path / "report.json"
    call_command("import_catalogue", str(export.write(export.good)), profile="sample_csv", report=target)
    told = json.loads(target.read_text("utf-8"))
    keys = {"outcome", "reason", "accepted", "rejected", "skipped", "created", "changed", "unchanged", "hidden"}
    keys |= {"warnings", "findings", "sha256", "profile", "profile_version", "run", "seconds", "peak_rss_mb"}
    assert keys <= told.keys()
    assert (told["outcome"], told["accepted"]) == ("applied", len(export.good))
    with pytest.raises(SystemExit) as ended:
        call_command("import_catalogue", str(export.write(export.good, footer=None)), profile="sample_csv")
    assert ended.value.code == 2
    assert "incomplete_file" in capsys.readouterr().err


def test_the_command_knows_what_staff_know_and_tells_before_it_begins(export, tmp_path):
    path = str(export.write(export.good))
    tables = {"extends": "sample_csv", "columns": {"brand": {"const": "Hausmarke"}}, "source": "haus"}
    services.save_profile(name="hausliste", tables=tables, actor=None, based_on="", note="")
    for target in (tmp_path / "nowhere" / "report.json", tmp_path):
        with pytest.raises(CommandError, match=str(target)):
            call_command("import_catalogue", path, profile="hausliste", report=target)
    assert not ImportRun.objects.exists()
    call_command("import_catalogue", path, profile="hausliste", report=tmp_path / "report.json")
    assert ImportRun.objects.get().source == "haus"
    assert {part.brand.name for part in PartRecord.objects.select_related("brand")} == {"Hausmarke"}
    with pytest.raises(CommandError, match="There is no profile nix"):
        call_command("import_catalogue", path, profile="nix")


def test_goods_priced_by_the_thousand_are_not_sold_for_nothing(deliver):
    columns = {"price_per": {"const": "1000"}, "pack_qty": {"const": "1"}}
    deliver({"number": "1", "list_price": "0,40"}, profile=profile_of(columns=columns))
    assert (StockRecord.objects.get().price, Product.objects.get().is_public) == (Decimal("0.01"), True)


@pytest.mark.parametrize("slip", [[], ["--profile", "sample_csv", "--dryrun"], ["--profile"]])
def test_a_slip_in_the_options_does_not_end_as_a_refused_file(export, capsys, slip):
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "import_catalogue", str(export.write(export.good)), *slip])
    assert ended.value.code == 1
    assert "usage: manage.py import_catalogue" in capsys.readouterr().err


def test_nothing_is_left_in_the_staging_tables(bring_in, export):
    bring_in(export.write(export.good))
    with connection.cursor() as cursor:
        assert not [name for name in connection.introspection.table_names(cursor) if name.startswith("shopflow_stage")]
    assert ImportFinding.objects.count() == 0
