"""Prices over time: history, rules, special offers, days to come."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from oscar.core.loading import get_model

from dealer_import import services
from dealer_import.canonical import Part
from dealer_import.models import ScheduledPrice
from dealer_import.pricing import LaterPrice, price_plan, price_rule
from dealer_import.profiles import BadProfile
from dealer_import.profiles.building import build_profile
from shopflow.parts.models import PartRecord, PriceHistory
from shopflow.parts.queries import lowest_net_cents

StockRecord = get_model("partner", "StockRecord")
KEY = "1N0000013AC"
TODAY = date(2026, 11, 22)


def part(**values):
    return Part(1, 0, "B", "B", "1", "1", "T", **{"list_price_cents": 1000, **values})


def test_the_rule_takes_the_groups_factor_before_the_general_one():
    rule = price_rule("p", {"price_rule": {"factor": "0.95", "by_group": {"21": "0.8"}}})
    assert price_plan(part(), rule, TODAY).sale_cents == 950
    assert price_plan(part(discount_group="21"), rule, TODAY).sale_cents == 800
    assert price_plan(part(list_price_cents=333), rule, TODAY).sale_cents == 316
    assert price_plan(part(list_price_cents=1050, price_per=100, pack_qty=50), rule, TODAY).sale_cents == 499
    assert price_plan(part(list_price_cents=1), rule, TODAY).sale_cents == 1


def test_a_sale_costs_a_cent_at_least():
    assert part(list_price_cents=40, price_per=100).sale_price_cents == 1
    assert part(list_price_cents=40, price_per=100, pack_qty=50).sale_price_cents == 20
    assert part(list_price_cents=0, price_per=100).sale_price_cents == 0


@pytest.mark.parametrize("table", [{"factor": "0"}, {"factor": "-1"}, {"factor": "viel"}, {"by_group": {"1": True}}, 5])
def test_a_rule_that_is_none_is_named(table):
    with pytest.raises(BadProfile, match="price_rule"):
        price_rule("p", {"price_rule": table})


def test_an_offer_holds_on_its_days_and_the_list_price_comes_back():
    rule = price_rule("p", {})
    now = part(offer_price_cents=800, offer_from=date(2026, 11, 20), offer_until=date(2026, 11, 30))
    assert price_plan(now, rule, TODAY) == (800, False, (LaterPrice(date(2026, 12, 1), 1000, 1000, None),), 800)
    later = part(offer_price_cents=800, offer_from=date(2026, 12, 24), offer_until=date(2026, 12, 26))
    days = (LaterPrice(date(2026, 12, 24), 1000, 800, 800), LaterPrice(date(2026, 12, 27), 1000, 1000, None))
    assert price_plan(later, rule, TODAY) == (1000, False, days, None)
    over = part(offer_price_cents=800, offer_until=date(2026, 11, 21))
    assert price_plan(over, rule, TODAY) == (1000, False, (), None)


@pytest.mark.parametrize("ends", [None, date.max])
def test_an_offer_without_an_end_has_none_however_it_is_written(ends):
    rule, later = price_rule("p", {}), date(2026, 12, 24)
    assert price_plan(part(offer_price_cents=800, offer_until=ends), rule, TODAY) == (800, False, (), 800)
    begins = part(offer_price_cents=800, offer_from=later, offer_until=ends)
    assert price_plan(begins, rule, TODAY) == (1000, False, (LaterPrice(later, 1000, 800, 800),), None)


def test_a_list_price_of_a_later_day_waits_behind_an_offer():
    rule, first = price_rule("p", {}), date(2026, 12, 5)
    offer = {"offer_price_cents": 800, "offer_from": TODAY, "offer_until": date(2026, 11, 30)}
    days = (LaterPrice(date(2026, 12, 1), 1000, 1000, None, True), LaterPrice(first, 1000, 1000, None))
    assert price_plan(part(valid_from=first, **offer), rule, TODAY) == (800, True, days, 800)
    offer |= {"offer_from": date(2026, 11, 30), "offer_until": first}
    days = (
        LaterPrice(date(2026, 11, 30), 1000, 800, 800, True),
        LaterPrice(first, 1000, 800, 800),
        LaterPrice(date(2026, 12, 6), 1000, 1000, None),
    )
    assert price_plan(part(valid_from=first, **offer), rule, TODAY) == (1000, True, days, None)


HEADINGS = "Nummer;Marke;Bezeichnung;Preis;ab;Angebot;von;bis;PE;VE;Rabattgruppe\n"


def small_profile(**options):
    """A catalogue of prices alone, which may be offers and begin on later days."""
    columns = {"number": {"from": "Nummer"}, "brand": {"from": "Marke"}, "title": {"from": "Bezeichnung"}}
    columns |= {"list_price": {"from": "Preis"}}
    columns |= {"valid_from": {"from": "ab"}, "offer_price": {"from": "Angebot"}, "offer_from": {"from": "von"}}
    columns |= {"offer_until": {"from": "bis"}, "price_per": {"from": "PE"}, "pack_qty": {"from": "VE"}}
    columns |= {"discount_group": {"from": "Rabattgruppe"}}
    columns |= {"unit": {"const": "Stk"}, "tax": {"const": "19"}, "stock": {"const": "3"}}
    table = {"format": "csv", "delimiter": ";", "encoding": "utf-8", "mode": "full", "columns": columns}
    return build_profile("prices", {**table, **options})


@pytest.fixture
def deliver(tmp_path):
    """Import rows of prices at eight o'clock of a day in November or December and say what the part costs then."""
    count = iter(range(100))

    def run(day, *rows, profile=None):
        path = tmp_path / f"{next(count)}.csv"
        path.write_text(HEADINGS + "".join(f"{row}\n" for row in rows))
        with time_machine.travel(datetime(*day, 8, tzinfo=UTC), tick=False):
            report = services.run_import(path=path, profile=profile or small_profile())
        assert report.outcome == "applied", report.message
        return cost()

    return run


def cost():
    """Net price of one sale and list price of the part, in cents."""
    record = StockRecord.objects.get(product__part_record__number_key="A1")
    return int(record.price * 100), PartRecord.objects.get(number_key="A1").list_price_cents


def switched(*day):
    with time_machine.travel(datetime(*day, 8, tzinfo=UTC), tick=False):
        services.switch_due_prices()
    return cost()


@pytest.mark.django_db
def test_between_an_offer_and_a_later_list_price_the_price_of_before_holds(deliver):
    assert deliver((2026, 11, 20), "A1;Bosch;Teil;9,00;;;;;1;1;") == (900, 900)
    row = "A1;Bosch;Teil;10,00;05.12.2026;8,00;22.11.2026;30.11.2026;1;1;"
    assert deliver((2026, 11, 22), row) == (800, 900)
    assert switched(2026, 11, 30) == (800, 900)
    assert switched(2026, 12, 1) == (900, 900)
    assert deliver((2026, 12, 2), row, "B2;Bosch;kein Preis;;;;;;1;1;") == (900, 900)
    assert switched(2026, 12, 4) == (900, 900)
    assert switched(2026, 12, 5) == (1000, 1000)
    history = PriceHistory.objects.order_by("pk").values_list("old_net_cents", "new_net_cents")
    assert list(history) == [(900, 800), (800, 900), (900, 1000)]


@pytest.mark.django_db
def test_an_offer_that_is_withdrawn_gives_way_to_the_list_price_in_force(deliver):
    deliver((2026, 11, 20), "A1;Bosch;Teil;9,00;;;;;1;1;")
    assert deliver((2026, 11, 22), "A1;Bosch;Teil;10,00;05.12.2026;8,00;;;1;1;") == (800, 900)
    assert deliver((2026, 11, 23), "A1;Bosch;Teil;10,00;05.12.2026;;;;1;1;") == (900, 900)
    assert switched(2026, 12, 5) == (1000, 1000)


@pytest.mark.django_db
def test_the_price_of_before_follows_rule_pack_and_price_unit(deliver):
    rule = {"price_rule": {"factor": "0.95", "by_group": {"21": "0.8"}}}
    profile = small_profile(**rule)
    assert deliver((2026, 11, 20), "A1;Bosch;Teil;9,00;;;;;100;200;21", profile=profile) == (1440, 900)
    row = "A1;Bosch;Teil;10,00;05.12.2026;8,00;25.11.2026;30.11.2026;100;200;21"
    assert deliver((2026, 11, 22), row, profile=profile) == (1440, 900)
    assert switched(2026, 11, 25) == (1600, 900)
    assert switched(2026, 12, 1) == (1440, 900)
    assert switched(2026, 12, 5) == (1600, 1000)


@pytest.mark.django_db
def test_a_new_part_has_no_price_of_before(deliver):
    row = "A1;Bosch;Teil;10,00;05.12.2026;8,00;22.11.2026;30.11.2026;1;1;"
    assert deliver((2026, 11, 22), row) == (800, 1000)
    assert switched(2026, 12, 1) == (1000, 1000)
    assert switched(2026, 12, 5) == (1000, 1000)


def priced(row, euro, valid_from=None):
    row = row.replace(b";27,65;", b";" + euro + b";")
    if valid_from:
        cells = row.split(b";")
        cells[-2] = valid_from
        row = b";".join(cells)
    return row


@pytest.mark.django_db
def test_p09_one_row_of_history_per_change_and_none_without(bring_in, export):
    first, *rest = export.good
    for day, euro in enumerate((b"27,65", b"28,65", b"28,65", b"27,65"), start=10):
        bring_in(export.write([priced(first, euro), *rest], stamp=f"{day}.11.2026 05:30"))
    changes = PriceHistory.objects.order_by("pk").values_list("old_net_cents", "new_net_cents")
    assert list(changes) == [(2765, 2865), (2865, 2765)]


@pytest.mark.django_db
def test_p21_a_price_with_a_later_day_switches_once_at_midnight_in_berlin(bring_in, export):
    first, *rest = export.good
    with time_machine.travel(datetime(2026, 11, 22, 8, tzinfo=UTC), tick=False):
        bring_in(export.write([first, *rest], stamp="21.11.2026 05:30"))
        bring_in(export.write([priced(first, b"31,00", b"24.11.2026"), *rest], stamp="22.11.2026 05:30"))
    record = StockRecord.objects.get(product__part_record__number_key=KEY)
    assert (record.price, PartRecord.objects.get(number_key=KEY).list_price_cents) == (Decimal("27.65"), 2765)
    assert PriceHistory.objects.count() == 0
    with time_machine.travel(datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC), tick=False):
        assert services.switch_due_prices() == 0
    with time_machine.travel(datetime(2026, 11, 23, 23, 0, 0, tzinfo=UTC), tick=False):
        assert services.switch_due_prices() == 1
        assert services.switch_due_prices() == 0
    record.refresh_from_db()
    assert (record.price, PartRecord.objects.get(number_key=KEY).list_price_cents) == (Decimal("31.00"), 3100)
    assert list(PriceHistory.objects.values_list("old_net_cents", "new_net_cents")) == [(2765, 3100)]
    with time_machine.travel(datetime(2026, 11, 25, 8, tzinfo=UTC), tick=False):
        again = bring_in(export.write([priced(first, b"31,00", b"24.11.2026"), *rest], stamp="25.11.2026 05:30"))
    assert (again.changed, PriceHistory.objects.count()) == (0, 1)


@pytest.mark.django_db
def test_a_withdrawn_later_price_never_comes_into_force(bring_in, export):
    first, *rest = export.good
    with time_machine.travel(datetime(2026, 11, 22, 8, tzinfo=UTC), tick=False):
        bring_in(export.write([first, *rest], stamp="20.11.2026 05:30"))
        bring_in(export.write([priced(first, b"31,00", b"24.11.2026"), *rest], stamp="21.11.2026 05:30"))
        assert ScheduledPrice.objects.filter(switched_at=None).count() == 1
        bring_in(export.write([first, *rest], stamp="22.11.2026 05:30"))
    assert ScheduledPrice.objects.count() == 0
    with time_machine.travel(datetime(2026, 11, 25, 8, tzinfo=UTC), tick=False):
        assert services.switch_due_prices() == 0
    assert StockRecord.objects.get(product__part_record__number_key=KEY).price == Decimal("27.65")


@pytest.mark.django_db
def test_p23_the_lowest_price_of_thirty_days_after_ten_ups_and_downs(bring_in, export):
    first, *rest = export.good
    prices = [2765, 2500, 2600, 2400, 2900, 2450, 3000, 2700, 2800, 2750]
    with time_machine.travel(datetime(2026, 9, 1, 8, tzinfo=UTC), tick=False) as clock:
        for position, cents in enumerate(prices):
            clock.move_to(datetime(2026, 9, 1 + 5 * (position % 5), 8, tzinfo=UTC).replace(month=9 + position // 5))
            euro = f"{cents // 100},{cents % 100:02d}".encode()
            stamp = f"{1 + 5 * (position % 5):02}.{9 + position // 5:02}.2026 05:30"
            bring_in(export.write([priced(first, euro), *rest], stamp=stamp))
        found = PartRecord.objects.get(number_key=KEY)
        assert PriceHistory.objects.filter(part=found).count() == 9
    for month, day, lowest in ((10, 25, {2450}), (10, 12, {2400}), (12, 20, set())):
        at = datetime(2026, month, day, 8, tzinfo=UTC)
        assert set(lowest_net_cents([found.product_id], at=at).values()) == lowest


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["prices", "stock"])
def test_a_list_of_prices_or_stock_brings_no_part_back_into_the_range(deliver, mode):
    deliver((2026, 11, 20), "A1;Bosch;Teil;9,00;;;;;1;1;")
    deliver((2026, 11, 21), "B2;Bosch;Teil;9,00;;;;;1;1;")
    found = PartRecord.objects.get(number_key="A1")
    assert (found.missing, found.hidden_by_import, found.product.is_public) == (True, True, False)
    assert deliver((2026, 11, 22), "A1;Bosch;Teil;9,50;;;;;1;1;", profile=small_profile(mode=mode))[0] == (
        950 if mode == "prices" else 900
    )
    found = PartRecord.objects.get(number_key="A1")
    assert (found.missing, found.hidden_by_import, found.product.is_public) == (True, True, False)
