"""A field for which a file has no column stays as it is; a whole catalogue may not lose a column overnight."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.contrib.auth import get_user_model
from oscar.core.loading import get_model

from dealer_import.models import ImportRun
from dealer_import.profiles import load_profile
from dealer_import.profiles.building import build_profile
from dealer_import.services import queue_correction, run_import
from dealer_import.services.correcting import feed_corrections
from shopflow.parts.models import PartRecord

StockRecord = get_model("partner", "StockRecord")
FULL = {
    "Nr": "S 1", "Name": "Schraube", "Preis": "12,00", "PE": "100", "VE": "200", "Lager": "7", "Pfand": "3,00",
    "Gruppe": "Kleinteile", "Reserviert": "2", "MwSt": "19",
}  # fmt: skip


def profile_of(mode="full", **columns):
    table = {
        "format": "csv", "mode": mode, "source": "system",
        "columns": {
            "brand": {"const": "Brehmer"}, "number": {"from": "Nr"}, "title": {"from": "Name"},
            "list_price": {"from": "Preis"}, "price_per": {"from": "PE"}, "pack_qty": {"from": "VE"},
            "stock": {"from": "Lager"}, "reserved": {"from": "Reserviert"}, "core_deposit": {"from": "Pfand"},
            "category": {"from": "Gruppe"}, "tax": {"from": "MwSt"}, **columns,
        },
    }  # fmt: skip
    return build_profile("system", table)


@pytest.fixture
def bring(tmp_path):
    """Import one row, given by column; the file has those columns only."""
    made = iter(range(100))

    def run(profile, **row):
        path = tmp_path / f"{next(made)}.csv"
        path.write_text(f"{';'.join(row)}\n{';'.join(row.values())}\n", encoding="utf-8")
        return run_import(path=path, profile=profile)

    return run


def without(*names):
    return {name: text for name, text in FULL.items() if name not in names}


def shop():
    record, stock = PartRecord.objects.select_related("product").get(), StockRecord.objects.get()
    told = record.price_per, record.pack_qty, record.core_deposit_cents, record.product.categories.count()
    return stock.num_in_stock, str(stock.price), *told


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["PE", "VE", "Lager", "Pfand", "Gruppe", "Reserviert"])
def test_a_catalogue_that_loses_a_column_is_refused(bring, name):
    assert bring(profile_of(), **FULL).outcome == "applied"
    before = shop()
    report = bring(profile_of(), **without(name))
    assert (report.outcome, report.reason) == ("refused", "missing_column")
    assert f"lacks the column {name}, which the last one had" in report.message
    assert shop() == before == (5, "24.00", 100, 200, 300, 1)


@pytest.mark.django_db
def test_a_column_that_the_system_never_had_is_told_and_left_alone(bring):
    assert bring(profile_of(), **without("Pfand")).warnings == {"missing_column": 1}
    report = bring(profile_of(), **(without("Pfand") | {"Lager": "9"}))
    assert (report.outcome, report.changed, report.warnings) == ("applied", 1, {"missing_column": 1})
    assert [(finding.column, finding.line) for finding in report.findings] == [("Pfand", 1)]
    report = bring(profile_of(), **(FULL | {"Lager": "9"}))
    assert (report.changed, shop()) == (1, (7, "24.00", 100, 200, 300, 1))


@pytest.mark.django_db
def test_a_list_of_changes_leaves_alone_what_it_has_no_column_for(bring):
    bring(profile_of(), **FULL)
    report = bring(profile_of("delta"), Nr="S 1", Name="Schraube", Preis="15,00", MwSt="19")
    assert (report.outcome, report.changed, report.warnings) == ("applied", 1, {"missing_column": 6})
    assert shop() == (5, "30.00", 100, 200, 300, 1)
    again = bring(profile_of(), **(FULL | {"Preis": "15,00"}))
    assert (again.changed, again.unchanged, again.warnings) == (0, 1, {})


@pytest.mark.django_db
def test_no_row_is_taken_without_the_columns_that_the_others_are_understood_by(bring):
    for name, code in {"Preis": "price", "MwSt": "tax", "Name": "title_missing"}.items():
        report = bring(profile_of("delta"), **without(name))
        assert (report.accepted, report.findings[-1].code) == (0, code)
    assert not PartRecord.objects.exists()


@pytest.mark.django_db
def test_some_locations_are_not_all(bring):
    profile = profile_of(stock={"from": ["Lager", "Lager 2"]})
    assert bring(profile, **FULL, **{"Lager 2": "4"}).outcome == "applied"
    for row in (FULL, without("Lager") | {"Lager 2": "4"}):
        report = bring(profile, **row)
        assert (report.outcome, report.reason) == ("refused", "missing_column")
    assert report.message.startswith("The file has stock in Lager 2, but lacks Lager.")
    assert shop()[0] == 9


@pytest.mark.django_db
def test_a_spreadsheet_with_prices_alone_leaves_the_stock(tmp_path, bring):
    profile = load_profile("generic_xlsx")
    for number, rows in enumerate([
        [["Nummer", "Marke", "Titel", "Preis", "Bestand", "EAN"], ["7", "Brehmer", "Teil", "9", "3", "2000000000008"]],
        [["Nummer", "Marke", "Titel", "Preis"], ["7", "Brehmer", "Teil", "9,50"]],
    ]):  # fmt: skip
        book, stream = openpyxl.Workbook(), io.BytesIO()
        book.active.append(["Preisliste", "Herbst"])
        sheet = book.create_sheet("Teile")
        for row in rows:
            sheet.append(row)
        book.save(stream)
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(stream.getvalue())
        report = run_import(path=path, profile=profile)
        assert (report.outcome, report.accepted) == ("applied", 1)
    record = PartRecord.objects.select_related("product").get()
    assert (record.product.upc, str(StockRecord.objects.get().price)) == ("2000000000008", "9.50")
    assert StockRecord.objects.get().num_in_stock == 3


@pytest.mark.django_db
def test_corrected_rows_say_no_more_than_their_file_did(bring):
    bring(profile_of(), **FULL)
    refused = bring(profile_of("delta"), Nr="S 1", Name="Schraube", Preis="0,00", MwSt="19")
    staff = get_user_model().objects.create_user("staff@example.org", "geheim-123")
    fields = {"nr": "S 1", "name": "Schraube", "preis": "18,00", "mwst": "19"}
    correction = queue_correction(run_id=refused.run, rows={2: fields}, actor=staff)
    assert feed_corrections(ImportRun.objects.get(pk=correction.pk)).changed == 1
    assert shop() == (5, "36.00", 100, 200, 300, 1)
