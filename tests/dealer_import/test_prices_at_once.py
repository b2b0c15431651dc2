"""Prices whose day has begun, switched while others write the same parts: nobody fails, and one outcome results."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from dealer_import import services
from dealer_import.apply import Applying, prices, relations, stock
from dealer_import.services import switching
from shopflow.ordering.services.reservations import hold
from tests.dealer_import.at_once import Shop, apart, at_once, meanwhile, on, until_met
from tests.dealer_import.test_written_meanwhile import StockRecord, record

pytestmark = [pytest.mark.postgres, pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
ROUNDS = 3
switch = on(8, services.switch_due_prices)
PLACES = ["_switch", "announce_change"]
"""Where the job is stopped: before it writes anything, and once it has written all."""
UP, DOWN, DEARER = (1000, 1200), (1200, 1000), (1200, 1300)


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path)
    made.begin()
    return made


@pytest.fixture
def take_back(shop, admin_user):
    return on(8, lambda: services.rollback_run(run_id=shop.last, actor=admin_user).state)


def test_a_run_that_is_being_taken_back_lets_the_job_step_aside(shop, take_back, monkeypatch):
    with meanwhile(monkeypatch, relations, "take_back", switch) as switched:
        assert take_back() == "done"
    assert switched[0].result() == 0
    assert (shop.prices(), shop.waiting(), shop.history()) == ({(1000, 1000)}, set(), {()})
    assert switch() == 0


@pytest.mark.parametrize("place", PLACES)
def test_taking_back_waits_for_the_job(shop, take_back, monkeypatch, place):
    with meanwhile(monkeypatch, switching, place, take_back) as taken:
        assert switch() == 3
    assert taken[0].result() == "done"
    assert (shop.prices(), shop.waiting()) == ({(1000, 1000)}, set())
    assert shop.history() == {(UP, DOWN)}


def test_taking_back_and_the_job_at_the_same_moment(shop, admin_user):
    for _ in range(ROUNDS):
        take_back = on(8, lambda: services.rollback_run(run_id=shop.last, actor=admin_user).state)
        switched, taken = at_once(switch, take_back)
        assert (switched in (0, 3), taken) == (True, "done")
        assert switch() == 0
        assert (shop.prices(), shop.waiting()) == ({(1000, 1000)}, set())
        assert shop.history() == ({(UP, DOWN)} if switched else {()})
        shop.begin()


@pytest.mark.parametrize(
    ("owner", "place", "switched"),
    [
        (prices, "hold", 3),
        (Applying, "run", 0),
        (stock, "update", 0),
        (prices, "record", 0),
        (Applying, "_relations", 0),
    ],
)
def test_the_day_begins_while_an_import_writes(shop, monkeypatch, owner, place, switched):
    """As if it began after the import, which has replaced what waited, or before it."""
    with meanwhile(monkeypatch, owner, place, switch) as job:
        report = shop.deliver(6, "11,00", "2")
    assert (job[0].result(), report.changed) == (switched, 3)
    assert (shop.prices(), shop.waiting()) == ({(1100, 1100)}, set())
    assert shop.history() == {(UP, (1200, 1100)) if switched else ((1000, 1100),)}
    assert switch() == 0


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("cells", "cost", "waiting", "more"),
    [
        (["11,00", "2"], (1100, 1100), set(), ((1200, 1100),)),
        (["10,00", "1"], (1000, 1000), set(), ((1200, 1000),)),
        (["13,00", "1", "09.01.2026"], (1200, 1200), {(9, 1300)}, ()),
    ],
)
def test_an_import_compares_with_the_prices_that_the_job_is_switching(
    shop, admin_user, monkeypatch, place, cells, cost, waiting, more
):
    with meanwhile(monkeypatch, switching, place, lambda: shop.deliver(8, *cells)) as imported:
        assert switch() == 3
    report = imported[0].result()
    assert (shop.prices(), shop.waiting(), shop.history()) == ({cost}, waiting, {(UP, *more)})
    on(8, lambda: services.rollback_run(run_id=report.run, actor=admin_user))()
    assert (shop.prices(), shop.waiting()) == ({(1200, 1200)}, set())


def test_an_import_and_the_job_at_the_same_moment(shop):
    for _ in range(ROUNDS):
        switched, report = at_once(switch, lambda: shop.deliver(8, "11,00", "2"))
        assert (switched in (0, 3), report.changed) == (True, 3)
        assert (shop.prices(), shop.waiting()) == ({(1100, 1100)}, set())
        assert shop.history() == {(UP, (1200, 1100))}
        shop.begin()


def test_a_job_does_not_wait_for_a_customer_who_is_ordering_nor_keeps_him(shop):
    first, second = record(0).get().pk, record(1).get().pk
    record(0).update(num_in_stock=1)  # now it lies behind the others

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert hold({first: 1}) == []
            job = pool.submit(apart, switch)
            until_met(job)
            assert hold({second: 1}) == []
        assert job.result() == 2
    assert [int(each.get().price) for each in (record(0), record(1), record(2))] == [10, 12, 12]
    assert switch() == 1
    assert (shop.prices(), shop.history()) == ({(1200, 1200)}, {(UP,)})
    assert list(StockRecord.objects.order_by("pk").values_list("num_allocated", flat=True)) == [1, 1, None]


@pytest.mark.parametrize("place", PLACES)
def test_a_customer_gets_his_pieces_while_the_job_is_at_work(shop, monkeypatch, place):
    records = sorted(StockRecord.objects.values_list("pk", flat=True))

    def order():
        with transaction.atomic():
            return hold(dict.fromkeys(records, 1))

    with meanwhile(monkeypatch, switching, place, order) as ordered:
        assert switch() == 3
    assert ordered[0].result() == []
    assert shop.prices() == {(1200, 1200)}
    assert set(StockRecord.objects.values_list("num_in_stock", "num_allocated")) == {(1, 1)}


def test_customers_and_the_job_at_the_same_moment(shop):
    records = sorted(StockRecord.objects.values_list("pk", flat=True))
    StockRecord.objects.update(num_in_stock=50)

    def order():
        for _ in range(10):
            with transaction.atomic():
                assert hold(dict.fromkeys(records, 1)) == []

    switched, *_ordered = at_once(switch, order, order)
    while more := switch():
        switched += more
    assert (switched, _ordered) == (3, [None, None])
    assert (shop.prices(), shop.history()) == ({(1200, 1200)}, {(UP,)})
    assert set(StockRecord.objects.values_list("num_in_stock", "num_allocated")) == {(50, 20)}


@pytest.mark.parametrize("place", PLACES)
def test_of_two_jobs_one_does_the_work(shop, monkeypatch, place):
    with meanwhile(monkeypatch, switching, place, switch) as other:
        assert switch() == 3
    assert other[0].result() == 0
    assert (shop.prices(), shop.waiting(), shop.history()) == ({(1200, 1200)}, set(), {(UP,)})


def test_three_jobs_at_the_same_moment(shop):
    for _ in range(ROUNDS):
        switched = at_once(switch, switch, switch)
        assert sum(switched) == 3
        assert (shop.prices(), shop.waiting(), shop.history()) == ({(1200, 1200)}, set(), {(UP,)})
        shop.begin()


def test_a_price_that_staff_are_saving_is_switched_a_minute_later(shop):
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            mine = record(0).get()
            mine.price = 15
            mine.save()
            job = pool.submit(apart, switch)
            until_met(job)
        assert job.result() == 2
    assert [int(each.get().price) for each in (record(0), record(1), record(2))] == [15, 12, 12]
    assert switch() == 1
    assert (shop.prices(), shop.history()) == ({(1200, 1200)}, {(UP,), ((1000, 1500), (1500, 1200))})


@pytest.mark.parametrize("place", PLACES)
def test_what_staff_save_while_the_job_is_at_work_counts(shop, monkeypatch, place):
    mine = record(0).get()
    mine.price = 15
    with meanwhile(monkeypatch, switching, place, mine.save) as saved:
        switch()
    saved[0].result()
    assert [int(each.get().price) for each in (record(0), record(1), record(2))] == [15, 12, 12]
    assert {tuple(sorted(new for _old, new in changes)) for changes in shop.history()} == {(1200,), (1200, 1500)}
    assert (shop.waiting(), switch()) == (set(), 0)
