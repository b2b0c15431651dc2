"""DATANORM: the sample to the cent, records in any order, every mark, both versions, and damage."""

from __future__ import annotations

import random
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealer_import.profiles import resolve_profile
from dealer_import.sources.datanorm import DatanormSource
from shopflow.contracts.imports import FileRefused

HEAD = "V 211126" + "Beispiel GmbH".ljust(40) + "DATANORM".ljust(40) + " " * 35 + "04EUR"
HEAD_5 = "V;050;A;20261121;EUR;Beispiel GmbH;Produktdaten;;;;"
SAMPLE = Path(__file__).with_name("samples") / "seed7"


@pytest.fixture
def profile():
    return resolve_profile("p", {"p": {"format": "datanorm", "brand": {"const": "Lünemotor"}}})


def delivery(*lines: str, head: str = HEAD, encoding: str = "cp850") -> bytes:
    return "".join(f"{line}\r\n" for line in (head, *lines)).encode(encoding)


def article(
    number: str = "A 1", *, mark: str = "N", price: str = "1250", kind: str = "1", per: str = "0", key: str = ""
) -> str:
    return f"A;{mark};{number};00;Türgriff;links;{kind};{per};Stck;{price};05;01;{key};"


def test_totals(sample, truth, read_all):
    reading, parts = read_all(sample / "DATANORM.001", "sample_datanorm")
    told, clean = truth["files"]["datanorm"], truth["clean_catalogue"]
    assert (reading.accepted, reading.rejected, reading.warnings) == (told["articles"], 0, {})
    assert reading.left_out == told["deletions"]
    assert sum(part.list_price_cents for part in parts) == told["sum_price_cents"]
    assert sum(part.price_per == 100 for part in parts) == clean["price_per_100"]
    assert sum(bool(part.description) for part in parts) == told["text_blocks"]
    assert Counter(part.brand_code for part in parts) == clean["brands"]
    mains = {name.split(" > ")[0] for name in clean["categories"]}
    assert {part.category[0] for part in parts} == mains
    assert all(part.gtin and part.cost_cents for part in parts)
    assert reading.evidence.notes == ("DATANORM.001", "DATANORM.RAB", "DATANORM.WRG", "DATPREIS.001")


def test_a_zip_and_any_letter_case_give_the_same(sample, read_all, tmp_path):
    whole = read_all(sample / "DATANORM.001", "sample_datanorm")[1]
    names = ["DATANORM.001", "DATANORM.RAB", "DATANORM.WRG", "DATPREIS.001"]
    with zipfile.ZipFile(tmp_path / "delivery.zip", "w") as archive:
        for name in names:
            archive.write(sample / name, f"lieferung/{name.lower()}")
    assert read_all(tmp_path / "delivery.zip", "sample_datanorm")[1] == whole
    for name in names:
        shutil.copy(sample / name, tmp_path / name.lower())
    assert read_all(tmp_path / "datanorm.001", "sample_datanorm")[1] == whole
    assert [path.name for path in DatanormSource().companions(tmp_path / "datanorm.001")] == [
        "datanorm.rab", "datanorm.wrg", "datpreis.001",
    ]  # fmt: skip


def test_the_order_of_records_does_not_matter(sample, read_all, tmp_path):
    whole = read_all(sample / "DATANORM.001", "sample_datanorm")[1]
    for name in ("DATANORM.001", "DATANORM.RAB", "DATANORM.WRG", "DATPREIS.001"):
        head, *lines = (sample / name).read_bytes().split(b"\r\n")[:-1]
        random.Random(4).shuffle(lines)
        (tmp_path / name).write_bytes(b"\r\n".join([head, *lines, b""]))
    shuffled = read_all(tmp_path / "DATANORM.001", "sample_datanorm")[1]
    assert {part.row_hash() for part in shuffled} == {part.row_hash() for part in whole}


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "utf-8", "utf-8-sig"])
def test_the_encoding_is_told_by_evidence(read_all, profile, encoding):
    lines = [f"A;N;T {number};00;Stoßdämpfer für Größe;;1;0;Stck;100;;;;" for number in range(5)]
    _reading, parts = read_all(delivery(*lines, encoding=encoding), profile)
    assert {part.title for part in parts} == {"Stoßdämpfer für Größe"}


@pytest.mark.parametrize(("code", "per"), [("", 1), ("0", 1), ("1", 10), ("2", 100), ("3", 1000)])
def test_price_units(read_all, profile, code, per):
    _reading, [part] = read_all(delivery(article(per=code)), profile)
    assert (part.price_per, part.list_price_cents, part.unit) == (per, 1250, "C62")


def test_marks_new_changed_deleted_and_renumbered(read_all, profile):
    lines = [
        article("A 1"),
        article("A 2", mark="A"),
        article("A 3", mark="L"),
        "A;X;A 9;00;A 1;;1;0;Stck;0;;;;",
    ]
    reading, parts = read_all(delivery(*lines), profile)
    assert [part.number_key for part in parts] == ["A1", "A2"]
    assert [(reference.kind, reference.key) for reference in parts[0].references] == [("former", "A9")]
    assert sorted(reading.gone.values()) == [4, 5]
    assert [(finding.code, finding.line, finding.raw) for finding in reading.findings] == [("renumber", 5, "A 9")]
    assert (reading.accepted, reading.rejected) == (2, 0)


def test_a_price_with_an_unknown_mark_is_no_list_price(read_all, profile):
    reading, parts = read_all(delivery(article("A 1", kind="7"), article("A 2"), "P;A;A 2;5;2000;;;;;;;"), profile)
    assert parts == []
    said = "The price mark is unknown. Known are 1 (list price), 2 (net price) and 9 (on request)."
    assert [(found.code, found.line, found.column, found.raw, found.hint) for found in reading.findings] == [
        ("price", 2, "list_price", "7", said),
        ("price", 3, "list_price", "5", said),
    ]
    assert all(found.fields["list_price"] == "" for found in reading.findings)


def test_texts_of_all_kinds(read_all, profile):
    lines = [
        "T;N;LANG;;2;;zweite Zeile;3;;dritte Zeile;",
        article("A 1", key="LANG"),
        article("A 2", key="FEHLT"),
        article("A 3", key="LANG"),
        "T;N;LANG;;1;;erste Zeile;;;;",
        "D;N;A 3;1;F;;eigener Text;2;T;LANG;;",
    ]
    reading, parts = read_all(delivery(*lines), profile)
    assert [part.description for part in parts] == [
        "erste Zeile<br>zweite Zeile<br>dritte Zeile",
        "",
        "eigener Text<br>erste Zeile<br>zweite Zeile<br>dritte Zeile",
    ]
    assert [(finding.code, finding.line, finding.raw) for finding in reading.findings] == [("text_missing", 4, "FEHLT")]


@pytest.mark.parametrize(
    ("prices", "cents", "cost"),
    [
        (["P;A;A 1;1;2000;1;2500;;;;;"], 2000, 1500),
        (["P;A;A 1;1;2000;1;1000;1;1000;;;"], 2000, 1620),
        (["P;A;A 1;1;2000;2;850;;;;;"], 2000, 1700),
        (["P;A;A 1;1;2000;3;10;;;;;"], 2000, 2200),
        (["P;A;A 1;1;2000;0;05;;;;;", "R;;05;1;3000;Gruppe;;"], 2000, 1400),
        (["R;;05;1;3000;Gruppe;;"], 1250, 875),
        (["R;;05;2;900;Gruppe;;"], 1250, 1125),
        (["P;A;B 7;1;1;;;;;;;A 1;1;1999;1;5000;;;;;"], 1999, 1000),
        (["P;A;A 1;1;2000;9;9;;;;;"], 2000, None),
        ([], 1250, None),
    ],
)
def test_prices_and_discounts(read_all, profile, prices, cents, cost):
    _reading, [part] = read_all(delivery(article(), *prices), profile)
    assert (part.list_price_cents, part.cost_cents) == (cents, cost)


def test_a_net_price_is_what_the_dealer_pays(read_all, profile):
    reading, parts = read_all(delivery(article(kind="2")), profile)
    assert (parts, [finding.code for finding in reading.findings]) == ([], ["price"])
    as_list = resolve_profile("p", {"p": {**profile.options, "net_price_as": "list"}})
    _reading, [part] = read_all(delivery(article(kind="2")), as_list)
    assert (part.list_price_cents, part.cost_cents) == (1250, 1250)


def test_one_number_of_two_brands(read_all):
    table = {"format": "datanorm", "columns": {"brand": {"from": "short_text_2"}, "title": {"from": "short_text_1"}}}
    lines = [
        "A;N;A 1;00;Filter;Eins;1;0;Stck;100;;;;",
        "B;N;A 1;X;;0;0;0;0;2000000000008;;;0;1;;;",
        "A;N;A 1;00;Filter;Zwei;1;0;Stck;200;;;;",
        "B;N;A 1;X;;0;0;0;0;2000000000015;;;0;1;;;",
        "P;A;A 1;1;100;;;;;;;A 1;1;250;;;;;;;",
    ]
    _reading, parts = read_all(delivery(*lines), resolve_profile("p", {"p": table}))
    assert [(part.brand_code, part.gtin, part.list_price_cents) for part in parts] == [
        ("EINS", "2000000000008", 100),
        ("ZWEI", "2000000000015", 250),
    ]


def test_the_last_of_several_prices_counts(read_all, profile):
    _reading, [part] = read_all(delivery(article(), "P;A;A 1;1;100;;;;;;;", "P;A;A 1;1;300;;;;;;;"), profile)
    assert part.list_price_cents == 300


def test_no_two_records_have_the_same_line(read_all, profile, tmp_path):
    (tmp_path / "DATANORM.001").write_bytes(delivery(article("A 1"), article("A 2")))
    (tmp_path / "DATANORM.002").write_bytes(delivery(article("A 3")))
    assert [part.line for part in read_all(tmp_path / "DATANORM.001", profile)[1]] == [2, 3, 5]


def test_groups_and_second_records(read_all, profile):
    lines = [
        "S;;01;Karosserie;;;",
        "S;;01;Karosserie;11;Griffe;",
        article(),
        "B;N;A 1;TUERGRIFF;ALT-1;12;0;0;0;2000000000008;;11;0;10;;;",
    ]
    _reading, [part] = read_all(delivery(*lines), profile)
    assert part.category == ("Karosserie", "Griffe")
    assert (part.gtin, part.pack_qty) == ("2000000000008", 10)
    assert [(reference.kind, reference.key) for reference in part.references] == [("trade", "ALT1")]


def test_version_5(read_all, profile):
    lines = [
        "T;N;TX;1;02;zweite;",
        "T;N;TX;1;01;erste;",
        "A;N;020-568;Basisplatine;bis NF5000;PCE;1;100;108110;NBM;HLS;NBM;;;;;;;2000000000008;;1;;3;TX;;;;;;",
        "A;N;020-569;Karte;;PCE;9;1;0;NBM;HLS;NBM;;;;;;;;;1;;3;;;;;;;",
        "P;020-568;1;100;99900;NBM;;",
    ]
    reading, parts = read_all(delivery(*lines, head=HEAD_5), profile)
    part, on_request = parts
    assert (part.number_key, part.title, part.list_price_cents) == ("020568", "Basisplatine bis NF5000", 99900)
    assert (part.price_per, part.unit, part.gtin) == (100, "C62", "2000000000008")
    assert part.description == "erste<br>zweite"
    assert reading.evidence.stamp.date().isoformat() == "2026-11-21"
    assert (on_request.number_key, on_request.list_price_cents, reading.findings) == ("020569", 0, [])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty_file"),
        (delivery(head=HEAD), "no_records"),
        (delivery(article(), head=HEAD.replace("04EUR", "03EUR")), "datanorm_version"),
        (delivery(article(), head="V;060;A;20261121;EUR;"), "datanorm_version"),
        (delivery(head=article()), "datanorm_version"),
        (b"PK\x03\x04" + delivery(article()), "not_a_table"),
        (delivery(article(), article("A 2"))[:-20], "incomplete_file"),
        (delivery(article(), "A;N;A 2;00;Türgr")[:-2], "incomplete_file"),
    ],
)
def test_a_wrong_file_is_refused(read_all, profile, data, reason):
    with pytest.raises(FileRefused) as refused:
        read_all(data, profile)
    assert refused.value.reason == reason


def test_files_of_two_versions_do_not_mix(read_all, profile, tmp_path):
    (tmp_path / "DATANORM.001").write_bytes(delivery(article()))
    (tmp_path / "DATPREIS.001").write_bytes(delivery("P;A 1;1;1;100;X;", head=HEAD_5))
    with pytest.raises(FileRefused) as refused:
        read_all(tmp_path / "DATANORM.001", profile)
    assert refused.value.reason == "datanorm_version"


def test_rows_that_are_no_records_are_named(read_all, profile):
    reading, parts = read_all(
        delivery(article(), "A;N;A 2;00;kurz;", "Guten Tag", article("A 3"), "", "\x1a"[:0]), profile
    )
    assert [(finding.code, finding.line) for finding in reading.findings] == [("columns", 3), ("columns", 4)]
    assert len(parts) == 2


def test_prices_alone_need_the_price_unit_of_the_shop(read_all):
    table = {"format": "datanorm", "mode": "prices", "brand": {"const": "Lünemotor"}}
    data = delivery("P;A;A 1;1;2000;1;2500;;;;;A 2;1;300;;;;;;;")
    with pytest.raises(FileRefused) as refused:
        read_all(data, resolve_profile("p", {"p": table}))
    assert refused.value.reason == "missing_column"
    profile = resolve_profile("p", {"p": {**table, "columns": {"price_per": False}}})
    _reading, parts = read_all(data, profile)
    assert [(part.line, part.number_key, part.list_price_cents, part.cost_cents) for part in parts] == [
        (2, "A1", 2000, 1500),
        (3, "A2", 300, None),
    ]
    assert profile.provided == {"number", "brand", "list_price", "price_kind", "cost", "discount_group"}


SMALL = (SAMPLE / "DATANORM.001").read_bytes()[:3000]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2999), st.integers(0, 255)), max_size=20), st.integers(0, 3000))
def test_damaged_bytes_end_in_a_report(read_all, flips, cut):
    data = bytearray(SMALL)
    for position, value in flips:
        data[position] = value
    for damaged in (bytes(data), bytes(data[:cut])):
        try:
            reading, parts = read_all(damaged, "sample_datanorm")
        except FileRefused:
            continue
        assert reading.accepted == len(parts)
        assert all(part.list_price_cents > 0 and part.number_key and part.title for part in parts)
