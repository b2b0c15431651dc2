"""Lists of prices or stock that do not say how a part is sold: the shop knows it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from oscar.core.loading import get_model

from dealer_import import services
from dealer_import.profiles.loading import resolve_profile
from dealer_import.services import run_import
from shopflow.parts.models import PartRecord

StockRecord = get_model("partner", "StockRecord")
pytestmark = pytest.mark.django_db

WHOLE = {
    "number": {"from": "Nr", "required": True},
    "brand": {"const": "Filtrax"},
    "title": {"from": "Titel"},
    "list_price": {"from": "Preis", "type": "money"},
    "price_per": {"from": "PE"},
    "pack_qty": {"from": "VE"},
    "discount_group": {"from": "RG"},
    "stock": {"from": "Bestand", "type": "quantity"},
}
OFFER = {"offer_price": {"from": "Aktion", "type": "money"}, "offer_until": {"from": "bis", "type": "date"}}
LIST = {name: WHOLE[name] for name in ("number", "brand", "list_price")}
STOCK = {name: WHOLE[name] for name in ("number", "brand", "stock")}
FIRST = "Nr;Titel;Preis;PE;VE;RG;Bestand\nS-1;Schraube;3,45;100;200;21;1000\nF-1;Filter;10,00;1;1;22;7\n"


@pytest.fixture
def take(tmp_path):
    """Import a text by columns and return the report; every text is a file of the same source."""

    def run(text, columns, **options):
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="cp1252")
        table = {"format": "csv", "encoding": "cp1252", "delimiter": ";", "decimal": ",", "source": "dms"}
        table |= {"stock_counts": "pieces"} | options
        report = run_import(path=path, profile=resolve_profile("p", {"p": {**table, "columns": columns}}))
        assert (report.outcome, report.rejected) == ("applied", 0), report
        return report

    return run


def sold(key):
    record = StockRecord.objects.get(product__part_record__number_key=key)
    return round(record.price * 100), record.num_in_stock


def test_a_price_list_counts_by_the_pack_that_the_shop_sells(take):
    take(FIRST, WHOLE)
    assert (sold("S1"), sold("F1")) == ((690, 5), (1000, 7))

    report = take("Nr;Preis\nS-1;3,55\nF-1;10,50\n", LIST, mode="prices")

    assert report.changed == 2
    assert (sold("S1"), sold("F1")) == ((710, 5), (1050, 7))
    part = PartRecord.objects.get(number_key="S1")
    assert (part.list_price_cents, part.price_per, part.pack_qty, part.sales_qty) == (355, 100, 200, 200)


def test_a_stock_list_counts_pieces_as_packs(take):
    take(FIRST, WHOLE)
    take("Nr;Bestand\nS-1;799\nF-1;3\n", STOCK, mode="stock")
    assert (sold("S1"), sold("F1")) == ((690, 3), (1000, 3))


def test_a_stock_list_that_counts_sales_is_taken_as_it_is(take):
    take(FIRST, WHOLE)
    take("Nr;Bestand\nS-1;9\n", STOCK, mode="stock", stock_counts="sellable")
    assert sold("S1") == (690, 9)


def test_the_factor_of_the_group_that_the_shop_knows_counts(take):
    rule = {"price_rule": {"factor": "0.95", "by_group": {"21": "0.833333", "5 % o'neill": "0.5"}}}
    take(FIRST.replace(";22;", ";5 % o'neill;"), WHOLE, **rule)
    assert (sold("S1")[0], sold("F1")[0]) == (575, 500)
    take("Nr;Preis\nS-1;3,55\nF-1;10,50\n", LIST, mode="prices", **rule)
    assert (sold("S1")[0], sold("F1")[0]) == (592, 525)


def test_an_offer_and_the_price_after_it_are_for_the_pack_too(take):
    take(FIRST, WHOLE)
    with time_machine.travel(datetime(2026, 11, 22, 8, tzinfo=UTC), tick=False):
        take("Nr;Preis;Aktion;bis\nS-1;3,55;2,95;30.11.2026\n", LIST | OFFER, mode="prices")
    assert sold("S1") == (590, 5)
    with time_machine.travel(datetime(2026, 12, 1, 8, tzinfo=UTC), tick=False):
        assert services.switch_due_prices() == 1
    assert sold("S1") == (710, 5)


def test_a_whole_delivery_without_the_columns_leaves_the_pack_to_the_shop(take):
    take(FIRST, WHOLE)
    columns = {name: WHOLE[name] for name in ("number", "brand", "title", "list_price", "stock")}
    take("Nr;Titel;Preis;Bestand\nS-1;Schraube;3,55;600\nF-1;Filter;10,00;7\n", columns)
    assert (sold("S1"), sold("F1")) == ((710, 3), (1000, 7))


def test_another_pack_alone_changes_the_price_of_a_sale(take):
    take(FIRST, WHOLE)
    columns = {name: column for name, column in WHOLE.items() if name != "price_per"}
    take("Nr;Titel;Preis;VE;RG;Bestand\nS-1;Schraube;3,45;50;21;1000\nF-1;Filter;10,00;1;22;7\n", columns)
    part = PartRecord.objects.get(number_key="S1")
    assert (part.price_per, part.pack_qty, part.sales_qty) == (100, 50, 50)
    assert sold("S1") == (173, 20)


def test_swapped_column_names_are_noticed_though_every_row_is_the_same(take):
    columns = {**WHOLE, "cost": {"from": "EK", "type": "money"}}
    rows = "S-1;Schraube;3,45;1;1;21;1000;2,00\n"
    take("Nr;Titel;Preis;PE;VE;RG;Bestand;EK\n" + rows, columns)
    assert sold("S1") == (345, 1000)
    take("Nr;Titel;EK;PE;VE;RG;Bestand;Preis\n" + rows, columns)
    assert sold("S1") == (200, 1000)


@pytest.mark.parametrize("counts", ["pieces", "sellable"])
def test_a_pack_that_staff_have_locked_is_what_price_and_stock_are_reckoned_by(take, admin_user, counts):
    take(FIRST, WHOLE)
    part = PartRecord.objects.get(number_key="S1")
    services.lock_field(product_id=part.product_id, field="pack_qty", actor=admin_user)
    other = FIRST.replace(";200;", ";50;").replace("3,45", "3,65")
    assert other != FIRST
    report = take(other + "N-1;Niete;1,00;100;100;22;900\n", WHOLE, stock_counts=counts)
    part.refresh_from_db()
    assert (part.pack_qty, part.sales_qty, part.list_price_cents) == (200, 200, 365)
    assert report.warnings == {"field_locked": 1}
    stock = {"pieces": (5, 9), "sellable": (1000, 900)}[counts]
    assert (sold("S1"), sold("N1")) == ((730, stock[0]), (100, stock[1]))

    services.unlock_field(product_id=part.product_id, field="pack_qty", actor=admin_user)
    take(other, WHOLE, mode="delta", stock_counts=counts)
    assert sold("S1")[0] == 183
