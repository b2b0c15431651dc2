"""What is written between the comparison and the run's own writing counts: nothing is lost, and all is undone alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import F
from oscar.core.loading import get_model

from dealer_import.apply import Applying, laying_out
from dealer_import.apply.laying_out import LaidOut
from dealer_import.services import run_import
from shopflow.parts.models import PartRecord, PriceHistory
from tests.dealer_import.test_trade_alone import COST, PROFILE, after, sold, told_apart
from tests.services.waiting import until_somebody_waits

__all__ = ["told_apart"]
StockRecord, Product = get_model("partner", "StockRecord"), get_model("catalogue", "Product")
CHEAPER = {f"c{COST}": "3,00"}


def record(number: int):
    """The stock record of a part as a query; parts are numbered as they came."""
    return StockRecord.objects.filter(product_id=part(number).values_list("product_id", flat=True)[:1])


def part(number: int):
    pks = PartRecord.objects.order_by("number_key").values_list("pk", flat=True)
    return PartRecord.objects.filter(pk=pks[number])


def write_meanwhile() -> None:
    """Orders and staff: of parts whose stock record the run writes (0 to 5), and of such where it does not (6 to 9)."""
    record(0).update(num_allocated=2)
    record(1).update(price=55)
    record(2).update(price=F("price"), num_in_stock=77)
    record(3).update(price=11, num_in_stock=7)
    part(4).update(list_price_cents=4321, cost_cents=None)
    part(5).update(weight_g=7)
    record(6).update(price=66, num_in_stock=66)
    part(7).update(valid_from=None)
    record(8).delete()
    Product.objects.filter(pk=part(9).values_list("product_id", flat=True)[0]).delete()


@pytest.fixture
def meanwhile(monkeypatch):
    """Write when the run has compared and is about to write; how many parts had to be laid out again, by kind."""
    again: list[str] = []
    run, records_again, parts_again = Applying.run, LaidOut.records_again, LaidOut.parts_again

    def late(self):
        write_meanwhile()
        return run(self)

    def telling(name, real):
        def tell(self, *arguments):
            again.append(name)
            real(self, *arguments)

        return tell

    def begin() -> list[str]:
        monkeypatch.setattr(Applying, "run", late)
        monkeypatch.setattr(LaidOut, "records_again", telling("records", records_again))
        monkeypatch.setattr(LaidOut, "parts_again", telling("parts", parts_again))
        return again

    return begin


def second(export):
    """All prices and stocks of twelve parts, but for 6 and 7, of which only the cost is another one, and a new name."""
    rows = [sold(n, "11,00", "7,00") if n not in (6, 7) else sold(n, "10,00", **CHEAPER) for n in range(12)]
    return export.write([*rows[:11], sold(11, "11,00", "7,00", c2="Anlasser neu")], stamp="22.11.2026 05:30")


@pytest.mark.django_db
def test_it_is_as_if_the_shop_had_been_compared_then(export, told_apart, meanwhile, monkeypatch) -> None:
    run_import(path=export.write([sold(n, "10,00") for n in range(12)]), profile=PROFILE)
    path, again = second(export), meanwhile()
    found, back = after(path), after(path, undo=True)
    assert told_apart[1:] == [11, 11]
    assert again == (["records", "parts"] * 2 if connection.vendor == "postgresql" else [])
    monkeypatch.setattr(laying_out, "any_is_kept", lambda kept: True)
    assert after(path) == found
    assert after(path, undo=True) == back
    assert [(old, new) for _code, old, new in found[2]["history"] if old != 1000] == [(6600, 1000), (5500, 1100)]
    assert again == (["records", "parts"] * 2 if connection.vendor == "postgresql" else [])


@pytest.mark.django_db
def test_nothing_is_laid_out_again_where_nobody_has_written(export, told_apart, meanwhile, monkeypatch) -> None:
    run_import(path=export.write([sold(n, "10,00") for n in range(12)]), profile=PROFILE)
    again = meanwhile()
    monkeypatch.setattr("tests.dealer_import.test_written_meanwhile.write_meanwhile", lambda: None)
    told, _findings, state = after(second(export))
    assert (told["changed"], len(state["history"]), again) == (12, 10, [])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_price_that_staff_are_saving_is_waited_for(export, told_apart, monkeypatch) -> None:
    run_import(path=export.write([sold(n, "10,00") for n in range(12)]), profile=PROFILE)
    mine = record(1).get().pk
    other = connection.copy()
    run = Applying.run

    def save_when_awaited() -> None:
        try:
            until_somebody_waits(other)
        finally:
            with other.cursor() as cursor:
                cursor.execute("COMMIT")

    def late(self):
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"UPDATE {StockRecord._meta.db_table} SET price = 55 WHERE id = %s", [mine])
        with ThreadPoolExecutor(1) as pool:
            staff = pool.submit(save_when_awaited)
            report = run(self)
            staff.result()
        return report

    other.inc_thread_sharing()
    monkeypatch.setattr(Applying, "run", late)
    try:
        assert run_import(path=second(export), profile=PROFILE).changed == 12
    finally:
        other.dec_thread_sharing()
        other.close()
    changed = PriceHistory.objects.filter(part=part(1).get()).values_list("old_net_cents", "new_net_cents")
    assert list(changed) == [(5500, 1100)]
    assert StockRecord.objects.get(pk=mine).price == 11
