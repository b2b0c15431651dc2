"""What holds a run, and what is shown of it."""

from __future__ import annotations

import pytest
from oscar.core.loading import get_model

from dealer_import import services
from dealer_import.brakes import Extent, Seen, tripped
from dealer_import.profiles import resolve_profile, shipped_profiles
from dealer_import.profiles.model import Brakes
from dealer_import.services import run_import
from shopflow.parts.models import PartRecord

StockRecord = get_model("partner", "StockRecord")

TABLE = {
    "format": "csv",
    "source": "brakes",
    "columns": {
        "number": {"from": "Nr"},
        "brand": {"const": "Filtrax"},
        "title": {"from": "Name"},
        "list_price": {"from": "Preis"},
        "offer_price": {"from": "Aktion"},
    },
}


@pytest.fixture
def deliver(tmp_path):
    """Import so many parts at one price."""

    def run(rows: int, price: str, offer: str = "", **changes):
        path = tmp_path / "teile.csv"
        lines = [f"F {number};Filter {number};{price};{offer}" for number in range(rows)]
        path.write_text("\n".join(["Nr;Name;Preis;Aktion", *lines]) + "\n", "utf-8")
        tables = {**shipped_profiles(), "p": {**TABLE, **changes}}
        return run_import(path=path, profile=resolve_profile("p", tables))

    return run


def extent(**changes):
    usual = {"accepted": 100, "rejected": 0, "missing": 0, "existing": 100, "compared": 100, "price_jumps": 0}
    return Extent(**{**usual, "last_rows": 100, **changes})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"price_jumps": 20}, None),
        ({"price_jumps": 21}, "brake_price"),
        ({"price_jumps": 11, "compared": 54}, "brake_price"),
        ({"price_jumps": 10, "compared": 10}, None),
        ({"missing": 21}, "brake_missing"),
        ({"rejected": 26, "accepted": 100}, "brake_rejected"),
        ({"accepted": 49}, "brake_shrunk"),
        ({"accepted": 50}, None),
        ({"accepted": 0, "rejected": 1, "missing": 3, "existing": 3, "last_rows": 3}, "brake_shrunk"),
        ({"accepted": 1, "rejected": 1, "missing": 2, "existing": 3, "last_rows": 3}, None),
        ({"accepted": 0, "missing": 3, "existing": 3, "last_rows": 0}, None),
        ({"accepted": 0, "rejected": 5, "existing": 0, "last_rows": 0, "is_whole": True}, "brake_rejected"),
        ({"accepted": 1, "rejected": 5, "existing": 0, "last_rows": 0, "is_whole": True}, None),
        ({"accepted": 0, "rejected": 5, "last_rows": 0}, None),
    ],
)
def test_a_brake_holds_beyond_its_share_and_its_floor(changes, reason):
    found = tripped(extent(**changes), Brakes())
    assert (found and found[0]) == reason


@pytest.mark.django_db
def test_a_small_catalogue_of_which_no_row_is_good_is_held(deliver):
    report = deliver(3, "auf Anfrage", mode="full")
    assert (report.outcome, report.reason, report.rejected) == ("held", "brake_rejected", 3)
    assert deliver(3, "auf Anfrage", mode="delta").outcome == "applied"


@pytest.mark.django_db
def test_a_list_of_prices_is_held_by_what_it_names_not_by_the_whole_catalogue(deliver):
    assert deliver(100, "100,00").created == 100
    report = deliver(15, "1,00", mode="prices")
    assert (report.outcome, report.reason, len(report.samples["price_jumps"])) == ("held", "brake_price", 15)
    assert deliver(8, "1,00", mode="prices").outcome == "applied"


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"price_rule": {"factor": "0.01"}}, {"offer": "1,00"}])
def test_what_customers_pay_is_braked_though_no_list_price_moves(deliver, wrong):
    deliver(15, "100,00")
    report = deliver(15, "100,00", **wrong)
    assert (report.outcome, report.reason, len(report.samples["price_jumps"])) == ("held", "brake_price", 15)
    assert {(row["old_cents"], row["new_cents"]) for row in report.samples["price_jumps"]} == {(10_000, 100)}
    assert set(StockRecord.objects.values_list("price", flat=True)) == {100}
    rise = {"price_rule": {"factor": "1.05"}} if "price_rule" in wrong else {"offer": "95,00"}
    assert deliver(15, "100,00", **rise).outcome == "applied"


SEEN = {"rejected": 0, "missing": 30, "price_jumps": 40}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"missing": 30, "price_jumps": 40}, None),
        ({"missing": 40, "price_jumps": 50}, None),
        ({"missing": 41}, "brake_missing"),
        ({"price_jumps": 51}, "brake_price"),
        ({"rejected": 31}, "brake_rejected"),
        ({"accepted": 10, "missing": 30}, None),
        ({"accepted": 0, "missing": 30, "is_whole": True}, None),
    ],
)
def test_a_released_run_is_held_again_by_what_staff_have_not_seen(changes, reason):
    found = tripped(extent(**changes), Brakes(floor=10), Seen(**SEEN))
    assert (found and found[0]) == reason


@pytest.mark.django_db
def test_two_held_runs_do_not_lift_each_others_brakes(deliver, admin_user):
    def release(report):
        run = services.release_run(run_id=report.run, actor=admin_user)
        return services.execute_run(run_id=run.pk)

    deliver(100, "100,00")
    cheap, half = deliver(100, "1,00"), deliver(50, "100,00", mode="full")
    assert [(report.outcome, report.reason) for report in (cheap, half)] == [
        ("held", "brake_price"),
        ("held", "brake_missing"),
    ]
    assert (release(cheap).outcome, set(prices())) == ("applied", {1})
    again = release(half)
    assert (again.outcome, again.reason, len(again.samples["price_jumps"])) == ("held", "brake_price", 50)
    assert (set(prices()), PartRecord.objects.filter(missing=True).count()) == ({1}, 0)
    assert release(again).outcome == "applied"
    assert (sorted(prices()), PartRecord.objects.filter(missing=True).count()) == ([1] * 50 + [100] * 50, 50)


def prices():
    return StockRecord.objects.values_list("price", flat=True)
