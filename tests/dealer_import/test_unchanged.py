"""Only what really differs counts as changed, and what has been compared once is told by its hash from then on."""

from __future__ import annotations

import pytest
from oscar.core.loading import get_model

from dealer_import.exports import catalogue
from dealer_import.exports.escaping import escape
from dealer_import.exports.profile import export_profile, profile_name
from dealer_import.exports.tables import csv_file
from dealer_import.mapping import Mapper
from dealer_import.models import PartUndo
from dealer_import.profiles import resolve_profile, shipped_profiles
from dealer_import.services import run_import
from shopflow.parts.models import PartRecord, PartReference
from shopflow.project.demo.catalogue import FILE

pytestmark = pytest.mark.django_db

Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")


def profile_of(mode, **table):
    tables = {**shipped_profiles(), "p": {"extends": "sample_csv", "source": "sample_csv", "mode": mode, **table}}
    return resolve_profile("p", tables)


@pytest.fixture
def mapped(monkeypatch):
    """How many rows have been mapped since it was last cleared."""
    seen = []
    real = Mapper.map
    monkeypatch.setattr(Mapper, "map", lambda self, record: seen.append(record) or real(self, record))
    return seen


def dearer(row: bytes) -> bytes:
    assert b";27,65;" in row
    return row.replace(b";27,65;", b";28,65;")


def counts(report):
    assert report.outcome == "applied", report.message
    return report.created, report.changed, report.unchanged, report.hidden


def test_a_whole_delivery_after_a_list_of_prices_changes_only_what_differs(bring_in, export, mapped):
    first, *rest = export.good
    total = len(export.good)
    bring_in(export.write(export.good))
    prices = profile_of("prices")
    same = run_import(path=export.write(export.good, stamp="21.11.2026 06:30"), profile=prices)
    assert counts(same) == (0, 0, total, 0)
    mapped.clear()
    assert counts(bring_in(export.write(export.good, stamp="21.11.2026 07:30"))) == (0, 0, total, 0)
    assert mapped == []

    changed = run_import(path=export.write([dearer(first), *rest], stamp="21.11.2026 08:30"), profile=prices)
    assert counts(changed) == (0, 1, total - 1, 0)
    agreeing = bring_in(export.write([dearer(first), *rest], stamp="22.11.2026 05:30"))
    assert counts(agreeing) == (0, 0, total, 0)
    assert not PartUndo.objects.filter(run_id=agreeing.run).exists()
    mapped.clear()
    bring_in(export.write([dearer(first), *rest], stamp="22.11.2026 06:30"))
    assert mapped == []


def test_a_whole_delivery_wins_back_what_a_list_of_prices_has_changed(bring_in, export):
    first, *rest = export.good
    bring_in(export.write(export.good))
    run_import(path=export.write([dearer(first), *rest], stamp="21.11.2026 08:30"), profile=profile_of("prices"))
    assert PartRecord.objects.filter(list_price_cents=2865).count() == 1
    assert counts(bring_in(export.write(export.good, stamp="22.11.2026 05:30")))[1] == 1
    assert PartRecord.objects.filter(list_price_cents=2865).count() == 0


def test_numbers_that_a_list_has_changed_come_back_with_the_next_whole_delivery(bring_in, export):
    bring_in(export.write(export.good))
    before = sorted(PartReference.objects.values_list("part_id", "kind", "number_key"))
    assert before
    numbers = profile_of("numbers", columns={"oe_numbers": {"const": "OE 999"}})
    assert run_import(path=export.write(export.good, stamp="21.11.2026 08:30"), profile=numbers).changed > 0
    assert PartReference.objects.filter(number_key="OE999").count() == len(export.good)
    bring_in(export.write(export.good, stamp="22.11.2026 05:30"))
    assert sorted(PartReference.objects.values_list("part_id", "kind", "number_key")) == before


def test_another_version_of_the_profile_changes_nothing_that_it_does_not_say(bring_in, export):
    bring_in(export.write(export.good))
    other = run_import(path=export.write(export.good, stamp="22.11.2026 05:30"), profile=profile_of("full", keep="x"))
    assert counts(other) == (0, 0, len(export.good), 0)


def test_the_shops_own_export_changes_nothing(bring_in, tmp_path, django_assert_max_num_queries):
    assert bring_in(FILE).created > 1000
    before = list(Product.objects.order_by("pk").values_list("pk", "date_updated"))
    parts = catalogue.exported_parts("sample_csv")
    places = catalogue.locations(parts)
    path = tmp_path / "katalog.csv"
    path.write_bytes(b"".join(csv_file(catalogue.header(places), catalogue.rows(parts, places), clean=escape)))
    name = profile_name("sample_csv")
    report = run_import(path=path, profile=resolve_profile(name, {name: export_profile("sample_csv")}))
    assert counts(report) == (0, 0, PartRecord.objects.count(), 0)
    assert list(Product.objects.order_by("pk").values_list("pk", "date_updated")) == before
    assert counts(bring_in(FILE))[1] == 0


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (PartRecord, {"unit": "MTR"}),
        (PartRecord, {"core_deposit_cents": 77}),
        (PartRecord, {"imported_title": "anders"}),
        (PartRecord, {"missing": True}),
        (PartRecord, {"source": "fremd"}),
        (PartRecord, {"imported_category_id": None}),
        (PartRecord, {"stock_by_location": {"X": 1}}),
        (StockRecord, {"price": 1}),
        (StockRecord, {"num_in_stock": 4711}),
        (Product, {"upc": "4006381333931"}),
    ],
)
def test_whatever_differs_in_the_shop_is_found(bring_in, export, model, values):
    bring_in(export.write(export.good))
    PartRecord.objects.update(raw_hash=None, row_hash=None)
    part = PartRecord.objects.get(number_key="1N0000013AC")
    where = {
        PartRecord: {"pk": part.pk},
        StockRecord: {"product_id": part.product_id},
        Product: {"pk": part.product_id},
    }
    model.objects.filter(**where[model]).update(**values)
    report = bring_in(export.write(export.good, stamp="22.11.2026 05:30"))
    assert report.changed == 1
    assert not model.objects.filter(**where[model], **values).exists()


def test_lost_references_and_vehicles_are_found(bring_in, export):
    bring_in(export.write(export.good))
    part = PartRecord.objects.filter(references__isnull=False).first()
    part.references.all().delete()
    PartRecord.objects.update(raw_hash=None, row_hash=None, relations_hash=None)
    assert bring_in(export.write(export.good, stamp="22.11.2026 05:30")).changed == 1
    assert part.references.exists()


def test_a_successor_alone_is_a_change(bring_in, export):
    first, second, *rest = export.good
    bring_in(export.write(export.good))
    columns = shipped_profiles()["sample_csv"]["columns"]
    assert "successor" in columns
    number = second.split(b";")[0]
    head = (FILE.read_bytes().split(b"\r\n")[3]).split(b";")
    cells = first.split(b";")
    cells[head.index(columns["successor"]["from"].encode("cp1252"))] = number
    report = bring_in(export.write([b";".join(cells), second, *rest], stamp="22.11.2026 05:30"))
    assert report.changed == 1
    PartRecord.objects.update(raw_hash=None, row_hash=None)
    assert bring_in(export.write([b";".join(cells), second, *rest], stamp="23.11.2026 05:30")).changed == 0
    assert bring_in(export.write(export.good, stamp="24.11.2026 05:30")).changed == 1
