"""What staff own, lock, correct and decide; what customers have in baskets and orders; what goes out by mail."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import override_settings
from openpyxl import load_workbook
from oscar.core.loading import get_model
from oscar.test.factories import BasketFactory, OrderFactory, OrderLineFactory, WishListFactory

from dealer_import import services
from dealer_import.error_report import error_report_csv, error_report_xlsx
from dealer_import.exceptions import NotCorrectable
from dealer_import.models import FieldOwner, ImportFinding, ImportRun
from dealer_import.profiles import resolve_profile, shipped_profiles
from dealer_import.queries.owners import owned_fields
from dealer_import.services import run_import
from shopflow.core import clock
from shopflow.mailing.models import Message
from shopflow.parts.models import PartRecord

pytestmark = pytest.mark.django_db

Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")
OrderLine = get_model("order", "Line")
KEY = "1N0000013AC"


@pytest.fixture
def part(bring_in, export):
    """The first part of the export, imported."""
    bring_in(export.write(export.good))
    return PartRecord.objects.select_related("product").get(number_key=KEY)


def day(export, bring_in, row, number=22):
    """The next day's delivery, with another first row."""
    return bring_in(export.write([row, *export.good[1:]], stamp=f"{number}.11.2026 05:30"))


def owner_of(part, field):
    return {owned.name: owned.owner for owned in owned_fields(part.product_id)}[field]


def test_every_field_has_an_owner_and_an_edit_makes_it_the_shops(part, export, bring_in):
    assert (owner_of(part, "title"), owner_of(part, "list_price"), owner_of(part, "stock")) == ("dms", "dms", "dms")
    part.product.title = "Unser Belag"
    part.product.save()
    assert FieldOwner.objects.get().owner == "shop"
    assert owner_of(part, "title") == "shop"
    part.product.title = part.imported_title
    part.product.save()
    report = day(export, bring_in, export.good[0].replace(b"Bremsbelagsatz innen;", b"Belag neu;", 1))
    part.product.refresh_from_db()
    assert (part.product.title, report.warnings["field_locked"]) == (part.imported_title, 1)


def test_a_locked_price_stays_and_an_unlocked_one_follows_again(part, export, bring_in, admin_user):
    services.lock_field(product_id=part.product_id, field="list_price", actor=admin_user)
    services.lock_field(product_id=part.product_id, field="weight", actor=admin_user)
    row = export.good[0].replace(b";27,65;", b";29,65;").replace(b";1,993;", b";2,500;")
    report = day(export, bring_in, row)
    part.refresh_from_db()
    record = StockRecord.objects.get(product=part.product)
    assert (record.price, part.list_price_cents, part.weight_g) == (Decimal("27.65"), 2765, 1993)
    assert sorted(finding.column for finding in report.findings) == ["list_price", "weight"]
    assert part.price_changes.count() == 0
    assert (owner_of(part, "weight"), owner_of(part, "title")) == ("locked", "dms")
    services.unlock_field(product_id=part.product_id, field="list_price", actor=admin_user)
    day(export, bring_in, row, 23)
    record.refresh_from_db()
    part.refresh_from_db()
    assert (record.price, part.weight_g) == (Decimal("29.65"), 1993)


def test_what_a_pim_has_delivered_is_not_overwritten_by_the_dealers_system(part, export, bring_in):
    table = {
        "extends": "sample_csv",
        "source": "pim",
        "mode": "delta",
        "columns": {"weight": {"from": "Gewicht kg", "owner": "pim"}},
    }
    pim = resolve_profile("pim", {**shipped_profiles(), "pim": table})
    heavier = export.good[0].replace(b";1,993;", b";2,500;")
    run_import(path=export.write([heavier]), profile=pim)
    report = day(export, bring_in, export.good[0].replace(b";27,65;", b";30,65;"))
    part.refresh_from_db()
    assert (part.weight_g, part.source, owner_of(part, "weight")) == (2500, "sample_csv", "pim")
    assert report.warnings["field_locked"] == 1
    assert StockRecord.objects.get(product=part.product).price == Decimal("30.65")


def test_refused_rows_are_corrected_and_fed_again(bring_in, export, admin_user):
    first, *rest = export.good
    broken = first.replace(b";27,65;", b";auf Anfrage;")
    report = bring_in(export.write([broken, *rest]))
    finding = ImportFinding.objects.get(run=report.run, severity="error")
    assert finding.record.startswith("1N0 000 013 AC;")
    fields = {**finding.fields, "upe netto": "27,65", "zusatztext": "eins\u2028zwei\x85drei"}
    with pytest.raises(NotCorrectable, match="99"):
        services.queue_correction(run_id=report.run, rows={99: fields}, actor=admin_user)
    wrong = {finding.line: {**fields, "upe netto": "x"}}
    trying = services.queue_correction(run_id=report.run, rows=wrong, actor=admin_user)
    still = services.execute_run(run_id=trying.pk)
    assert (still.accepted, still.rejected) == (0, 1)
    fixing = services.queue_correction(run_id=trying.pk, rows={finding.line: fields}, actor=admin_user)
    assert PartRecord.objects.filter(number_key=KEY).count() == 0
    fixed = services.execute_run(run_id=fixing.pk)
    assert (fixed.outcome, fixed.created, fixed.hidden) == ("applied", 1, 0)
    assert StockRecord.objects.get(product__part_record__number_key=KEY).price == Decimal("27.65")
    finding.refresh_from_db()
    assert (finding.corrected_by, trying.findings.get().corrected_by) == (fixing, fixing)
    with pytest.raises(NotCorrectable):
        services.queue_correction(run_id=report.run, rows={finding.line: fields}, actor=admin_user)
    again = bring_in(export.write([broken, *rest], stamp="22.11.2026 05:30"))
    assert (again.rejected, again.hidden) == (1, 0)


def test_p12_and_p20_the_error_report_shows_the_rows_as_delivered_and_runs_nothing(bring_in, export):
    evil = export.good[0].replace(b";27,65;", b';=cmd|"/c calc"!A1;').replace(b"1N0 000 013 AC", b"=1+1")
    short = b"=2+2;zu kurz"
    path = export.write([*export.good[1:], evil, short])
    report = bring_in(path)
    run = ImportRun.objects.get(pk=report.run)
    rows = list(csv.reader(io.StringIO(b"".join(error_report_csv(run)).decode("utf-8-sig")), delimiter=";"))
    lines = path.read_bytes().split(b"\r\n")
    refused = [row for row in rows[1:] if row[1] in ("price", "columns")]
    assert len(refused) == 2
    for row in refused:
        delivered = lines[int(row[0]) - 1].decode("cp1252")
        assert row[3].lstrip("'").split(";")[0] == delivered.split(";")[0]
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r"))]
    target = io.BytesIO()
    error_report_xlsx(run, target)
    sheet = load_workbook(target).active
    shown = [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]
    assert [row[:3] for row in shown] == [row[:3] for row in rows]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_the_error_report_tells_a_doubtful_value_in_its_own_column(bring_in, export):
    wrong, doubtful, good = export.good[:3]
    rows = [wrong.replace(b";27,65;", b";0;"), doubtful.replace(b";165,87;", b";165,875;"), good]
    run = ImportRun.objects.get(pk=bring_in(export.write(rows)).run)
    told = list(csv.DictReader(io.StringIO(b"".join(error_report_csv(run)).decode("utf-8-sig")), delimiter=";"))
    assert list(told[0])[3:6] == ["Teile-Nr", "Fabrikat", "Bezeichnung"]
    assert [(row["code"], row["Teile-Nr"], row["UPE netto"]) for row in told] == [
        ("price", "1N0 000 013 AC", "0"),
        ("price_rounded", "", "165,875"),
    ]


def test_p13_lines_of_baskets_orders_and_wish_lists_survive_hiding_and_succession(
    part, bring_in, export, django_user_model
):
    basket = BasketFactory()
    basket.add_product(part.product, quantity=1)
    line = OrderLineFactory(order=OrderFactory(), product=part.product, stockrecord=part.product.stockrecords.get())
    wishes = WishListFactory(owner=django_user_model.objects.create_user("kunde@example.org", "x"))
    wishes.add(part.product)
    cells = export.good[0].split(b";")
    cells[-15] = b"0000007932"
    day(export, bring_in, b";".join(cells))
    bring_in(export.write(export.good[1:], stamp="23.11.2026 05:30"))
    part.product.refresh_from_db()
    assert part.product.is_public is False
    line.refresh_from_db()
    assert line.product_id == part.product_id
    assert basket.lines.get().product_id == part.product_id
    assert wishes.lines.get().product_id == part.product_id


def stocked(row, first, reserved):
    """The row with stock at the first place and pieces that the dealer's system holds back."""
    cells = row.split(b";")
    cells[-19], cells[-17] = f"{first},00".encode(), f"{reserved},00".encode()
    return b";".join(cells)


def ordered(record, pieces, placed):
    """An open order of the shop that holds pieces."""
    order = OrderFactory(date_placed=placed)
    StockRecord.objects.filter(pk=record.pk).update(num_allocated=pieces)
    return OrderLineFactory(
        order=order, product=record.product, stockrecord=record, quantity=pieces, num_allocated=pieces
    )


@pytest.mark.parametrize(
    ("placed", "stock", "reserved", "available"),
    [
        (datetime(2026, 11, 21, 12, tzinfo=UTC), 10, 2, 8),  # the dealer's system holds the two pieces
        (datetime(2026, 11, 21, 12, tzinfo=UTC), 8, 0, 8),  # it has booked them out
        (datetime(2026, 11, 21, 12, tzinfo=UTC), 10, 0, 8),  # it has not seen the order
        (datetime(2026, 11, 22, 12, tzinfo=UTC), 10, 0, 8),  # younger than the export
        (datetime(2026, 11, 22, 12, tzinfo=UTC), 15, 0, 13),  # younger, and goods came in
    ],
)
def test_p14_pieces_of_an_open_order_are_counted_once(bring_in, export, placed, stock, reserved, available):
    first = export.good[0]
    day(export, bring_in, stocked(first, 10, 0), 20)
    record = StockRecord.objects.get(product__part_record__number_key=KEY)
    ordered(record, 2, placed)
    day(export, bring_in, stocked(first, stock, reserved).replace(b";27,65;", b";27,66;"), 22)
    record.refresh_from_db()
    assert record.net_stock_level == available
    line = OrderLine.objects.get(stockrecord=record)
    assert (record.num_allocated or 0) == line.num_allocated


def test_the_stock_of_each_place_is_kept(bring_in, export):
    day(export, bring_in, stocked(export.good[0], 10, 1), 20)
    assert PartRecord.objects.get(number_key=KEY).stock_by_location == {"Bestand Lager 1": 10, "Bestand Lager 2": 0}


def hold(bring_in, export, number):
    """A delivery with half of the parts, by a profile that holds at once."""
    return bring_in(export.write(export.good[:2], stamp=f"{number}.11.2026 05:30"))


@pytest.fixture
def strict(export):
    """The sample's profile with brakes that three missing parts trip."""
    table = {"extends": "sample_csv", "source": "sample_csv", "brake_floor": 1}
    profile = resolve_profile("strict", {**shipped_profiles(), "strict": table})
    return lambda path, **options: run_import(path=path, profile=profile, **options)


@override_settings(SITE_URL="https://shop.example.org")
def test_p11_two_held_runs_within_an_hour_send_one_mail(strict, export, admin_user, monkeypatch):
    strict(export.write(export.good))
    held = [hold(strict, export, number) for number in (22, 23)]
    assert [report.outcome for report in held] == ["held", "held"]
    services.notify_staff()
    services.notify_staff()
    message = Message.objects.get(template="import_trouble")
    assert (message.to_email, message.mail_class) == (admin_user.email, "staff")
    assert message.text.count("https://shop.example.org/") == 2
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=61))
    services.notify_staff()
    assert Message.objects.filter(template="import_trouble").count() == 1
    hold(strict, export, 24)
    services.notify_staff()
    assert Message.objects.filter(template="import_trouble").count() == 2


def test_p17_a_discarded_run_leaves_nothing(strict, export, admin_user):
    strict(export.write(export.good))
    before = list(PartRecord.objects.order_by("pk").values_list())
    report = hold(strict, export, 22)
    run = ImportRun.objects.get(pk=report.run)
    assert run.samples["hidden"][0]["number"]
    services.discard_run(run_id=run.pk, actor=admin_user)
    run.refresh_from_db()
    assert (run.decision, run.decided_by) == ("discarded", admin_user)
    assert list(PartRecord.objects.order_by("pk").values_list()) == before
    assert Product.objects.filter(is_public=False).count() == 0


def test_successes_go_out_once_a_day_and_at_once_after_trouble(bring_in, export, admin_user):
    bring_in(export.write(export.good))
    assert (services.send_digest(), services.send_digest()) == (1, 0)
    bring_in(export.write(export.good, stamp="22.11.2026 05:30"))
    assert services.send_digest() == 0
    bring_in(export.write(export.good, stamp="20.11.2026 05:30"))
    bring_in(export.write(export.good, stamp="23.11.2026 05:30"))
    assert services.send_digest() == 1
    assert Message.objects.filter(template="import_digest", to_email=admin_user.email).count() == 2
