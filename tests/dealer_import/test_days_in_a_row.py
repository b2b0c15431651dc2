"""Deliveries one after the other: GTINs and successors that move, and a second seller of the same product."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from oscar.core.loading import get_model

from dealer_import import services
from dealer_import.models import FieldOwner
from dealer_import.profiles.building import build_profile
from shopflow.parts.models import PartRecord, PartSuccession

pytestmark = pytest.mark.django_db
Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")
FIRST, SECOND = "4000000000013", "4000000000020"
NAMES = {"number": "number", "list_price": "price", "stock": "stock", "gtin": "ean", "successor": "successor"}
CONSTANT = {"brand": "Bosch", "title": "Teil", "unit": "Stk", "tax": "19"}


@pytest.fixture
def deliver(tmp_path):
    """Import rows of number, price, stock, EAN, successor and first day as a whole catalogue."""
    columns = {name: {"from": column} for name, column in NAMES.items()} | {"valid_from": {"from": "day"}}
    columns |= {name: {"const": value} for name, value in CONSTANT.items()}
    table = {"format": "csv", "delimiter": ";", "encoding": "utf-8", "mode": "full", "columns": columns}
    count = iter(range(100))

    def run(*rows, **options):
        path = tmp_path / f"{next(count)}.csv"
        path.write_text("number;price;stock;ean;successor;day\n" + "".join(f"{row}\n" for row in rows))
        report = services.run_import(path=path, profile=build_profile("days", {**table, **options}))
        assert report.outcome == "applied", report.message
        return report

    return run


def gtins():
    return dict(PartRecord.objects.values_list("number_key", "product__upc"))


def links():
    return set(PartSuccession.objects.values_list("part__number_key", "successor__number_key"))


def test_gtins_change_places_within_one_delivery(deliver):
    deliver(f"A1;1,00;1;{FIRST};;", f"B2;1,00;1;{SECOND};;")
    report = deliver(f"A1;1,00;1;{SECOND};;", f"B2;1,00;1;{FIRST};;")
    assert (gtins(), report.warnings) == ({"A1": SECOND, "B2": FIRST}, {})
    report = deliver("A1;1,00;1;;;", f"B2;1,00;1;{SECOND};;")
    assert (gtins(), report.warnings) == ({"A1": "", "B2": SECOND}, {})


def test_a_gtin_that_staff_have_locked_stays_where_it_is(deliver):
    deliver(f"A1;1,00;1;{FIRST};;", "B2;1,00;1;;;")
    locked = PartRecord.objects.get(number_key="A1")
    FieldOwner.objects.create(part=locked, field="gtin", owner="locked", set_at=datetime(2026, 1, 1, tzinfo=UTC))
    report = deliver("A1;1,00;1;;;", f"B2;1,00;1;{FIRST};;")
    assert (gtins(), report.warnings["ean_duplicate"]) == ({"A1": FIRST, "B2": ""}, 1)


def test_a_successor_comes_back_once_the_loop_is_gone_from_another_row(deliver):
    unchanged = "C3;1,00;1;;B2;"
    deliver("B2;1,00;1;;;", unchanged)
    assert links() == {("C3", "B2")}
    assert deliver("B2;1,00;1;;C3;", unchanged).warnings["succession_loop"] == 2
    assert links() == set()
    deliver("B2;1,00;1;;;", unchanged)
    assert links() == {("C3", "B2")}


@pytest.fixture
def other(deliver):
    """The stock record of somebody else who sells the part A1 at the price and with the stock of the next delivery."""
    deliver("A1;10,00;5;;;")
    partner = get_model("partner", "Partner").objects.create(code="other", name="Other")
    return StockRecord.objects.create(
        product=Product.objects.get(), partner=partner, partner_sku="A1", price=9, num_in_stock=7
    )


def sold(record):
    record.refresh_from_db()
    return int(record.price * 100), record.num_in_stock


def test_taking_back_leaves_other_sellers_alone(deliver, other, admin_user):
    services.rollback_run(run_id=deliver("A1;9,00;7;;;").run, actor=admin_user)
    assert (sold(other), sold(StockRecord.objects.get(partner__code="dms"))) == ((900, 7), (1000, 5))


@pytest.mark.parametrize("code", ["", "south"])
def test_a_later_price_is_that_of_the_seller_who_delivers_it(deliver, other, code):
    with time_machine.travel(datetime(2026, 1, 5, 8, tzinfo=UTC), tick=False):
        deliver("A1;10,00;6;;;", partner=code)
        deliver("A1;12,00;6;;;07.01.2026", partner=code)
    with time_machine.travel(datetime(2026, 1, 8, 8, tzinfo=UTC), tick=False):
        assert services.switch_due_prices() == 1
    prices = dict(StockRecord.objects.values_list("partner__code", "price"))
    expected = {"other": 9, "dms": 12} if not code else {"other": 9, "dms": 10, "south": 12}
    assert prices == expected
