"""Prices that wait for their day: whose they are, and what taking a run back makes of them, before and after it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from oscar.core.loading import get_model

from dealer_import import services
from dealer_import.models import FieldOwner, ImportRun, PartUndo, ScheduledPrice
from dealer_import.profiles.building import build_profile
from shopflow.parts.models import PartRecord, PriceHistory

pytestmark = pytest.mark.django_db
StockRecord = get_model("partner", "StockRecord")


def profile(owner="dms"):
    """A whole catalogue of number, price, stock, the day from which the price holds, and an offer until a day."""
    names = {"number": "number", "stock": "stock", "valid_from": "day", "offer_price": "offer", "offer_until": "until"}
    columns = {name: {"from": column} for name, column in names.items()}
    columns |= {"list_price": {"from": "price", "owner": owner}}
    constant = {"brand": "Bosch", "title": "Teil", "unit": "Stk", "tax": "19"}
    columns |= {name: {"const": value} for name, value in constant.items()}
    table = {"format": "csv", "delimiter": ";", "encoding": "utf-8", "mode": "full", "columns": columns}
    return build_profile("days", table)


@pytest.fixture
def deliver(tmp_path):
    """Import rows on a day in January, at eight in the morning."""
    count = iter(range(100))

    def run(day, *rows, **options):
        path = tmp_path / f"{next(count)}.csv"
        padded = (row + ";" * (5 - row.count(";")) for row in rows)
        path.write_text("\n".join(["number;price;stock;day;offer;until", *padded, ""]))
        with january(day):
            report = services.run_import(path=path, profile=profile(**options), override_brakes=True)
        assert report.outcome == "applied", report.message
        return report

    return run


@pytest.fixture
def take_back(admin_user):
    def run(day, report):
        with january(day):
            return services.rollback_run(run_id=report.run, actor=admin_user)

    return run


def january(day):
    return time_machine.travel(datetime(2026, 1, day, 8, tzinfo=UTC), tick=False)


def switch(day):
    with january(day):
        return services.switch_due_prices()


def waiting():
    """Day and cents of what waits for the part A1."""
    prices = ScheduledPrice.objects.filter(switched_at=None, part__number_key="A1").order_by("valid_from")
    return [(price.valid_from.day, price.sale_cents) for price in prices]


def cost():
    """Net price of one sale and list price of the part A1, in cents."""
    record = StockRecord.objects.get(product__part_record__number_key="A1")
    return int(record.price * 100), PartRecord.objects.get(number_key="A1").list_price_cents


def test_what_waits_is_replaced_by_the_source_that_owns_the_price_alone(deliver):
    deliver(5, "A1;10,00;1;")
    deliver(5, "A1;12,00;1;07.01.2026")
    owned = FieldOwner.objects.create(
        part=PartRecord.objects.get(), field="list_price", owner="pim", source="pim", set_at=datetime.now(UTC)
    )
    assert deliver(6, "A1;11,00;2;").changed == 1
    assert (cost(), waiting()) == ((1000, 1000), [(7, 1200)])
    assert deliver(6, "A1;13,00;3;09.01.2026").changed == 1
    assert (cost(), waiting()) == ((1000, 1000), [(7, 1200)])
    FieldOwner.objects.filter(pk=owned.pk).update(source="days")
    deliver(6, "A1;13,00;4;09.01.2026")
    assert waiting() == [(9, 1300)]


def test_a_profile_that_closes_the_price_lets_none_wait_either(deliver):
    deliver(5, "A1;10,00;1;")
    assert deliver(5, "A1;12,00;2;07.01.2026", owner="locked").changed == 1
    assert (cost(), waiting()) == ((1000, 1000), [])


@pytest.mark.parametrize("other", ["A1;10,00;2;", "A1;13,00;1;09.01.2026"])
def test_a_replaced_price_waits_again_when_its_follower_is_taken_back(deliver, take_back, other):
    deliver(5, "A1;10,00;1;")
    first = deliver(5, "A1;12,00;1;07.01.2026")
    second = deliver(6, other)
    assert waiting() == ([] if "13,00" not in other else [(9, 1300)])
    take_back(6, second)
    assert waiting() == [(7, 1200)]
    assert ScheduledPrice.objects.get().run_id == first.run
    assert (switch(8), cost()) == (1, (1200, 1200))


def test_a_price_whose_own_run_was_taken_back_does_not_wait_again(deliver, take_back):
    deliver(5, "A1;10,00;1;")
    first = deliver(5, "A1;12,00;1;07.01.2026")
    second = deliver(6, "A1;13,00;1;09.01.2026")
    take_back(6, first)
    assert waiting() == [(9, 1300)]
    take_back(6, second)
    assert (waiting(), switch(9), cost()) == ([], 0, (1000, 1000))


def test_prices_that_a_later_run_lets_wait_stay(deliver, take_back):
    deliver(5, "A1;10,00;1;")
    deliver(5, "A1;12,00;1;07.01.2026")
    second = deliver(6, "A1;13,00;1;09.01.2026")
    deliver(6, "A1;14,00;1;11.01.2026")
    take_back(6, second)
    assert waiting() == [(11, 1400)]


def test_the_day_of_a_price_that_waits_again_may_have_begun(deliver, take_back):
    deliver(5, "A1;10,00;1;")
    deliver(5, "A1;12,00;1;07.01.2026")
    second = deliver(6, "A1;11,00;1;")
    assert (cost(), waiting()) == ((1100, 1100), [])
    take_back(8, second)
    assert (cost(), waiting()) == ((1200, 1200), [])


def test_the_day_of_both_may_have_begun(deliver, take_back):
    deliver(5, "A1;10,00;1;")
    deliver(5, "A1;12,00;1;07.01.2026")
    second = deliver(6, "A1;13,00;1;08.01.2026")
    assert (switch(9), cost()) == (1, (1300, 1300))
    take_back(10, second)
    assert (cost(), waiting()) == ((1200, 1200), [])


def test_a_price_whose_day_has_begun_comes_into_force_before_the_next_delivery_is_compared(deliver):
    deliver(5, "A1;10,00;1;")
    deliver(5, "A1;12,00;1;07.01.2026")
    deliver(8, "A1;13,00;1;09.01.2026")
    assert (cost(), waiting()) == ((1200, 1200), [(9, 1300)])


def test_a_price_in_force_goes_when_the_run_that_delivered_it_is_taken_back(deliver, take_back):
    deliver(5, "A1;10,00;1;", "B2;10,00;1;")
    run = deliver(5, "A1;12,00;1;07.01.2026", "B2;12,00;1;07.01.2026")
    assert (switch(8), cost()) == (2, (1200, 1200))
    StockRecord.objects.filter(product__part_record__number_key="B2").update(price=15)
    assert take_back(8, run).changed == 2
    assert (cost(), waiting()) == ((1000, 1000), [])
    assert StockRecord.objects.get(product__part_record__number_key="B2").price == 15
    told = PriceHistory.objects.filter(part__number_key="A1").order_by("pk")
    assert list(told.values_list("old_net_cents", "new_net_cents")) == [(1000, 1200), (1200, 1000)]


def test_what_the_run_had_written_before_the_day_goes_with_it(deliver, take_back):
    deliver(5, "A1;10,00;1;")
    run = deliver(5, "A1;12,00;3;07.01.2026;8,00;06.01.2026")
    noted = PartUndo.objects.values_list("run_id", "old_stock", "new_stock", "old_price", "new_price")
    assert (cost(), list(noted.all())) == ((800, 1000), [(run.run, 1, 3, 1000, 800)])
    assert (switch(7), cost(), list(noted.all())) == (1, (1200, 1200), [(run.run, 1, 3, 1000, 1200)])
    take_back(8, run)
    assert (cost(), StockRecord.objects.get().num_in_stock) == ((1000, 1000), 1)


def test_what_staff_have_set_before_the_day_comes_back(deliver, take_back):
    deliver(5, "A1;10,00;1;")
    run = deliver(5, "A1;12,00;1;07.01.2026")
    StockRecord.objects.update(price=9)
    switch(8)
    take_back(8, run)
    assert cost() == (900, 1000)


def test_nothing_is_noted_for_parts_that_the_run_has_added_nor_once_it_is_too_old(deliver):
    added = deliver(5, "A1;10,00;1;")
    ScheduledPrice.objects.create(
        part=PartRecord.objects.get(),
        valid_from=date(2026, 1, 6),
        list_price_cents=1100,
        sale_cents=1100,
        run_id=added.run,
    )
    assert (switch(6), cost(), PartUndo.objects.count()) == (1, (1100, 1100), 0)
    late = deliver(6, "A1;12,00;1;07.01.2026")
    PartUndo.objects.all().delete()
    ImportRun.objects.filter(pk=late.run).update(undo_forgotten_at=datetime.now(UTC))
    assert (switch(8), cost(), PartUndo.objects.count()) == (1, (1200, 1200), 0)
