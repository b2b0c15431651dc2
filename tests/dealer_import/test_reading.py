"""The pure part: bytes to parts, without a database."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealer_import.decoding import decide_encoding
from dealer_import.profiles import BadProfile, load_profile, resolve_profile
from dealer_import.reading import Reading
from dealer_import.sources.csv import CsvSource
from dealer_import.successions import loop_of
from dealer_import.values import NumberFormat, is_gtin
from shopflow.contracts.imports import FileRefused
from shopflow.project.demo.catalogue import FILE

TRUTH = {
    "parts": 1028,
    "sum_upe_cents": 27509632,
    "sum_cost_cents": 20784447,
    "sum_stock1_x100": 1312800,
    "sum_stock2_x100": 214800,
    "sum_reserved_x100": 91200,
    "core_deposits": 175,
    "sum_core_cents": 2369000,
    "battery_deposits": 53,
    "dangerous_goods": 113,
    "tyres": 80,
    "fitment_pairs": 2321,
    "oe_numbers": 468,
    "price_per_100": 72,
    "runout": 24,
    "documents": 12,
}
BRANDS = {"ANHZ": 51, "BREH": 123, "FLTX": 122, "HALD": 124, "LMOT": 123, "NWAG": 228, "OELW": 52, "PNEU": 80}
REFUSED = {
    "number_missing": (13, 525),
    "title_missing": (30, 542),
    "duplicate_conflict": (64, 576),
    "price": (81, 98, 115, 132, 593, 610, 627, 644),
    "number_exponent": (149, 661),
    "columns": (166, 183, 678, 695),
    "unit": (217, 729),
    "number_too_long": (251, 763),
    "undecodable": (336, 848),
    "nul": (370, 882),
    "tax": (491, 1003),
    "deposit": (508, 1020),
}
WARNED = {
    "duplicate": (47, 559),
    "ean": (200, 712),
    "date": (234, 746),
    "html": (268, 780),
    "formula": (285, 797),
    "stock_negative": (302, 814),
    "stock_fraction": (319, 831),
    "mojibake": (353, 865),
    "fitment": (422, 934),
    "succession_self": (439, 951),
}


def read(data: bytes, profile) -> tuple[Reading, list]:
    reading = Reading(profile, CsvSource(), io.BytesIO(data))
    return reading, [accepted.part for accepted in reading.parts()]


def test_the_sample_gives_exactly_the_totals_of_its_generator(profile):
    reading, parts = read(FILE.read_bytes(), profile)
    assert (reading.accepted, reading.rejected, reading.skipped) == (1028, 32, 2)
    assert {
        "parts": len(parts),
        "sum_upe_cents": sum(p.list_price_cents for p in parts),
        "sum_cost_cents": sum(p.cost_cents or 0 for p in parts),
        "sum_stock1_x100": sum(p.stock[0].milli for p in parts) // 10,
        "sum_stock2_x100": sum(p.stock[1].milli for p in parts) // 10,
        "sum_reserved_x100": sum(p.reserved_milli for p in parts) // 10,
        "core_deposits": sum(bool(p.core_deposit_cents) for p in parts),
        "sum_core_cents": sum(p.core_deposit_cents or 0 for p in parts),
        "battery_deposits": sum(p.battery_deposit_cents == 750 for p in parts),
        "dangerous_goods": sum(bool(p.un_number) for p in parts),
        "tyres": sum("tyre" in p.attributes for p in parts),
        "fitment_pairs": sum(len({(f.hsn, f.tsn) for f in p.fitments}) for p in parts),
        "oe_numbers": sum(len(p.references) for p in parts),
        "price_per_100": sum(p.price_per == 100 for p in parts),
        "runout": sum(p.status == "runout" for p in parts),
        "documents": sum(bool(p.document) for p in parts),
    } == TRUTH
    assert Counter(p.brand_code for p in parts) == {**BRANDS, "SCHK": 72, "VOLT": 53}
    assert len({p.category for p in parts}) == 33


def test_every_bad_row_is_named_with_its_line(profile):
    reading, _parts = read(FILE.read_bytes(), profile)
    found: dict[str, dict[str, tuple[int, ...]]] = {"error": {}, "warning": {}}
    for finding in reading.findings:
        lines = found[finding.severity].get(finding.code, ())
        found[finding.severity][finding.code] = (*lines, finding.line)
        assert finding.hint
    assert found == {"error": REFUSED, "warning": WARNED}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda data: b"", "empty_file"),
        (lambda data: data[:160672], "incomplete_file"),
        (lambda data: data.replace(b";1062;", b";1061;"), "control_total"),
        (lambda data: data.replace(b"UPE netto", b"Preis"), "missing_column"),
        (lambda data: data.replace(b"EK netto", b"UPE netto"), "duplicate_column"),
        (lambda data: data.replace(b";", b"|"), "delimiter"),
        (lambda data: b"PK\x03\x04" + data, "not_a_table"),
        (lambda data: b"<!DOCTYPE html>" + data, "not_a_table"),
        (lambda data: b"\r\n".join(data.split(b"\r\n")[:4]) + b"\r\n*** Ende;;0;;\r\n", "no_records"),
        (lambda data: data.replace(b"21.11.2026 05:30", b"gestern"), "incomplete_file"),
        (lambda data: data.decode("cp1252", "ignore").encode("cp850", "replace"), "encoding"),
    ],
)
def test_a_wrong_file_is_refused_with_a_reason(profile, change, reason):
    with pytest.raises(FileRefused) as refused:
        read(change(FILE.read_bytes()), profile)
    assert refused.value.reason == reason
    assert refused.value.hint


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_recognised_whatever_the_profile_says(profile, encoding):
    lines = FILE.read_bytes().split(b"\r\n")[:12]
    text = b"\r\n".join([*lines, b"*** Ende;;8;;", b""]).decode("cp1252")
    reading, parts = read(text.encode(encoding), profile)
    assert reading.warnings["encoding_differs"] == 1
    assert any("Stoßdämpfer" in part.title for part in parts)


def test_an_old_dos_file_is_recognised():
    assert decide_encoding("Größe für Türschloß".encode("cp850"), "auto", whole=True).name == "cp850"
    assert decide_encoding("Größe für Türschloß".encode("cp1252"), "auto", whole=True).name == "cp1252"


@pytest.mark.parametrize(
    ("data", "declared", "found"),
    [
        ("Größe für Türschloß, öfter".encode("cp1252"), "cp850", "cp1252"),
        ("Größe für Türschloß, öfter".encode("cp1252"), "utf-16", "cp1252"),
        ("Größe für Türschloß, öfter".encode("cp850"), "utf-16", "cp850"),
    ],
)
def test_an_encoding_that_spoils_every_umlaut_is_refused_with_the_right_one(data, declared, found):
    with pytest.raises(FileRefused) as refused:
        decide_encoding(data, declared, whole=True)
    assert refused.value.reason == "encoding"
    assert f'encoding = "{found}"' in refused.value.hint


@pytest.mark.parametrize("declared", ["utf-16", "utf-16-le", "auto", "cp1252"])
@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_no_mark(name, declared):
    found = decide_encoding("Teile-Nr;Größe\r\n4711;5\r\n".encode(name), declared, whole=True)
    assert (found.name, found.bom, found.differs) == (name, 0, declared == "cp1252")


def test_plain_letters_are_no_utf_16():
    found = decide_encoding(b"Teile-Nr;Name\r\n4711;Filter\r\n", "utf-16", whole=True)
    assert (found.name, found.differs) == ("utf-8", True)


@pytest.mark.parametrize(("encoding", "differs"), [("cp1252", 0), ("utf-8", 1)])
def test_umlauts_that_come_late_are_read_all_the_same(encoding, differs):
    table = {
        "format": "csv", "encoding": "cp1252" if differs else "auto",
        "columns": {
            "number": {"from": "Nr"}, "brand": {"const": "F"}, "title": {"from": "Name"}, "list_price": {"from": "UPE"}
        },
    }  # fmt: skip
    rows = [f"{number};Filter{' ' * 40};1,00" for number in range(24_000)]
    text = "\r\n".join(["Nr;Name;UPE", *rows, "x;Ölfilter für Türschloß;2,00", ""])
    assert len(text) > 1 << 20
    reading, parts = read(text.encode(encoding), resolve_profile("p", {"p": table}))
    assert (parts[-1].title, reading.rejected, reading.warnings["encoding_differs"]) == (
        "Ölfilter für Türschloß", 0, differs
    )  # fmt: skip


def test_a_header_stands_as_far_down_as_the_profile_says(profile):
    wanted = replace(profile, options={**profile.options, "skip_lines": 503, "stamp": {}})
    reading, parts = read(b"Deckblatt\r\n" * 500 + FILE.read_bytes(), wanted)
    assert (len(parts), reading.evidence.header_line) == (TRUTH["parts"], 504)


def test_a_separator_that_nobody_sees_is_named(profile):
    with pytest.raises(FileRefused) as refused:
        read(FILE.read_bytes().replace(b";", b"\t"), profile)
    assert "“\\t”" in refused.value.hint


def test_a_quotation_mark_that_is_never_closed_costs_one_row(profile, export):
    good = export.good
    broken = good[0].replace(b";SATZ;", b';"SATZ;', 1)
    reading, parts = read(export.write([good[1], broken, good[2], good[3]]).read_bytes(), profile)
    assert [finding.code for finding in reading.findings] == ["quote"]
    assert reading.findings[0].line == 6
    assert len(parts) == 3


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.234,50", 123450),
        ("12,5", 1250),
        ("12", 1200),
        ("0,995", 100),
        ("12,345", 1235),
        ("-3,00", -300),
        ("7 €", 700),
    ],
)
def test_money_is_read_exactly(text, cents):
    assert NumberFormat().scaled(text, 2)[0] == cents


@pytest.mark.parametrize(
    "text", ["12.50", "1,2,3", "1.23,4", "١٢", "NaN", "1E3", "1_000", "", "1 000", "1234567890,00"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError):
        NumberFormat().scaled(text, 2)


def test_check_digits():
    assert is_gtin("2000000000008")
    assert not is_gtin("2000000000009")
    assert not is_gtin("123")
    assert not is_gtin("２０００００００００００８")


def test_loops_are_found_in_chains_of_any_length():
    chain = {number: [number + 1] for number in range(5000)}
    assert loop_of(chain) == {}
    chain[5000] = [4990]
    assert set(loop_of(chain)) == set(range(4990, 5001))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"mode": "sometimes"}, "mode"),
        ({"encoding": "ebcdic"}, "encoding"),
        ({"columns": {"number": {"from": "Nr"}}}, "brand, title, list_price"),
        ({"columns": {"colour": {"from": "Farbe"}}}, "columns.colour"),
        ({"footer": {"count_column": 3}}, "starts"),
        ({"number_rules": {"X": "guess"}}, "guess"),
        ({"extends": "p"}, "extends itself"),
    ],
)
def test_a_wrong_profile_is_refused_with_the_key(change, told):
    columns = {name: {"from": name} for name in ("number", "brand", "title", "list_price")}
    with pytest.raises(BadProfile, match=told):
        resolve_profile("p", {"p": {"format": "csv", "columns": columns, **change}})


def test_a_profile_inherits_and_overrides():
    shipped = load_profile("sample_csv")
    tables = {"mine": {"extends": "base", "skip_lines": 0}, "base": dict(shipped.options)}
    mine = resolve_profile("mine", tables)
    assert mine.columns == shipped.columns
    assert mine.options["skip_lines"] == 0
    assert mine.version != shipped.version


SMALL = b"\r\n".join([*FILE.read_bytes().split(b"\r\n")[:14], b"*** Ende;;10;;", b""])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), max_size=30), st.integers(0, len(SMALL))
)
def test_damaged_bytes_end_in_a_report_and_never_in_a_traceback(profile, flips, cut):
    data = bytearray(SMALL)
    for position, value in flips:
        data[position] = value
    for damaged in (bytes(data), bytes(data[:cut])):
        try:
            reading, parts = read(damaged, profile)
        except FileRefused:
            continue
        assert reading.accepted == len(parts)
        assert all(part.list_price_cents > 0 and part.number_key and part.title for part in parts)
