"""Parts that are gone only after several whole deliveries without them: what starts the counting anew."""

from __future__ import annotations

import pytest

from dealer_import import services
from dealer_import.models import ImportRun, PartUndo
from dealer_import.profiles.building import build_profile
from dealer_import.services.rolling_back import may_roll_back
from shopflow.parts.models import PartRecord
from shopflow.parts.services import forgive_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def deliver(tmp_path):
    """Import rows of number and price; a part is gone after two whole deliveries without it."""
    columns = {name: {"from": name} for name in ("number", "list_price")}
    constant = {"brand": "Bosch", "title": "Teil", "unit": "Stk", "tax": "19", "stock": "1"}
    columns |= {name: {"const": value} for name, value in constant.items()}
    table = {"format": "csv", "delimiter": ";", "encoding": "utf-8", "columns": columns, "missing_after": 2}
    count = iter(range(100))

    def run(*rows, mode="full"):
        path = tmp_path / f"{next(count)}.csv"
        path.write_text("".join(f"{row}\n" for row in ("number;list_price", *rows)))
        profile = build_profile("counting", {**table, "mode": mode})
        report = services.run_import(path=path, profile=profile, override_brakes=True)
        assert report.outcome == "applied", report.message
        return report

    return run


def counted():
    """How many whole deliveries have left the part A1 out, and whether it is gone."""
    return PartRecord.objects.values_list("missed_runs", "missing").get(number_key="A1")


@pytest.mark.parametrize(("row", "changed"), [("A1;1,00", 0), ("A1;2,00", 1), ("A1;oops", 0)])
def test_a_delta_that_names_a_part_starts_its_counting_anew(deliver, row, changed):
    deliver("A1;1,00", "B2;1,00", "C3;1,00")
    deliver("C3;1,00")
    assert counted() == (1, False)
    assert deliver(row, mode="delta").changed == changed
    assert counted() == (0, False)
    assert PartRecord.objects.get(number_key="B2").missed_runs == 1
    assert deliver("C3;2,00").hidden == 1
    assert counted() == (1, False)


def test_lists_of_prices_or_stock_do_not_count_for_the_range(deliver):
    deliver("A1;1,00", "C3;1,00")
    deliver("C3;1,00")
    deliver("A1;1,00", mode="prices")
    assert counted() == (1, False)


def test_any_number_of_parts_is_counted_anew_at_once(deliver):
    deliver("A1;1,00")
    PartRecord.objects.update(missed_runs=1)
    part = PartRecord.objects.get().pk
    assert forgive_named(part_ids=range(part, part + 300_000)) == 1
    assert counted() == (0, False)


def test_taking_a_delivery_back_that_only_counted_gives_the_counting_back(deliver, admin_user):
    deliver("A1;1,00", "B2;1,00")
    report = deliver("B2;1,00")
    assert (report.changed, report.hidden, counted()) == (0, 0, (1, False))
    assert may_roll_back(ImportRun.objects.get(pk=report.run))
    assert services.rollback_run(run_id=report.run, actor=admin_user).changed == 1
    assert counted() == (0, False)
    assert deliver("B2;2,00").hidden == 0
    assert counted() == (1, False)


def test_what_a_later_delivery_has_counted_stays(deliver, admin_user):
    deliver("A1;1,00", "B2;1,00")
    first = deliver("B2;1,00")
    deliver("B2;2,00")
    assert counted() == (2, True)
    services.rollback_run(run_id=first.run, actor=admin_user)
    assert counted() == (2, True)
    assert not may_roll_back(ImportRun.objects.get(pk=first.run))


def test_parts_that_are_named_leave_no_entry(deliver):
    deliver("A1;1,00", "B2;1,00")
    deliver("B2;1,00")
    entry = PartUndo.objects.get()
    assert (entry.part_id, entry.changes) == (PartRecord.objects.get(number_key="A1").pk, '{"missed_runs":[0,1]}')
