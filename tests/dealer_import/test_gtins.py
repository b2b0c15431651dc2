"""A GTIN belongs to one part at a time: how it moves between parts that are known, new, or gone from the range."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

from dealer_import import services
from dealer_import.models import FieldOwner, ImportRun, PartUndo
from dealer_import.profiles.building import build_profile
from shopflow.parts.models import PartRecord

pytestmark = pytest.mark.django_db
Product = get_model("catalogue", "Product")
ONE, TWO, THREE = "4000000000013", "4000000000020", "4000000000037"
NAMES = {"number": "number", "list_price": "price", "gtin": "ean"}
LOOSE = {"max_missing_percent": 100, "min_rows_percent": 0}
CONSTANT = {"brand": "Bosch", "title": "Teil", "unit": "Stk", "tax": "19", "stock": "1"}


@pytest.fixture
def deliver(tmp_path):
    """Import parts given as number and EAN, or as whole rows of number, price and EAN; as a whole catalogue."""
    columns = {name: {"from": column} for name, column in NAMES.items()}
    columns |= {name: {"const": value} for name, value in CONSTANT.items()}
    count = iter(range(100))

    def run(*rows, gtin=None, dry_run=False, **options):
        parts = [(f"{row};1,00;{parts[row]}" if ";" not in row else row) for parts in rows for row in parts]
        if options.pop("shuffled", False):
            random.Random(1).shuffle(parts)
        number = next(count)
        path = tmp_path / f"{number}.csv"
        path.write_text("number;price;ean\n" + "".join(f"{part}\n" for part in parts) + "\n" * number)
        told = {**columns, "gtin": {**columns["gtin"], **(gtin or {})}}
        table = {"format": "csv", "delimiter": ";", "encoding": "utf-8", "mode": "full", "columns": told, **options}
        report = services.run_import(path=path, profile=build_profile("gtins", table), dry_run=dry_run)
        assert report.outcome == "applied", report.message
        return report

    return run


def shop():
    """EAN by number."""
    return {key: upc or "" for key, upc in PartRecord.objects.values_list("number_key", "product__upc")}


def everything():
    """All that a taken back run must leave as it was."""
    fields = ("number_key", "product__upc", "product__is_public")
    fields += ("missing", "hidden_by_import", "missed_runs", "source")
    return list(PartRecord.objects.order_by("number_key").values_list(*fields))


def counts(report):
    return report.created, report.changed, report.unchanged, report.hidden, report.warnings


def lock(number):
    part = PartRecord.objects.get(number_key=number)
    FieldOwner.objects.create(part=part, field="gtin", owner="locked", set_at=datetime(2026, 1, 1, tzinfo=UTC))


MOVES = {
    "to a new part": ({"A": ONE, "B": TWO}, {"A": "", "B": TWO, "N": ONE}, (1, 1, 1, 0)),
    "to a new part from one that gets another": ({"A": ONE, "B": ""}, {"A": THREE, "B": "", "N": ONE}, (1, 1, 1, 0)),
    "to a new part, and back from a known one": ({"A": ONE, "B": TWO}, {"A": TWO, "B": "", "N": ONE}, (1, 2, 0, 0)),
    "renumbered": ({"A": ONE, "B": TWO}, {"N": ONE, "B": TWO}, (1, 0, 1, 1)),
    "renumbered, to a known part": ({"A": ONE, "B": ""}, {"B": ONE}, (0, 1, 0, 1)),
    "renumbered twice": ({"A": ONE, "B": TWO}, {"N": ONE, "M": TWO}, (2, 0, 0, 2)),
    "renumbered, and handed on": ({"A": ONE, "B": TWO}, {"B": ONE, "N": TWO}, (1, 1, 0, 1)),
    "swapped": ({"A": ONE, "B": TWO}, {"A": TWO, "B": ONE}, (0, 2, 0, 0)),
    "round in a ring": ({"A": ONE, "B": TWO, "C": THREE}, {"A": TWO, "B": THREE, "C": ONE}, (0, 3, 0, 0)),
}


@pytest.fixture(params=MOVES.values(), ids=MOVES.keys())
def move(request):
    return request.param


@pytest.mark.parametrize("shuffled", [False, pytest.param(True, marks=pytest.mark.once)])
def test_a_gtin_moves_within_one_delivery(deliver, move, shuffled):
    before, after, numbers = move
    deliver(before)
    assert shop() == before
    told = counts(deliver(after, dry_run=True, shuffled=shuffled))
    assert shop() == before
    assert told == (*numbers, {})
    assert counts(deliver(after, shuffled=shuffled)) == told
    assert shop() == {**dict.fromkeys(before, ""), **after}


def test_a_move_that_is_delivered_again_touches_no_row(deliver, move):
    before, after, _numbers = move
    deliver(before)
    deliver(after)
    stand, dates = everything(), list(Product.objects.order_by("pk").values_list("date_updated", flat=True))
    report = deliver(after)
    assert counts(report) == (0, 0, len(after), 0, {})
    assert (everything(), list(Product.objects.order_by("pk").values_list("date_updated", flat=True))) == (stand, dates)
    assert not PartUndo.objects.filter(run_id=report.run).exists()
    assert not PartRecord.objects.filter(changed_by_run=report.run).exists()


def test_taking_a_move_back_restores_every_part(deliver, move, admin_user):
    before, after, _numbers = move
    deliver(before)
    stand = everything()
    services.rollback_run(run_id=deliver(after).run, actor=admin_user)
    assert [part for part in everything() if part[0] in before] == stand
    assert {key: upc for key, upc in shop().items() if upc} == {key: upc for key, upc in before.items() if upc}
    assert deliver(after).warnings == {}
    assert shop() == {**dict.fromkeys(before, ""), **after}


@pytest.mark.parametrize("after", [{"N": ONE}, {"B": ONE}])
@pytest.mark.parametrize("mode", ["full", "delta"])
def test_a_part_that_was_hidden_long_ago_gives_its_gtin_up(deliver, admin_user, mode, after):
    deliver({"A": ONE, "B": ""})
    deliver({"B": ""})
    stand = everything()
    report = deliver({"B": "", **after}, mode=mode)
    assert (report.warnings, report.hidden, shop()) == ({}, 0, {"A": "", "B": "", **after})
    assert PartRecord.objects.get(number_key="A").missing
    services.rollback_run(run_id=report.run, actor=admin_user)
    assert [part for part in everything() if part[0] in "AB"] == stand


def test_a_part_that_is_shown_as_sold_out_is_out_of_the_range_all_the_same(deliver):
    deliver({"A": ONE, "B": ""}, missing="unavailable")
    report = deliver({"N": ONE, "B": ""}, missing="unavailable")
    assert (report.warnings, shop()) == ({}, {"A": "", "B": "", "N": ONE})
    assert Product.objects.get(part_record__number_key="A").is_public


def test_a_delta_takes_a_gtin_from_no_part_that_it_does_not_name(deliver):
    deliver({"A": ONE, "B": ""})
    report = deliver({"N": ONE}, mode="delta")
    assert (report.warnings, shop()) == ({"ean_duplicate": 1}, {"A": ONE, "B": "", "N": ""})
    report = deliver({"A": "", "N": ONE}, mode="delta")
    assert (report.warnings, shop()) == ({}, {"A": "", "B": "", "N": ONE})


def test_a_part_that_a_delta_takes_out_of_the_range_gives_its_gtin_up_at_once(deliver, tmp_path):
    deliver({"A": ONE, "B": ""})
    told = {**dict.fromkeys(NAMES), "number": "A", "list_price": "1,00", "gtin": ONE}
    path = tmp_path / "delta.json"
    path.write_text(json.dumps([{**told, "deleted": True}, {**told, "number": "N"}]))
    columns = {name: {"from": name} for name in NAMES} | {name: {"const": value} for name, value in CONSTANT.items()}
    table = {"format": "json", "mode": "delta", "columns": columns}
    report = services.run_import(path=path, profile=build_profile("gtins", table))
    assert (report.outcome, report.warnings, report.hidden) == ("applied", {}, 1), report.message
    assert shop() == {"A": "", "B": "", "N": ONE}


@pytest.mark.parametrize("back", [{"A": ONE, "N": ONE}, {"N": ONE, "A": ONE}])
def test_a_part_that_comes_back_does_without_the_gtin_that_it_has_given_up(deliver, back):
    deliver({"A": ONE, "B": ""})
    deliver({"N": ONE, "B": ""})
    for changed in (1, 0):
        report = deliver({**back, "B": ""})
        assert (report.warnings, report.changed) == ({"ean_duplicate": 1}, changed)
        assert shop() == {"A": "", "B": "", "N": ONE}
    assert not PartRecord.objects.filter(missing=True).exists()


@pytest.mark.parametrize("rows", [{"A;2,00;" + ONE: "", "N": ONE}, {"N": ONE, "A;2,00;" + ONE: ""}])
def test_who_has_a_gtin_keeps_it_wherever_its_row_stands(deliver, rows):
    deliver({"A": ONE})
    report = deliver(rows)
    assert (report.warnings, report.changed, shop()) == ({"ean_duplicate": 1}, 1, {"A": ONE, "N": ""})


def test_a_part_that_is_not_gone_yet_keeps_its_gtin_until_it_is(deliver):
    deliver({"A": ONE, "B": ""}, missing_after=2)
    assert deliver({"N": ONE, "B": ""}, missing_after=2).warnings == {"ean_duplicate": 1}
    assert shop() == {"A": ONE, "B": "", "N": ""}
    report = deliver({"N": ONE, "B": ""}, missing_after=2)
    assert (report.warnings, report.hidden, shop()) == ({}, 1, {"A": "", "B": "", "N": ONE})


def test_of_two_parts_that_want_the_gtin_of_one_that_is_gone_the_first_gets_it(deliver):
    deliver({"A": ONE, "B": ""})
    report = deliver({"B": ONE, "N": ONE})
    assert (report.warnings, shop()) == ({"ean_duplicate": 1}, {"A": "", "B": ONE, "N": ""})


def test_a_part_whose_row_is_refused_is_not_gone(deliver):
    deliver({"A": ONE, "B": ""})
    deliver({"B": ""})
    report = deliver({"A;0,00;" + ONE: "", "N": ONE, "B": ""})
    assert (report.rejected, report.warnings, shop()) == (1, {"ean_duplicate": 1}, {"A": ONE, "B": "", "N": ""})


@pytest.mark.parametrize("after", [{"N": ONE}, {"B": ONE}])
def test_a_gtin_that_staff_have_locked_stays_with_the_part_that_is_gone(deliver, after):
    deliver({"A": ONE, "B": ""})
    lock("A")
    for _ in range(2):
        assert deliver({"B": "", **after}).warnings == {"ean_duplicate": 1}
        assert shop() == {"A": ONE, "B": "", **dict.fromkeys(after, "")}


def test_a_part_that_may_not_take_a_gtin_lets_the_one_that_is_gone_keep_it(deliver):
    deliver({"A": ONE, "B": TWO})
    lock("B")
    assert deliver({"B": ONE}).warnings["ean_duplicate"] == 1
    assert shop() == {"A": ONE, "B": TWO}


def test_no_gtin_moves_where_the_profile_locks_them(deliver):
    deliver({"A": ONE, "B": TWO})
    report = deliver({"B": TWO, "N": ONE}, gtin={"owner": "locked"})
    assert (report.warnings["ean_duplicate"], shop()) == (1, {"A": ONE, "B": TWO, "N": ""})


def test_gtins_of_a_product_information_system_move_within_its_own_deliveries(deliver):
    pim = {"owner": "pim"}
    deliver({"A": ONE, "B": TWO}, gtin=pim)
    assert FieldOwner.objects.filter(field="gtin", owner="pim").count() == 2
    report = deliver({"B": ONE, "N": TWO}, gtin=pim)
    assert (report.warnings, shop()) == ({}, {"A": "", "B": ONE, "N": TWO})


def test_parts_of_another_source_keep_their_gtins(deliver):
    deliver({"A": ONE, "B": TWO}, source="other")
    deliver({"A": ONE}, source="other")
    report = deliver({"N": ONE, "M": TWO})
    assert (report.warnings, shop()) == ({"ean_duplicate": 2}, {"A": ONE, "B": TWO, "N": "", "M": ""})


def test_products_that_staff_made_keep_their_gtins_and_do_not_get_any(deliver):
    kind = get_model("catalogue", "ProductClass").objects.create(name="Zubehör")
    Product.objects.create(title="Eigenes", upc=TWO, product_class=kind, is_public=False)
    deliver({"A": ONE, "B": ""})
    sku = Product.objects.get(part_record__number_key="A").code
    Product.objects.create(title="Eigenes", code=sku.replace("A", "N"), product_class=kind)
    report = deliver({"B": TWO, "N": ONE})
    assert (report.warnings, shop()) == ({"ean_duplicate": 2}, {"A": ONE, "B": "", "N": ""})
    assert Product.objects.filter(upc=TWO, part_record=None).exists()


def test_taking_back_leaves_a_gtin_where_another_product_has_it_by_now(deliver, admin_user):
    deliver({"A": ONE, "B": TWO, "C": ""})
    first = deliver({"A": TWO, "B": THREE, "C": ""})
    deliver({"A": TWO, "B": THREE, "C": ONE})
    services.rollback_run(run_id=first.run, actor=admin_user)
    assert shop() == {"A": "", "B": TWO, "C": ONE}


def test_taking_back_leaves_alone_what_staff_have_written_since(deliver, admin_user):
    deliver({"A": ONE, "B": TWO})
    report = deliver({"A": TWO, "B": ONE})
    Product.objects.filter(part_record__number_key="B").update(upc=THREE)
    services.rollback_run(run_id=report.run, actor=admin_user)
    assert shop() == {"A": ONE, "B": THREE}


def statements(deliver, *rows, **options):
    with CaptureQueriesContext(connection) as queries:
        deliver(*rows, **options)
    return [query["sql"] for query in queries]


def test_a_run_in_which_no_gtin_moves_pays_nothing_for_those_in_which_some_do(deliver):
    deliver({"A": ONE, "B": TWO, "C": ""})
    asked = statements(deliver, {"A": ONE, "B;2,00;" + TWO: "", "N": THREE})
    assert ImportRun.objects.count() == 2
    about = [sql for sql in asked if "upc" in sql and "_stage_" in sql]
    assert [sql.split()[0] for sql in about] == ["SELECT", "CREATE", "INSERT"]
    assert not [sql for sql in asked if "_givers" in sql]


def test_moving_many_gtins_takes_as_many_statements_as_moving_a_few(deliver):
    def moved(first, last):
        told = [(f"X{number}", f"N{number}", f"20000{number:07}") for number in range(first, last)]
        told = [(old, new, gtin + check_digit(gtin)) for old, new, gtin in told]
        deliver({old: gtin for old, _new, gtin in told}, **LOOSE)
        kept = {old: "" for old, _new, _gtin in told[::2]}
        found = statements(deliver, {**kept, **{new: gtin for _old, new, gtin in told}}, **LOOSE)
        assert {new: upc for new, upc in shop().items() if new[0] == "N" and int(new[1:]) >= first} == {
            new: gtin for _old, new, gtin in told
        }
        return len(found)

    assert moved(0, 4) == moved(10, 60)


def check_digit(gtin):
    return str(-sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(gtin)) % 10)
