"""Parts of which only price and stock differ are told by these alone, and come out as if they were told as a whole."""

from __future__ import annotations

import json
import random
from array import array
from dataclasses import replace

import pytest
from django.db import connection, transaction
from oscar.core.loading import get_model

from benchmarks.import_data import row as made_row
from dealer_import import trade_rows
from dealer_import.apply.entries import values
from dealer_import.known import known_parts, known_trade
from dealer_import.models import FieldOwner, PartUndo, ScheduledPrice
from dealer_import.profiles import load_profile
from dealer_import.profiles.model import Brakes
from dealer_import.services import lock_field, rollback_run, run_import
from dealer_import.staging import Staging
from dealer_import.trade_rows import is_worth_while
from shopflow.parts.models import PartRecord, PartSuccession, PriceHistory
from shopflow.parts.services import save_part

StockRecord, Product = get_model("partner", "StockRecord"), get_model("catalogue", "Product")
OPEN = Brakes(floor=10_000)
PRICE, COST, PIECES, RESERVED, SUCCESSOR, WEIGHT, VALID = 9, 10, 15, 17, 19, 25, 32
PROFILE = replace(load_profile("sample_csv"), brakes=OPEN)


@pytest.fixture
def told_apart(monkeypatch):
    """From the first row on; how many parts were staged by price and stock alone, one number for each run."""
    monkeypatch.setattr(trade_rows, "ENOUGH", 0)
    monkeypatch.setattr(trade_rows, "MANY", 10**9)
    counts: list[int] = []
    real = Staging.put

    def put(self, parts, progress):
        real(self, parts, progress)
        counts.append(self.trade_rows)

    monkeypatch.setattr(Staging, "put", put)
    return counts


def line(number: int, **cells: str) -> bytes:
    """A row of the sample export; the names of ``cells`` are ``c`` and the place."""
    texts = made_row(number, 1).split(";")
    for name, text in cells.items():
        texts[int(name[1:])] = text
    return ";".join(texts).encode("cp1252")


def sold(number: int, price: str, pieces: str = "5,00", **more: str) -> bytes:
    return line(number, **{f"c{PRICE}": price, f"c{PIECES}": pieces, **more})


def deliveries(seed: int) -> tuple[list[bytes], list[bytes]]:
    """Two days of forty parts: most change in price or stock, some in other things, some come twice or are broken."""
    dice = random.Random(seed)
    first = [line(number) for number in range(40)]
    second = []
    for number in range(40):
        cells: dict[str, str] = {}
        if dice.random() < 0.7:
            cells |= {f"c{PRICE}": f"{dice.randrange(5, 900)},{dice.randrange(10, 99)}"}
        if dice.random() < 0.4:
            cells |= {f"c{PIECES}": f"{dice.randrange(40)},00", f"c{RESERVED}": f"{dice.randrange(3)},00"}
        if dice.random() < 0.3:
            cells |= {f"c{COST}": "", f"c{VALID}": dice.choice(["01.04.2026", "01.03.2099", ""])}
        if dice.random() < 0.2:
            cells |= {dice.choice(["c2", "c3", "c5", f"c{WEIGHT}", f"c{SUCCESSOR}", "c22"]): ""}
        if dice.random() < 0.1:
            cells |= dice.choice([{f"c{PRICE}": "12.50"}, {f"c{PRICE}": "1,005"}, {f"c{PIECES}": "-3,00"}])
        if dice.random() < 0.9:
            second.append(line(number, **cells))
        if dice.random() < 0.15:
            second.append(line(number, **(cells if dice.random() < 0.5 else {"c6": "STK ", f"c{PRICE}": "77,77"})))
        if dice.random() < 0.1:
            second.append(line(number, **{**cells, "c6": "STK "}))
    return first, [*second, line(99)]


def shop() -> dict[str, list]:
    """All that an import writes, but keys and moments; runs in the order in which they came."""
    apart = ("id", "product", "brand", "changed_by_run", "created_by_run")
    part = [field.name for field in PartRecord._meta.concrete_fields if field.name not in apart]
    codes = dict(PartRecord.objects.values_list("pk", "product__code"))
    marks = list(PartRecord.objects.values_list("product__code", "changed_by_run", "created_by_run"))
    runs = sorted({run for _code, *both in marks for run in both})
    logged = PartUndo.objects.values_list("run_id", flat=True).distinct()
    found = {
        "parts": PartRecord.objects.values_list("product__code", *part),
        "runs": [(code, *map(runs.index, both)) for code, *both in marks],
        "stock": StockRecord.objects.values_list("partner_sku", "price", "num_in_stock", "num_allocated"),
        "products": Product.objects.values_list("code", "title", "description", "upc", "is_public"),
        "history": PriceHistory.objects.values_list("part__product__code", "old_net_cents", "new_net_cents"),
        "later": ScheduledPrice.objects.values_list("part__product__code", "valid_from", "sale_cents", "switched_at"),
        "owners": FieldOwner.objects.values_list("part__product__code", "field", "owner"),
        "successors": PartSuccession.objects.values_list("part__product__code", "successor__product__code"),
        "undo": [(codes[part], *told) for run in logged for part, *told in replaced(run)],
    }
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def replaced(run: int) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(values(run))
        rows = cursor.fetchall()
    later = "waiting_prices"
    return [(part, name, old, without_run(new, run) if name == later else new) for part, name, old, new in rows]


def without_run(told: str | None, run: int) -> list:
    return [row[:-1] if row[-1] == run else row for row in json.loads(told or "[]")]


def after(path, undo: bool = False, profile=PROFILE) -> tuple:
    """What the report says and the shop holds after a delivery; then everything is as before."""
    with transaction.atomic():
        report = run_import(path=path, profile=profile)
        told = {name: getattr(report, name) for name in ("outcome", "reason", "accepted", "rejected", "skipped")}
        told |= {name: getattr(report, name) for name in ("created", "changed", "unchanged", "hidden", "warnings")}
        findings = [(found.code, found.line, found.column, found.raw) for found in report.findings]
        if undo:
            rollback_run(run_id=report.run, actor=None)
        state = shop()
        transaction.set_rollback(True)
    return told, findings, state


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_the_shop_is_what_it_is_when_all_rows_are_told_as_a_whole(seed, export, told_apart, monkeypatch) -> None:
    first, second = deliveries(seed)
    run_import(path=export.write(first), profile=PROFILE)
    path = export.write(second, stamp="22.11.2026 05:30")
    alone, back = after(path), after(path, undo=True)
    assert told_apart[1] == told_apart[2] > 15
    monkeypatch.setattr(trade_rows, "ENOUGH", 10**9)
    assert after(path) == alone
    assert after(path, undo=True) == back
    assert told_apart[3:] == [0, 0]


@pytest.mark.django_db
def test_prices_and_stocks_are_kept_alike_as_laid_out_and_as_compared(
    export, told_apart, monkeypatch, admin_user
) -> None:
    run_import(path=export.write([sold(n, "10,00") for n in range(7)]), profile=PROFILE)
    products = list(PartRecord.objects.order_by("pk").values_list("product_id", flat=True))
    for product_id, field in zip(products, ("list_price", "stock", "cost"), strict=False):
        lock_field(product_id=product_id, field=field, actor=admin_user)
    PartRecord.objects.filter(product_id=products[6]).update(valid_from=None)
    StockRecord.objects.filter(product_id=products[3]).update(price=None)
    StockRecord.objects.filter(product_id=products[4]).update(price=11, num_in_stock=7)
    second = [sold(n, "11,00", "7,00", **{f"c{COST}": "" if n == 5 else "8,00"}) for n in range(7)]
    path = export.write(second, stamp="22.11.2026 05:30")
    laid_out, back = after(path), after(path, undo=True)
    assert told_apart[1:] == [4, 4]
    replacing = [(field, old, new) for _code, field, old, new in laid_out[2]["undo"]]
    assert replacing.count(("price", "1000", "1100")) == 4
    assert {("price", None, "1100"), ("cost_cents", "472", None), ("valid_from", None, "2026-03-01")} < set(replacing)
    monkeypatch.setattr("dealer_import.apply.undo.LAID_OUT", {})
    assert after(path) == laid_out
    assert after(path, undo=True) == back


@pytest.mark.django_db
def test_what_was_told_alone_is_unchanged_the_next_time(export, told_apart) -> None:
    run_import(path=export.write([sold(n, "10,00") for n in range(5)]), profile=PROFILE)
    dearer = [sold(n, "11,00") for n in range(5)]
    assert run_import(path=export.write(dearer, stamp="22.11.2026 05:30"), profile=PROFILE).changed == 5
    again = run_import(path=export.write([*dearer, sold(7, "1,00")], stamp="23.11.2026 05:30"), profile=PROFILE)
    assert (again.created, again.changed, again.unchanged) == (1, 0, 5)
    spelt = [sold(n, "11,00", pieces="05,00") for n in range(5)]
    same = run_import(path=export.write([*spelt, sold(7, "1,00")], stamp="24.11.2026 05:30"), profile=PROFILE)
    assert (same.changed, same.unchanged) == (0, 6)
    assert told_apart == [0, 5, 0, 5]
    third = run_import(path=export.write([*dearer, sold(7, "2,00")], stamp="25.11.2026 05:30"), profile=PROFILE)
    assert (third.changed, third.unchanged) == (1, 5)


@pytest.mark.django_db
def test_a_changed_name_is_told_as_a_whole(export, told_apart) -> None:
    run_import(path=export.write([sold(1, "10,00"), sold(2, "10,00")]), profile=PROFILE)
    path = export.write([sold(1, "11,00", c2="Anlasser neu"), sold(2, "11,00")], stamp="22.11.2026 05:30")
    assert run_import(path=path, profile=PROFILE).changed == 2
    assert told_apart == [0, 1]
    assert Product.objects.filter(title="Anlasser neu").count() == 1


@pytest.mark.django_db
def test_parts_with_an_owner_successors_or_a_remark_are_told_as_a_whole(export, told_apart, admin_user) -> None:
    successor = {f"c{SUCCESSOR}": made_row(12, 1).split(";")[0]}

    def rows(price: str) -> list[bytes]:
        remarked = sold(4, price, c5="123")
        return [sold(1, price), sold(12, price), sold(2, price, **successor), remarked]

    report = run_import(path=export.write(rows("10,00")), profile=PROFILE)
    assert report.warnings == {"ean": 1}
    locked = PartRecord.objects.get(number_key__startswith="0000001")
    lock_field(product_id=locked.product_id, field="weight", actor=admin_user)
    PartRecord.objects.filter(pk=locked.pk).update(weight_g=7)
    report = run_import(path=export.write(rows("11,00"), stamp="22.11.2026 05:30"), profile=PROFILE)
    assert report.changed == 4
    assert report.warnings == {"ean": 1, "field_locked": 1}
    assert told_apart == [0, 1]
    assert PartSuccession.objects.count() == 1


@pytest.mark.django_db
def test_what_staff_have_edited_is_compared_as_a_whole(export, told_apart, admin_user) -> None:
    run_import(path=export.write([sold(n, "10,00") for n in range(3)]), profile=PROFILE)
    product, part = Product.objects.order_by("pk")[0], PartRecord.objects.order_by("pk")[1]
    gtin, product.upc = product.upc, "4006381333931"
    product.save()
    save_part(part=part, values={"status": "runout"}, actor=admin_user)
    path = export.write([sold(n, "11,00") for n in range(3)], stamp="22.11.2026 05:30")
    assert run_import(path=path, profile=PROFILE).changed == 3
    assert told_apart == [0, 1]
    assert Product.objects.get(pk=product.pk).upc == gtin
    part.refresh_from_db()
    assert part.status == "active"


@pytest.mark.django_db
def test_rows_of_before_are_told_as_a_whole_once(export, told_apart) -> None:
    run_import(path=export.write([sold(1, "10,00"), sold(2, "10,00")]), profile=PROFILE)
    PartRecord.objects.update(rest_hash=None, rest_text_hash=None)
    for day, price in ((22, "11,00"), (23, "12,00")):
        path = export.write([sold(1, price), sold(2, price)], stamp=f"{day}.11.2026 05:30")
        assert run_import(path=path, profile=PROFILE).changed == 2
    assert told_apart == [0, 0, 2]


@pytest.mark.django_db
def test_another_profile_tells_all_rows_as_a_whole(export, told_apart) -> None:
    run_import(path=export.write([sold(1, "10,00"), sold(2, "10,00")]), profile=PROFILE)
    path = export.write([sold(1, "11,00"), sold(2, "11,00")], stamp="22.11.2026 05:30")
    assert run_import(path=path, profile=replace(PROFILE, options={**PROFILE.options, "another": 1})).changed == 2
    columns = PROFILE.columns
    locking = replace(PROFILE, columns={**columns, "weight": replace(columns["weight"], owner="locked")})
    path = export.write([sold(1, "12,00"), sold(2, "12,00")], stamp="23.11.2026 05:30")
    assert run_import(path=path, profile=locking).changed == 2
    assert told_apart == [0, 0, 0]


@pytest.mark.django_db
def test_a_held_run_names_the_parts_whose_prices_jump(export, told_apart) -> None:
    strict = replace(PROFILE, brakes=Brakes(floor=0))
    run_import(path=export.write([sold(1, "10,00"), sold(2, "10,00")]), profile=strict)
    path = export.write([sold(1, "100,00"), sold(2, "100,00")], stamp="22.11.2026 05:30")
    alone = run_import(path=path, profile=strict, dry_run=True)
    assert (alone.outcome, alone.reason, told_apart) == ("held", "brake_price", [0, 2])
    shown = alone.samples["price_jumps"]
    number, brand, title = made_row(1, 1).split(";")[:3]
    assert (shown[0]["number"], shown[0]["title"]) == (number, title)
    assert PartRecord.objects.filter(brand__code=shown[0]["brand"], brand__name=brand).exists()
    assert [(jump["old_cents"], jump["new_cents"]) for jump in shown] == [(1000, 10000)] * 2
    assert [part["number"] for part in alone.samples["changed"]] == [jump["number"] for jump in shown]


@pytest.mark.django_db
def test_a_stock_record_that_is_gone_comes_back(export, told_apart) -> None:
    run_import(path=export.write([sold(1, "10,00"), sold(2, "10,00")]), profile=PROFILE)
    record = StockRecord.objects.order_by("pk").first()
    StockRecord.objects.filter(pk=record.pk)._raw_delete("default")
    path = export.write([sold(1, "11,00"), sold(2, "11,00")], stamp="22.11.2026 05:30")
    assert run_import(path=path, profile=PROFILE).changed == 2
    assert told_apart == [0, 2]
    again = StockRecord.objects.get(product_id=record.product_id)
    assert (again.partner_sku, again.price) == (record.partner_sku, 11)


@pytest.mark.django_db
def test_nothing_is_told_alone_when_the_shop_has_changed_since_it_was_asked(export) -> None:
    run_import(path=export.write([sold(n, "10,00") for n in range(3)]), profile=PROFILE)
    known = known_parts(PROFILE.source)
    memory = known_trade(PROFILE.source, known)
    assert memory is not None
    assert list(memory.rests) == list(PartRecord.objects.order_by("pk").values_list("rest_hash", flat=True))
    known.pks = array("q", known.pks[:2])
    assert known_trade(PROFILE.source, known) is None


def test_it_is_worth_while_once_every_fourth_row_is_another() -> None:
    assert not is_worth_while(499, 499)
    assert is_worth_while(500, 2000)
    assert not is_worth_while(500, 2001)


@pytest.mark.django_db
def test_deleting_a_product_takes_its_price_history_along(export, bring_in) -> None:
    bring_in(export.write([sold(1, "10,00"), sold(2, "10,00")]))
    bring_in(export.write([sold(1, "10,50"), sold(2, "10,50")], stamp="22.11.2026 05:30"))
    gone, kept = PartRecord.objects.order_by("pk")
    assert PriceHistory.objects.count() == 2
    gone.product.delete()
    assert list(PriceHistory.objects.values_list("part_id", flat=True)) == [kept.pk]
