"""XML deliveries all the way into the shop: what they add, and that an update hides nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from dealer_import.models import ImportRun
from dealer_import.profiles import load_profile
from dealer_import.services import run_import
from shopflow.parts.models import PartRecord

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parent / "xml_samples"
BMECAT, PIES = SAMPLES / "bmecat2005.xml", SAMPLES / "pies72.xml"


def bring_in(path: Path, profile: str):
    return run_import(path=path, profile=load_profile(profile))


def test_a_catalogue_reaches_the_shop_and_comes_again_without_a_change(tmp_path):
    report = bring_in(BMECAT, "sample_bmecat")
    assert (report.outcome, report.accepted, report.rejected, report.created) == ("applied", 58, 2, 58)
    assert {finding.line for finding in report.findings if finding.code == "number_missing"} == {78}
    assert PartRecord.objects.count() == 58
    touched = tmp_path / "again.xml"
    touched.write_bytes(BMECAT.read_bytes().replace(b"gen_samples", b"another"))
    again = bring_in(touched, "sample_bmecat")
    assert (again.outcome, again.unchanged, again.changed, again.hidden) == ("applied", 58, 0, 0)


def test_an_update_changes_what_it_names_and_hides_nothing(tmp_path):
    bring_in(BMECAT, "sample_bmecat")
    data = BMECAT.read_bytes().replace(b"T_NEW_CATALOG", b"T_UPDATE_PRODUCTS")
    head, first = data.index(b"<PRODUCT "), data.index(b"</PRODUCT>") + 10
    cut = data[:first].replace(b"<PRICE_AMOUNT>27.65<", b"<PRICE_AMOUNT>28.65<") + b"</T_UPDATE_PRODUCTS></BMECAT>"
    assert cut[head:].count(b"28.65") == 1
    path = tmp_path / "update.xml"
    path.write_bytes(cut)
    report = bring_in(path, "sample_bmecat")
    assert (report.outcome, report.accepted, report.changed, report.hidden) == ("applied", 1, 1, 0)
    assert list(ImportRun.objects.order_by("pk").values_list("mode", flat=True)) == ["full", "delta"]
    assert PartRecord.objects.get(number_key="1N0000013AC").list_price_cents == 2865
    assert not PartRecord.objects.filter(missing=True).exists()


def test_a_file_on_one_line_reaches_the_shop_as_well(tmp_path):
    path = tmp_path / "one-line.xml"
    path.write_bytes(PIES.read_bytes().replace(b"\n", b" "))
    report = bring_in(path, "sample_pies")
    assert (report.outcome, report.accepted, report.created) == ("applied", 60, 60)


def test_a_deletion_takes_one_part_out_of_the_range(tmp_path):
    bring_in(PIES, "sample_pies")
    data = PIES.read_bytes().replace(b">FULL<", b">UPDATE<")
    start, end = data.index(b"<Item "), data.index(b"</Item>") + 7
    item = data[start:end].replace(b'<Item MaintenanceType="A"', b'<Item MaintenanceType="D"')
    path = tmp_path / "update.xml"
    path.write_bytes(data[:start] + item + b"</Items><Trailer><ItemCount>1</ItemCount></Trailer></PIES>")
    report = bring_in(path, "sample_pies")
    assert (report.outcome, report.hidden) == ("applied", 1)
    assert list(PartRecord.objects.filter(missing=True).values_list("number_key", flat=True)) == ["1N0000013AC"]


@pytest.mark.parametrize(("sample", "profile"), [(BMECAT, "sample_bmecat"), (PIES, "sample_pies")])
def test_a_cut_file_writes_nothing(tmp_path, sample, profile):
    path = tmp_path / "cut.xml"
    path.write_bytes(sample.read_bytes()[:-50_000])
    report = bring_in(path, profile)
    assert (report.outcome, report.reason) == ("refused", "incomplete_file")
    assert PartRecord.objects.count() == 0
